"""Parts of a graph that do the same to different tensors."""

import numpy as np

# Attributes that do not matter for what a node computes.
_ASIDE = ("_class", "_output_shapes", "frame_name", "parallel_iterations", "tensor_array_name")


def do_the_same(view, one, other):
    """Return whether the nodes of two tensors are alike: operator, attributes, place of output.

    Args:
        view: a `GraphView`.
        one: a tensor; of a constant the value counts.
        other: a tensor.
    """
    node, twin = view.node_at(one), view.node_at(other)
    if node.op != twin.op or one.rpartition(":")[2] != other.rpartition(":")[2]:
        return False
    if node.op == "Const":
        return np.array_equal(view.constant(one), view.constant(other))
    return node.name == twin.name or (bool(data_inputs(node)) and _said(node) == _said(twin))


def data_inputs(node):
    """Return the names of a node's inputs, without those that only order it."""
    return [name for name in node.input if not name.startswith("^")]


def _said(node):
    told = {k: v.SerializeToString() for k, v in node.attr.items() if k not in _ASIDE}
    return len(data_inputs(node)), told


def matched(view, one, other, leaves):
    """Return the counterparts, in the making of one tensor, of all that another is made of.

    Args:
        view: a `GraphView`.
        one: a tensor.
        other: a tensor.
        leaves: a function of two tensors: True where they correspond, None to compare how both
            are made, False if they do not.

    Returns:
        A dict of tensors to tensors; None where the two are made differently.
    """
    found, waiting = {}, [(one, other)]
    while waiting:
        a, b = (view.source(tensor) for tensor in waiting.pop())
        if a in found:
            if found[a] != b:
                return None
            continue
        found[a] = b
        ends = leaves(a, b)
        if ends is None:
            if not do_the_same(view, a, b):
                return None
            if a != b:
                pairs = zip(view.inputs(view.node_at(a)), view.inputs(view.node_at(b)), strict=True)
                waiting += pairs
        elif not ends:
            return None
    return found
