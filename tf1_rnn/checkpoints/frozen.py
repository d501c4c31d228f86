"""The variables of a frozen graph: now constants, under their old names."""

import re

import tensorflow.compat.v1 as tf
from google.protobuf.message import DecodeError

from tf1_rnn import inputs

_READ = re.compile(r"/read(_\d+)?$|ReadVariableOp(_\d+)?$")


def constants(path):
    """Return the constants of a frozen graph that were variables.

    They are those that are read as variables are; where an optimisation has removed the reads, all
    constants of floating point that are no scalars.

    Args:
        path: a file with a GraphDef.

    Returns:
        A dict of name to array.

    Raises:
        ValueError: in one line, if it cannot be read or is not a frozen graph.
    """
    nodes = {node.name: node for node in _graph(path).node}
    if any(node.op in ("VariableV2", "VarHandleOp") for node in nodes.values()):
        raise ValueError(
            f"{path} is a graph without its variables; expected a frozen graph, or the "
            "checkpoint that belongs to it"
        )
    read = [
        node.input[0].split(":")[0]
        for node in nodes.values()
        if node.op == "Identity" and node.input and _READ.search(node.name)
    ]
    names = [name for name in dict.fromkeys(read) if nodes[name].op == "Const"]
    names = names or [name for name, node in nodes.items() if _may_be_variable(node)]
    return {name: tf.make_ndarray(nodes[name].attr["value"].tensor) for name in names}


def _graph(path):
    try:
        graph = tf.GraphDef.FromString(inputs.read(path, inputs.GRAPH))
    except inputs.Unreadable as error:
        raise ValueError(f"{path}: {error}") from None
    except DecodeError:
        graph = tf.GraphDef()
    if not graph.node or not all(node.op and node.name for node in graph.node):
        raise ValueError(f"{path} is not a frozen graph (a GraphDef)")
    return graph


def _may_be_variable(node):
    value = node.attr["value"].tensor
    return (
        node.op == "Const" and tf.DType(value.dtype).is_floating and len(value.tensor_shape.dim) > 0
    )
