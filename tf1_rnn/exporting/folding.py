"""What a graph computes only from constants, such as parts of a kernel, as constants."""

import tensorflow.compat.v1 as tf

from tf1_rnn.exporting.graph_view import with_index
from tf1_rnn.exporting.likeness import data_inputs
from tf1_rnn.exporting.node_forms import as_constant
from tf1_rnn.grappler import safe_config

# Operators that give the same numbers each time. Those that only make large tensors of small ones,
# such as Fill, are left to the runtime.
_PURE = (
    *("Add", "AddV2", "Sub", "Mul", "RealDiv", "Neg", "Maximum", "Minimum", "BiasAdd"),
    *("Exp", "Sigmoid", "Tanh", "Softplus", "Sqrt", "Rsqrt", "Square", "Sum", "Mean", "MatMul"),
    *("Cast", "Identity", "Reshape", "ExpandDims", "Squeeze", "Transpose", "Pack", "Unpack"),
    *("ConcatV2", "Split", "SplitV", "Slice", "StridedSlice", "GatherV2", "ReverseV2", "Shape"),
    *("Tile", "BroadcastTo", "FloorDiv", "FloorMod", "Prod", "Bitcast", "ReadVariableOp"),
    *("Max", "Min", "Range", "Rank", "Less", "LogicalAnd"),
)


def folded(graph_def, ends):
    """Return a GraphDef in which whatever is computed only from constants is a constant.

    Args:
        graph_def: a frozen GraphDef.
        ends: names of the nodes that are wanted; they stay what they are.
    """
    nodes = {node.name: node for node in graph_def.node}
    constant = _made_of_constants(nodes) - set(ends)
    computed = [name for name in constant if nodes[name].op != "Const"]
    needed = {
        with_index(name)
        for node in graph_def.node
        if node.name not in constant
        for name in data_inputs(node)
    }
    needed = sorted(t for t in needed if t.rpartition(":")[0] in set(computed))
    if not needed:
        return graph_def
    part = tf.GraphDef(versions=graph_def.versions)
    part.node.extend(node for node in graph_def.node if node.name in constant)
    with tf.Graph().as_default(), tf.Session(config=safe_config()) as session:
        tf.import_graph_def(part, name="")
        values = dict(zip(needed, session.run(needed), strict=True))
    found = tf.GraphDef(versions=graph_def.versions, library=graph_def.library)
    found.node.extend(node for node in graph_def.node if node.name not in computed)
    renamed = {}
    for tensor, value in values.items():
        renamed[tensor] = tensor.removesuffix(":0").replace(":", "_folded_")
        as_constant(found.node.add(name=renamed[tensor]), value, None)
    for node in found.node:
        names = [renamed.get(with_index(name), name) for name in node.input]
        node.input[:] = [name for name in names if name.lstrip("^") not in computed or
                         name in renamed.values()]  # fmt: skip
    return found


def _made_of_constants(nodes):
    """Names of the nodes that are constants, or made of nothing else, outside of loops."""
    known = {}  # whether a node is
    for start in nodes:
        waiting = [start]
        while waiting:
            name = waiting[-1]
            node = nodes[name]
            before = [each.split(":")[0] for each in node.input]
            if node.op == "Const" and not before:
                known[name] = True
            elif node.op not in _PURE or not before or node.input[0].startswith("^"):
                known[name] = False
            elif any(name.startswith("^") for name in node.input):
                known[name] = False
            elif all(each in known for each in before):
                known[name] = all(known[each] for each in before)
            else:
                waiting += [each for each in before if each not in known]
                continue
            waiting.pop()
    return {name for name, is_it in known.items() if is_it}
