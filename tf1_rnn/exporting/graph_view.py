"""Read a GraphDef: where a tensor comes from, skipping identities, and what is constant."""

import collections

import numpy as np
import tensorflow.compat.v1 as tf

# Operators whose output is their first input. Enter is one: a loop's invariants come in by it.
_SAME = ("Identity", "Enter", "StopGradient", "PreventGradient", "CheckNumerics", "EnsureShape")


class GraphView:
    """A frozen GraphDef to look things up in; a tensor is named `node:index`."""

    def __init__(self, graph_def):
        """Index the nodes.

        Args:
            graph_def: a GraphDef whose variables are constants.
        """
        self.nodes = {node.name: node for node in graph_def.node}
        self._constants = {}
        self.forms = {}  # what `affine` has found of tensors
        self._consumers = collections.defaultdict(list)
        for node in graph_def.node:
            for place, name in enumerate(node.input):
                if not name.startswith("^"):
                    self._consumers[with_index(name)].append((node, place))

    def consumers(self, tensor):
        """Return pairs (node, place among its inputs) of what takes a tensor."""
        return self._consumers[tensor]

    def uses(self, tensor):
        """Return pairs (node, place) of what takes a tensor, or one that is equal to it."""
        found = []
        for node, place in self._consumers[tensor]:
            same = place == 0 and node.op in _SAME
            found += self.uses(node.name + ":0") if same else [(node, place)]
        return found

    def source(self, tensor):
        """Return the tensor that this one is equal to, past identities."""
        tensor = with_index(tensor)
        node = self.node_at(tensor)
        while node.op in _SAME:
            tensor = with_index(node.input[0])
            node = self.node_at(tensor)
        return tensor

    def node_at(self, tensor):
        """Return the node that has a tensor as its output."""
        return self.nodes[tensor.rpartition(":")[0]]

    def node(self, tensor):
        """Return the node that makes a tensor, past identities."""
        return self.node_at(self.source(tensor))

    def inputs(self, node):
        """Return the sources of a node's inputs."""
        return [self.source(name) for name in node.input if not name.startswith("^")]

    def constant(self, tensor):
        """Return the array that a tensor always is; None where that is not known."""
        tensor = self.source(tensor)
        if tensor not in self._constants:
            self._constants[tensor] = self._constant(tensor)
        return self._constants[tensor]

    def _constant(self, tensor):
        node = self.node(tensor)
        if node.op == "Const":
            return tf.make_ndarray(node.attr["value"].tensor)
        if node.op not in _KNOWN:
            return None
        values = [self.constant(name) for name in self.inputs(node)]
        if not values or any(value is None for value in values):
            return None
        return _KNOWN[node.op](node, int(tensor.rpartition(":")[2]), *values)

    def is_zero(self, tensor):
        """Whether a tensor is known to be zeros."""
        node = self.node(tensor)
        if node.op in ("ZerosLike",):
            return True
        value = self.constant(self.inputs(node)[1] if node.op == "Fill" else tensor)
        return value is not None and not np.any(value)


def with_index(name):
    """Return a tensor's name with its index, which is left out where it is 0."""
    return name if ":" in name else name + ":0"


def followed(name, same):
    """Return a node's input once tensors have been replaced by others.

    Args:
        name: the input; one that only orders stays.
        same: by the name of a tensor, with its index, the one in its place.
    """
    if name.startswith("^"):
        return name
    found = with_index(name)
    while found in same:
        found = with_index(same[found])
    return found.removesuffix(":0")


def _sliced(node, place, array, begin, end, strides):
    """Return what StridedSlice takes, None where it is more than a slice or index of each axis."""
    if node.attr["new_axis_mask"].i or node.attr["ellipsis_mask"].i:
        return None
    masks = [node.attr[name].i for name in ("begin_mask", "end_mask", "shrink_axis_mask")]
    parts = []
    for axis, (first, last, step) in enumerate(zip(begin, end, strides, strict=True)):
        no_begin, no_end, shrinks = (mask >> axis & 1 for mask in masks)
        part = slice(None if no_begin else int(first), None if no_end else int(last), int(step))
        parts.append(int(first) if shrinks else part)
    return array[tuple(parts)]


# Operators of which the output is known where the inputs are: of a node, the place of the output.
_KNOWN = {
    "Range": lambda node, place, *ends: np.arange(*ends),
    "Fill": lambda node, place, shape, value: np.full(shape, value),
    "Pack": lambda node, place, *arrays: np.stack(arrays, node.attr["axis"].i),
    "Unpack": lambda node, place, array: np.moveaxis(array, node.attr["axis"].i, 0)[place],
    "ConcatV2": lambda node, place, *rest: np.concatenate(rest[:-1], int(rest[-1])),
    "Split": lambda node, place, axis, array: np.split(array, node.attr["num_split"].i, int(axis))[
        place
    ],
    "StridedSlice": _sliced,
    "Max": lambda node, place, array, axes: np.max(array, tuple(np.atleast_1d(axes))),
    "ExpandDims": lambda node, place, array, axis: np.expand_dims(array, int(axis)),
    "Squeeze": lambda node, place, array: np.squeeze(
        array, tuple(node.attr["squeeze_dims"].list.i) or None
    ),
    "Reshape": lambda node, place, array, shape: np.reshape(array, shape),
}
