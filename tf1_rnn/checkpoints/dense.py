"""Dense layers of a checkpoint: a kernel and its bias."""

import re

# The two names that the ways of TensorFlow 1 to write a dense layer gave its variables.
_PAIRS = {
    "kernel": "bias",  # tf.layers.dense
    "weights": "biases",  # contrib.layers.fully_connected, and by hand
    "weight": "bias",
    "Matrix": "Bias",  # rnn_cell._linear before 1.0
    "W": "b",
    "w": "b",
}
_MATRIX = re.compile(
    r"(?P<before>.*/|.*_|)(?P<leaf>{})(?P<after>_?\d*|_.*)".format("|".join(_PAIRS))
)


def find(shapes):
    """Return the dense layers among variables that belong to no cell.

    Args:
        shapes: name to shape of these variables.

    Returns:
        A dict of scope to a dict with `kernel` and, unless it has none, `bias`: their names.
    """
    found = {}
    for name, shape in shapes.items():
        match = _MATRIX.fullmatch(name)
        if not match or len(shape) != 2:
            continue
        bias = match["before"] + _PAIRS[match["leaf"]] + match["after"]
        if shapes.get(bias) == shape[1:]:
            is_scope = match["before"].endswith("/") and not match["after"]
            found[match["before"][:-1] if is_scope else name] = {"kernel": name, "bias": bias}
        elif re.search(r"(^|/)dense(_\d+)?/kernel$", name) and bias not in shapes:
            found[name.rpartition("/")[0]] = {"kernel": name}  # use_bias=False
    return found or _last_pair(shapes)


def _last_pair(shapes):
    """Return the only matrix and the only vector outside the cells, if they share a scope."""
    names = [name for name, shape in shapes.items() if shape]
    names.sort(key=lambda name: -len(shapes[name]))
    if [len(shapes[name]) for name in names] != [2, 1]:
        return {}
    matrix, vector = names
    in_one_scope = matrix.rpartition("/")[0] == vector.rpartition("/")[0]
    if shapes[matrix][1:] != shapes[vector] or not in_one_scope:
        return {}
    return {matrix: {"kernel": matrix, "bias": vector}}
