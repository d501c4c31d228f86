"""Join batches that a graph computes in two halves, as `tf1_rnn.fast` does.

Halves are searched from where they are joined: both must be made alike, by operations that treat
each sequence of a batch by itself, of the two parts of tensors that were split.
"""

import tensorflow.compat.v1 as tf

from tf1_rnn.exporting.graph_view import GraphView, with_index
from tf1_rnn.exporting.likeness import data_inputs, do_the_same

# What treats each element by itself, or only passes a value on.
_ELEMENTWISE = (
    *("Add", "AddV2", "Sub", "Mul", "RealDiv", "Maximum", "Minimum", "BiasAdd"),
    *("Sigmoid", "Tanh", "Relu", "Softplus", "Softsign", "ZerosLike", "Select", "SelectV2"),
    *("Enter", "Merge", "NextIteration", "Exit", "Identity", "Cast"),
)
_FIXED = None  # instead of an axis: a tensor without the batch, such as a size or a weight


def whole(graph_def):
    """Return a GraphDef in which each batch that is run in two halves is run at once.

    Args:
        graph_def: a frozen GraphDef.
    """
    view = GraphView(graph_def)
    joins = [_Join(view, node) for node in graph_def.node if node.op == "ConcatV2"]
    joins = [join for join in joins if join.is_found]
    if not joins:
        return graph_def
    found = tf.GraphDef(versions=graph_def.versions, library=graph_def.library)
    found.node.extend(graph_def.node)
    made = {}
    for join in joins:
        made.update(join.nodes())
    found.node.extend(made.values())
    results = {join.name: join.result for join in joins}
    for node in found.node:
        if node.name in results:
            dtype = node.attr["T"].type
            node.op, node.input[:] = "Identity", [results[node.name]]
            node.attr.clear()
            node.attr["T"].type = dtype
    return found


class _Join:
    """A node that joins two tensors along the axis of the batch.

    Attributes:
        name: the node's.
        is_found: whether the two are the halves of a whole.
        result: the tensor that is the whole.
    """

    def __init__(self, view, node):
        self.name, self._view = node.name, view
        *parts, axis = (with_index(name) for name in data_inputs(node))
        axis = view.constant(axis)
        self._split = {}  # first halves, and what was split
        self._twins = {}  # of a tensor of the first half, that of the other
        self._copied = set()  # the nodes of the first half
        self._measured = []  # pairs of which only the shape is used
        self.is_found = len(parts) == 2 and axis is not None and int(axis) in (0, 1)
        if self.is_found:
            self.is_found = self._are_halves(*parts, int(axis)) and bool(self._split)
            self.result = self._renamed(parts[0])

    def _are_halves(self, one, other, axis):
        waiting = [(one, other, axis)]
        while waiting:
            one, other, axis = waiting.pop()
            if one in self._twins:
                if self._twins[one] != other:
                    return False
                continue
            self._twins[one] = other
            if self._is_split(one, other, axis):
                self._split[one] = with_index(self._view.node_at(one).input[0])
                continue
            node, twin = (self._view.node_at(tensor) for tensor in (one, other))
            if self._are_constants(one, other):
                if self._is_of_loop(node):
                    self._copied.add(node.name)
                continue
            if one == other and axis is _FIXED:
                continue
            axes = self._axes(node, axis) if do_the_same(self._view, one, other) else None
            if axes is None:
                return False
            self._copied.add(node.name)
            pairs = zip(data_inputs(node), data_inputs(twin), strict=True)
            pairs = [(with_index(a), with_index(b)) for a, b in pairs]
            if node.op == "Shape":
                self._measured += pairs
                continue
            waiting += [(*pair, each) for pair, each in zip(pairs, axes, strict=True)]
        return all(self._is_known(*pair) for pair in self._measured)

    def _is_split(self, one, other, axis):
        node = self._view.node_at(one)
        if node.op != "SplitV" or (one, other) != (node.name + ":0", node.name + ":1"):
            return False
        along = self._view.constant(node.input[2])
        is_it = node.attr["num_split"].i == 2 and along is not None
        return is_it and axis in (int(along), "any")

    def _are_constants(self, one, other):
        one, other = self._view.source(one), self._view.source(other)
        return self._view.constant(one) is not None and do_the_same(self._view, one, other)

    def _is_of_loop(self, node):
        """Whether a constant belongs to a loop, which is copied with all that is in it."""
        return node.op == "Enter" or any(name.startswith("^") for name in node.input)

    def _is_known(self, one, other):
        """Whether a tensor of which only the shape is used is one of the halves."""
        if self._is_split(one, other, "any"):
            self._split[one] = with_index(self._view.node_at(one).input[0])
            return True
        return self._twins.get(one) == other or one == other

    def _axes(self, node, axis):
        """Return the batch axis of each input of a node, None if it mixes the sequences."""
        count = len(data_inputs(node))
        if axis is _FIXED or node.op in ("Range", "Shape"):
            return [_FIXED] * count
        if node.op in _ELEMENTWISE:
            return [axis] * count
        rule = _RULES.get(node.op)
        return rule and rule(self._view, node, axis, count)

    def _renamed(self, name):
        if name.startswith("^"):
            return name + "_whole" if name[1:] in self._copied else name
        tensor = with_index(name)
        node, _, index = tensor.rpartition(":")
        if tensor not in self._split and node in self._copied:
            tensor = f"{node}_whole:{index}"
        return self._split.get(tensor, tensor).removesuffix(":0")

    def nodes(self):
        """Return the nodes of the first half, of the whole batch instead, by name."""
        found = {}
        for name in self._copied:
            node = found[name + "_whole"] = tf.NodeDef()
            node.CopyFrom(self._view.nodes[name])
            node.name = name + "_whole"
            node.attr.pop("_output_shapes", None)
            if "frame_name" in node.attr:
                node.attr["frame_name"].s += b"_whole"
            node.input[:] = [self._renamed(each) for each in node.input]
        return found


def _transpose(view, node, axis, count):
    order = view.constant(node.input[1])
    return None if order is None else [int(order[axis]), _FIXED]


def _concat(view, node, axis, count):
    along = view.constant(node.input[count - 1])
    return None if along is None or int(along) == axis else [axis] * (count - 1) + [_FIXED]


def _split(view, node, axis, count):
    along = view.constant(node.input[0])
    return None if along is None or int(along) == axis else [_FIXED, axis]


def _pack(view, node, axis, count):
    along = node.attr["axis"].i
    return None if along == axis else [axis - (along < axis)] * count


def _unpack(view, node, axis, count):
    return [axis + (node.attr["axis"].i <= axis)]


def _last_step(view, node, axis, count):
    """`tensor[-1]`; other slices are not known."""
    is_it = node.attr["shrink_axis_mask"].i == 1 and axis == 0
    return [1, _FIXED, _FIXED, _FIXED] if is_it else None


def _leading(*axes):
    """Return a rule for operators with the batch in their first inputs and weights after them."""
    return lambda view, node, axis, count: [*axes, *[_FIXED] * (count - len(axes))]


_RULES = {
    "Transpose": _transpose,
    "ConcatV2": _concat,
    "Split": _split,
    "Pack": _pack,
    "Unpack": _unpack,
    "StridedSlice": _last_step,
    "Switch": lambda view, node, axis, count: [axis, _FIXED],
    "MatMul": _leading(0),
    "Fill": _leading(0),
    "GatherNd": _leading(1, 0),
    "BlockLSTM": _leading(_FIXED, 1, 0, 0),
    "LSTMBlockCell": _leading(0, 0, 0),
    "GRUBlockCell": _leading(0, 0),
    "TensorArrayV3": _leading(),
    "TensorArrayScatterV3": _leading(_FIXED, _FIXED, 1, 0),
    "TensorArrayGatherV3": _leading(_FIXED, _FIXED, 0),
    "TensorArrayWriteV3": _leading(_FIXED, _FIXED, 0, 0),
    "TensorArrayReadV3": _leading(_FIXED, _FIXED, 0),
}
