"""Descriptions of a checkpoint's layers, for messages."""

from tf1_rnn.checkpoints.kinds import DENSE


def kind(layer):
    """Return what a layer may be: "LSTMCell or LSTMBlockCell", with a note on a custom scope."""
    return classes(layer) + (" (custom scope name)" if layer.is_named else "")


def classes(layer):
    """Return the classes that a layer may be of."""
    return " or ".join(layer.classes)


def scope(layer):
    """Return a layer's scope, or a phrase for a layer without one."""
    return layer.scope or "(top)"


def describe(found):
    """Return lines that describe the contents of a checkpoint.

    Args:
        found: `recognising.Contents`.
    """
    lines = [line for layer in found.layers for line in _layer(layer)]
    if all(layer.key == DENSE for layer in found.layers):
        lines.append("no recurrent layer")
    lines += slots(found)
    if found.unrecognised:
        lines.append("not recognised: " + ", ".join(found.unrecognised))
    return lines + _old_names(found.names)


def slots(found):
    """Return lines on what an optimiser keeps in a checkpoint."""
    lines = [f"optimiser slots: {slot} of {count} variables" for slot, count in found.slots.items()]
    return lines + (["counters: " + ", ".join(found.optimiser)] if found.optimiser else [])


def _layer(layer):
    where = [layer.direction] if layer.direction else []
    where += [] if layer.depth is None else [f"layer {layer.depth} of its stack"]
    sizes = [f"{name} {_size(size)}" for name, size in layer.sizes.items() if size is not None]
    return [f"{scope(layer)}: {kind(layer)}", "    " + ", ".join(where + sizes)]


def _size(size):
    return {True: "yes", False: "no"}[size] if isinstance(size, bool) else str(size)


def _old_names(names):
    old = [file for name, files in names.items() for file in files if _is_renamed(name, file)]
    if not old:
        return []
    from_before = "1.2" if old[0].islower() else "1.0"
    return [
        f"{len(old)} variables have names from before TensorFlow {from_before}, such as {old[0]}; "
        "they are listed under their current names"
    ]


def _is_renamed(name, file):
    return file != name and not file.startswith(name + "/part_")
