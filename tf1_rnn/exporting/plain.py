"""A graph without what only training and speed need, which other formats do not know."""

import tensorflow.compat.v1 as tf

from tf1_rnn.exporting.graph_view import GraphView, with_index


def plain(graph_def):
    """Return a GraphDef without custom gradients and detours.

    IdentityN, which carries a custom gradient, is left out, and so is a Bitcast before and behind
    a transposition: numbers are moved as integers of their size because that is faster.

    Args:
        graph_def: a frozen GraphDef.
    """
    kept = tf.GraphDef()
    kept.CopyFrom(graph_def)
    view = GraphView(kept)
    same = {}
    for node in kept.node:
        if node.op == "IdentityN":
            data = [name for name in node.input if not name.startswith("^")]
            same.update((f"{node.name}:{i}", with_index(name)) for i, name in enumerate(data))
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
        names = [name for name in node.input if not name.startswith("^") or name[1:] not in gone]
        del node.input[:]
        node.input.extend(name if name.startswith("^") else _root(name, same) for name in names)
    return found


def _root(name, same):
    found = with_index(name)
    if found not in same:
        return name
    while found in same:
        found = same[found]
    return found
