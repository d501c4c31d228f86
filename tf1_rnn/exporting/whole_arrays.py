"""TensorArrays as tensors, which loops of functions can carry: one part for each element.

A write replaces a part, or adds one after the last. Parts that are not written yet are zeros.
"""

import tensorflow.compat.v1 as tf

from tf1_rnn.exporting.graph_view import GraphView, with_index
from tf1_rnn.exporting.likeness import data_inputs
from tf1_rnn.exporting.splicing import spliced

VALUE = "value"  # the name, in the scope of a write, of what it writes
_WRITES = ("TensorArrayWriteV3", "TensorArrayScatterV3")
_PASSED = ("Identity", "Enter", "Merge", "Switch", "NextIteration", "Exit")


def whole(graph_def, arrays):
    """Return a GraphDef in which tensors take the place of TensorArrays.

    The flow of an array that nothing was written to stays: its parts have no shape yet.

    Args:
        graph_def: a frozen GraphDef.
        arrays: names of TensorArrayV3 nodes.

    Raises:
        ValueError: in one line, if something else is done with an array.
    """
    view = GraphView(graph_def)
    builders, specs, inputs, types = {}, {}, {}, {}
    for name in arrays:
        dtype = tf.as_dtype(view.nodes[name].attr["dtype"].type)
        passing = _passing(view, f"{name}:1")
        types.update((node, dtype.as_datatype_enum) for node in passing)
        users = [node for node, _ in view.uses(f"{name}:0")]
        for node in users:
            if node.op not in _FORMS:
                raise ValueError(f"{node.name} is a {node.op}, for which LiteRT has no form")
            is_first = view.source(data_inputs(node)[-1]) == f"{name}:1"
            builders[node.name] = _builder(node, is_first)
            if is_first:
                inputs[node.name] = [*data_inputs(node)[:-1], view.nodes[name].input[0]]
        for node in [*passing, *(node.name for node in users)]:
            specs.update((f"{node}:{i}", tf.TensorSpec(None, dtype)) for i in (0, 1))
    found = spliced(graph_def, builders, specs, inputs)
    for node in found.node:
        if node.name in types:
            node.attr["T"].type = types[node.name]
    return found


def origin(view, tensor):
    """Return the name of the TensorArrayV3 that a flow is of; "" for other tensors.

    Args:
        view: a `GraphView`.
        tensor: the name of a tensor.
    """
    seen = set()
    while with_index(tensor) not in seen:
        seen.add(with_index(tensor))
        node = view.node_at(with_index(tensor))
        if node.op == "TensorArrayV3":
            return node.name if with_index(tensor).endswith(":1") else ""
        if node.op in _WRITES:
            tensor = node.input[3]
        elif node.op in _PASSED:
            tensor = node.input[0]
        else:
            return ""
    return ""


def _passing(view, flow):
    """Return the names of the nodes that pass the flow of an array on as it is."""
    found, waiting = {}, [flow]
    while waiting:
        for node, place in view.consumers(waiting.pop()):
            writes = node.op in _WRITES and place == 3
            if node.name not in found and (writes or node.op in _PASSED):
                found[node.name] = node.op
                waiting += [f"{node.name}:0", f"{node.name}:1"]
    return [name for name, op in found.items() if op in _PASSED]


def _builder(node, is_first):
    """Return what builds the tensors in the place of an operation on an array.

    Args:
        node: the operation.
        is_first: whether nothing is written yet; its last input is then the array's size.
    """
    forms = _FIRST if is_first else _FORMS
    if node.op not in forms:
        raise ValueError(f"{node.name} reads an array to which nothing was written")

    def build(_, *inputs):
        *rest, array = inputs
        return [forms[node.op](array, *rest)]

    return build


def zeros(size, part):
    """Return the parts of an array to which nothing was written.

    Args:
        size: how many there are.
        part: a tensor of the shape and type of each.
    """
    return tf.zeros(tf.concat([[size], tf.shape(part)], 0), part.dtype)


def _write(array, place, value):
    part = tf.identity(value, VALUE)[tf.newaxis]
    return tf.concat([array[:place], part, array[place + 1 :]], 0)


_FORMS = {
    "TensorArrayReadV3": lambda array, place: tf.gather(array, place),
    "TensorArrayWriteV3": _write,
    "TensorArrayScatterV3": lambda array, places, value: value,
    "TensorArrayGatherV3": lambda array, places: tf.gather(array, places),
    "TensorArraySizeV3": lambda array: tf.shape(array)[0],
}
_FIRST = {
    "TensorArrayWriteV3": lambda size, place, value: _write(zeros(size, value), place, value),
    "TensorArrayScatterV3": lambda size, places, value: value,
    "TensorArraySizeV3": lambda size: size,
}
