"""Remove what only training and speed need, which other formats lack."""

import tensorflow.compat.v1 as tf

from tf1_rnn.exporting import halves, turns
from tf1_rnn.exporting.branches import chosen
from tf1_rnn.exporting.folding import folded
from tf1_rnn.exporting.functions import inlined
from tf1_rnn.exporting.graph_view import GraphView, followed, with_index
from tf1_rnn.exporting.likeness import data_inputs
from tf1_rnn.exporting.node_forms import as_constant, as_gather
from tf1_rnn.exporting.tensor_lists import arrays


def plain(graph_def, outputs):
    """Return a GraphDef without what is only for training or speed.

    Left out are IdentityN, which carries a custom gradient, Print, the branch of a choice that a
    constant never takes, and a Bitcast before and after a transposition, by which numbers are moved
    as integers of their size. Loops take one step at a turn, and batches are run whole.

    Args:
        graph_def: a frozen GraphDef.
        outputs: names of the tensors that are wanted; what they do not need is left out.
    """
    ends = [tensor.rpartition(":")[0] for tensor in outputs]
    changes = (
        inlined,
        arrays,
        chosen,
        _gathered,
        _direct,
        lambda graph: folded(graph, ends),
        turns.single,
        halves.whole,
    )
    for change in changes:
        # What is only left over from before a change must not count as a use.
        graph_def = tf.graph_util.extract_sub_graph(change(graph_def), ends)
    return graph_def


def _gathered(graph_def):
    """Take a step of a tensor, `x[t]`, by a Gather, which is known in loops too."""
    view = GraphView(graph_def)
    found = tf.GraphDef(versions=graph_def.versions, library=graph_def.library)
    for node in graph_def.node:
        taken = found.node.add()
        taken.CopyFrom(node)
        index = _only_index(view, node)
        if index:
            control = "^" + index.rpartition(":")[0]  # which keeps it in the index's loop
            axis = found.node.add(name=node.name + "/axis", input=[control])
            as_constant(axis, 0)
            inputs = [node.input[0], index.removesuffix(":0"), axis.name]
            as_gather(taken, inputs, node.attr["T"].type, node.attr["Index"].type)
    return found


def _only_index(view, node):
    """Return the t of `x[t]`, where it is a tensor; "" for other nodes."""
    if node.op != "StridedSlice" or node.attr["shrink_axis_mask"].i != 1:
        return ""
    begin = view.node(node.input[1])
    if (
        begin.op != "Pack"
        or len(data_inputs(begin)) != 1
        or view.constant(node.input[1]) is not None
    ):
        return ""
    return with_index(begin.input[0])


def _direct(graph_def):
    """Leave IdentityN, Print, decided choices and Bitcast out."""
    kept = tf.GraphDef()
    kept.CopyFrom(graph_def)
    view = GraphView(kept)
    same = {}
    for node in kept.node:
        if node.op == "IdentityN":
            data = data_inputs(node)
            same.update((f"{node.name}:{i}", with_index(name)) for i, name in enumerate(data))
        if node.op == "Print":
            same[node.name + ":0"] = with_index(node.input[0])
        if node.op in ("Select", "SelectV2"):
            decided = view.constant(node.input[0])
            if decided is not None and not decided.ndim:
                same[node.name + ":0"] = with_index(node.input[1 if decided else 2])
        if node.op == "Bitcast":
            moved = view.node_at(with_index(node.input[0]))
            before = view.node_at(with_index(moved.input[0])) if moved.op == "Transpose" else moved
            if before.op == "Bitcast" and before.attr["T"].type == node.attr["type"].type:
                moved.input[0] = before.input[0]
                moved.attr["T"].type = node.attr["type"].type
                same[node.name + ":0"] = moved.name + ":0"
    gone = {tensor.rpartition(":")[0] for tensor in same}
    found = tf.GraphDef(versions=kept.versions, library=kept.library)
    found.node.extend(node for node in kept.node if node.name not in gone)
    for node in found.node:
        node.attr.pop("_class", None)  # names of nodes to be placed with, which may be gone
        names = [name for name in node.input if not name.startswith("^") or name[1:] not in gone]
        node.input[:] = [followed(name, same) for name in names]
    return found
