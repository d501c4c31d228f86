"""The nodes of a graph, name, type and inputs, and where two graphs first differ in them.

Only `read` imports TensorFlow. Runs under Python 3.7 too.
"""

from __future__ import annotations

import collections
import os
from typing import Any, Sequence

from tf1_rnn import inputs
from tf1_rnn.console import silenced
from tf1_rnn.startup import without_keras

Node = collections.namedtuple("Node", "name type inputs")
Difference = collections.namedtuple("Difference", "index mine other")

# Types that TensorFlow has given a second version since 1.15.5, and why.
RENAMED = {
    "AddV2": "Add; the second version adds no strings, so that additions can be reordered",
    "BatchMatMulV2": "BatchMatMul; the second version broadcasts",
    "MatrixDiagV3": "MatrixDiag; the third version takes any diagonal",
    "MaxPoolV2": "MaxPool; the second version takes its window as a tensor",
    "SelectV2": "Select; the second version broadcasts",
}
# Names of nodes that TensorFlow has changed since, and why.
_MOVED_NAMES = {
    "ones_like/Shape/shape_as_tensor": "ones_like/Shape",  # a known shape is handed on as numbers
}
# Types that TensorFlow makes no more where it knows the answer, and why.
LEFT_OUT = {
    "TensorArraySizeV3": "the size of a TensorArray is asked only where it is not known",
}


def of(graph_def: Any) -> list[Node]:
    """Return the `Node`s of a `GraphDef`, in the order in which they were made."""
    return [Node(node.name, node.op, tuple(node.input)) for node in graph_def.node]


def read(path: str) -> list[Node]:
    """Return the `Node`s of a graph in a file: a `.meta`, a `GraphDef` or a SavedModel's `.pb`.

    Raises:
        ValueError: the file cannot be read, or holds none of these.
    """
    try:
        content = inputs.read(path, inputs.GRAPH)
    except inputs.Unreadable as error:
        raise ValueError("%s: %s" % (path, error)) from None
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with silenced(), without_keras():
        import tensorflow.compat.v1 as tf
    if path.endswith(".meta"):
        kinds = [(tf.MetaGraphDef, lambda meta: meta.graph_def)]
    else:
        from tensorflow.core.protobuf import saved_model_pb2

        kinds = [
            (saved_model_pb2.SavedModel, lambda model: model.meta_graphs[0].graph_def),
            (tf.GraphDef, lambda graph: graph),
        ]
    for kind, graph_of in kinds:
        try:
            nodes = of(graph_of(kind.FromString(content)))
        except Exception:  # another kind of file: protobuf's DecodeError, or no graph inside
            continue
        if nodes:
            return nodes
    raise ValueError("%s holds no graph; expected a .meta, or a GraphDef in a .pb" % path)


def to_json(nodes: Sequence[Node]) -> list[list[str]]:
    """Return nodes as lists, which take the names that they mention from one another.

    An input is the number of the node that it comes from, with `:k` for its other outputs and
    `^` for a control input: graphs are small so, and read back by `from_json`.
    """
    numbers = {node.name: number for number, node in enumerate(nodes)}

    def encoded(text):
        name, _, output = text.lstrip("^").partition(":")
        sign = "^" if text.startswith("^") else ""
        return sign + str(numbers[name]) + (":" + output if output else "")

    return [[n.name, n.type, " ".join(map(encoded, n.inputs))] for n in nodes]


def from_json(rows: Sequence[Sequence[str]]) -> list[Node]:
    """Return the nodes that `to_json` was given."""

    def decoded(text):
        number, _, output = text.lstrip("^").partition(":")
        sign = "^" if text.startswith("^") else ""
        return sign + rows[int(number)][0] + (":" + output if output else "")

    return [Node(name, kind, tuple(map(decoded, inputs.split()))) for name, kind, inputs in rows]


def first_difference(mine: list[Node], other: list[Node]) -> Difference | None:
    """Return the first `Difference` of two lists of nodes, None where there is none.

    TensorFlow's own renames are no difference, nor is a node of `LEFT_OUT` that one of the two
    graphs lacks. Where one graph continues and the other ends, its node there is None.
    """
    rows = _comparable(mine, other), _comparable(other, mine)
    for index in range(max(map(len, rows))):
        pair = [nodes[index] if index < len(nodes) else None for nodes in rows]
        if pair[0] is None or pair[1] is None or pair[0][1:] != pair[1][1:]:
            return Difference(index, *[each and each[0] for each in pair])
    return None


def _comparable(nodes, others):
    """Return `[(node, name, type, inputs)]`, with what may differ brought to one form."""
    gone = _only_in(nodes, others) | _only_in(others, nodes)
    # Who asks for what one graph lacks is not held to where its answer comes from.
    asking = {
        node.name for node in nodes + others if gone & {_source(text) for text in node.inputs}
    }
    return [
        (
            node,
            _name(node.name),
            RENAMED.get(node.type, str(node.type)).split(";")[0],
            () if node.name in asking else tuple(map(_name, node.inputs)),
        )
        for node in nodes
        if node.name not in gone
    ]


def _only_in(nodes, others):
    """Return the names of nodes that are of `LEFT_OUT` and that the others lack."""
    left_out = {node.name for node in nodes if node.type in LEFT_OUT}
    return left_out - {node.name for node in others}


def _source(text):
    return text.lstrip("^").partition(":")[0]


def _name(text):
    for now, then in _MOVED_NAMES.items():
        text = text.replace(now, then)
    return text


def describe(node: Node | None) -> str:
    """Return one line on a node: its name, type and inputs."""
    return "%s: %s(%s)" % (node.name, node.type, ", ".join(node.inputs)) if node else "no node"
