"""Fit a graph's variables to those of a checkpoint, also to one that somebody's own script wrote.

TensorFlow 1 scripts had the graph in a scope of their own, a head under names of their own,
another optimiser or none in their Saver, no global step, or one of another type. What is where is
found by names and shapes; what cannot be told for certain is refused, never guessed.
"""

import re

import tensorflow.compat.v1 as tf

from tf1_rnn.errors import RunError

HEAD = ("softmax/weights", "softmax/biases")
ERRORS = (tf.errors.OpError, OSError, ValueError, RuntimeError)
_OF_A_CELL = re.compile(r"_cell(_\d+)?/")


def restore(session, prefix, model, others=()):
    """Restore variables from a checkpoint.

    Args:
        session: a session of the default graph.
        prefix: path of the checkpoint.
        model: the graph's trainable variables; all of them must be in the checkpoint.
        others: `global_step` and the optimiser's variables; they keep their values, and a note
            says so, where the checkpoint has none for them.

    Returns:
        Lines that tell what was found under other names or not at all; none for a checkpoint of
        this package.

    Raises:
        RunError: the checkpoint is damaged, or of another graph.
    """
    reader = _reader(prefix)
    found, types = reader.get_variable_to_shape_map(), reader.get_variable_to_dtype_map()
    try:
        names, notes = _fit_model(_shapes(model), found)
    except RunError as error:
        raise RunError(f"{prefix} does not fit: {error}") from None
    step = [variable for variable in others if variable.op.name == "global_step"]
    slots = [variable for variable in others if variable.op.name != "global_step"]
    wanted = list(model)
    if slots:
        places = _fit_slots(_shapes(slots), names, found)
        if places:
            names.update(places)
            wanted += slots
        else:
            notes.append("no Adam variables in it for all of the model's: Adam begins anew")
    for variable in wanted:
        kept, expected = types[names[variable.op.name]], variable.dtype.base_dtype
        if kept != expected:
            raise RunError(
                f"{prefix} does not fit: {names[variable.op.name]} is {kept.name} there, the "
                f"graph has {expected.name}; convert it"
            )
    try:
        tf.train.Saver({names[v.op.name]: v for v in wanted}).restore(session, prefix)
        for variable in step:
            value, note = _step(prefix, reader)
            variable.load(value, session)
            notes += note
    except ERRORS as error:
        raise damaged(prefix, error) from None
    return notes


def classes(prefix):
    """Return how many classes the head of a checkpoint tells apart.

    Raises:
        RunError: the checkpoint is damaged, or its head cannot be told.
    """
    found = _reader(prefix).get_variable_to_shape_map()
    head = _head(found)
    if head is None:
        raise RunError(f"{prefix} does not fit: {_no_head(found)}")
    return found[head[1]][0]


def damaged(prefix, error):
    """Return the RunError of a checkpoint that cannot be read."""
    return RunError(
        f"{prefix} is damaged ({first_line(error)}): restore it, or give another --model_dir"
    )


def first_line(error):
    """Return what a TensorFlow error says, without the graph's own lines."""
    text = getattr(error, "message", None) or str(error) or type(error).__name__
    # A failing operation's reason stands in front of its node, behind the graph's own lines.
    reason = text.split("[[{{node")[0] if "[[{{node" in text else text.strip().split("\n")[0]
    return reason.strip().split("\n")[-1][:200]


def _reader(prefix):
    try:
        return tf.train.load_checkpoint(prefix)
    except ERRORS as error:
        raise damaged(prefix, error) from None


def _shapes(variables):
    return {variable.op.name: variable.shape.as_list() for variable in variables}


def _fit_model(wanted, found):
    """Return the checkpoint's name of each of the model's variables, and notes."""
    cells = {name: shape for name, shape in wanted.items() if name not in HEAD}
    scope, own_scope = _scope(cells, found), next(iter(cells)).split("/")[0] + "/"
    names = {name: scope + name[len(own_scope) :] for name in cells}
    notes = [] if scope == own_scope else [f"{own_scope}* is taken from {scope}*"]
    unused = [name for name in _model(found) if _OF_A_CELL.search(name)]
    unused = sorted(set(unused) - set(names.values()))
    if unused:
        raise RunError(
            f"it also has {unused[0]} {found[unused[0]]}, which the graph has not; {_ADVICE}"
        )
    head = _head(found)
    if head is None:
        raise RunError(_no_head(found))
    for name, place in zip(HEAD, head, strict=True):
        _check(name, wanted[name], place, found)
        names[name] = place
    if head != HEAD:
        notes.append(f"{HEAD[0]} and {HEAD[1]} are taken from {head[0]} and {head[1]}")
    return names, notes


def _scope(cells, found):
    """Return the scope in which a checkpoint has the loop's variables, as `model/rnn/`."""
    first = next(iter(cells))
    own, end = first.split("/", 1)
    if first in found:
        scopes = [own + "/"]
    else:
        scopes = [name[: -len(end)] for name in found if ("/" + name).endswith("/" + end)]
    if len(scopes) > 1:
        raise RunError(
            f"it has {' and '.join(sorted(scope + end for scope in scopes))}, the graph one "
            f"{first}; {_ADVICE}"
        )
    scope = scopes[0] if scopes else own + "/"
    for name, shape in cells.items():
        _check(name, shape, scope + name[len(own) + 1 :], found)
    return scope


_ADVICE = (
    "give the --cell and the sizes it was trained with (python -m tf1_rnn.checkpoint shows what "
    "it holds)"
)


def _check(name, shape, place, found):
    if found.get(place) != shape:
        there = f"it as {found[place]}" if place in found else "none of that name"
        raise RunError(f"the graph has {name} {shape}, the checkpoint {there}; {_ADVICE}")


def _model(found):
    """Return the names that are no optimiser's: what hangs below a variable is its slot."""
    ends = {"/" + name for name in found}

    def is_slot(name):
        parts = ("/" + name).split("/")[:-1]
        return any("/" + "/".join(parts[i:]) in ends for i in range(1, len(parts)))

    return [name for name in found if not is_slot(name)]


def _head(found):
    """Return the names of the head's weights and biases, or None where they cannot be told."""
    weights = [name for name in _model(found) if ("/" + name).endswith("/" + HEAD[0])]
    if len(weights) == 1:
        biases = weights[0][: -len("weights")] + "biases"
        return (weights[0], biases) if biases in found else None
    rest = [name for name in _model(found) if not _OF_A_CELL.search(name) and found[name]]
    matrices = [name for name in rest if len(found[name]) == 2]
    vectors = [name for name in rest if len(found[name]) == 1]
    if (len(rest), len(matrices), len(vectors)) != (2, 1, 1):
        return None
    return (matrices[0], vectors[0]) if found[matrices[0]][1:] == found[vectors[0]] else None


def _no_head(found):
    rest = [name for name in _model(found) if not _OF_A_CELL.search(name) and found[name]]
    listed = ", ".join(f"{name} {found[name]}" for name in sorted(rest)[:6]) or "nothing"
    return (
        "its head cannot be told; expected, beside the cell's variables, one matrix [features, "
        f"classes] and one vector [classes], found {listed}"
    )


def _fit_slots(wanted, names, found):
    """Return the checkpoint's name of each of Adam's variables, or None unless it has them all."""
    places = {}
    for name, shape in wanted.items():
        base, _, slot = name.rpartition("/")
        end = f"{names[base]}/{slot}" if base in names else name
        there = [end] if end in found else [n for n in found if n.endswith("/" + end)]
        if len(there) != 1 or found[there[0]] != shape:
            return None
        places[name] = there[0]
    return places


def _step(prefix, reader):
    """Return a checkpoint's step, and a note where it has no variable for it."""
    found = reader.get_variable_to_shape_map()
    there = [name for name in found if ("/" + name).endswith("/global_step")]
    if len(there) == 1:
        return int(reader.get_tensor(there[0])), []
    # Counting on from the file's number, this run writes no file over one that was there before.
    step = int((re.findall(r"-(\d+)$", prefix) or [0])[0])
    return step, [f"no global_step in it: counted from {step}, as its file's name says"]
