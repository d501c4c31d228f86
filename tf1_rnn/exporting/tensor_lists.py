"""The lists of tensors in loops of TensorFlow 2 as the TensorArrays of TensorFlow 1.

A list is a value, which each write makes anew; a TensorArray is one thing with a handle, and a
flow, a number that is passed from write to write. The flow takes the place of the list, and the
handle is brought into each loop that uses it.
"""

from typing import NamedTuple

import tensorflow.compat.v1 as tf

from tf1_rnn.exporting.graph_view import GraphView, with_index
from tf1_rnn.exporting.likeness import data_inputs
from tf1_rnn.exporting.node_forms import as_constant

_MADE = ("TensorListReserve", "TensorListFromTensor", "EmptyTensorList")
_PASSED = ("Identity", "Enter", "Merge", "Switch", "NextIteration", "Exit")
_WRITES = ("TensorListSetItem", "TensorListPushBack")


def arrays(graph_def):
    """Return a GraphDef with TensorArrays for lists of tensors.

    Args:
        graph_def: a frozen GraphDef without functions.

    Raises:
        ValueError: in one line, if something else is done with a list.
    """
    if not any(node.op in _MADE for node in graph_def.node):
        return graph_def
    return _Lists(graph_def).graph_def()


class _LastStep(NamedTuple):
    """How a list of one place is written."""

    time: str  # the tensor that counts the steps
    read: str  # a tensor with one part for each step
    value: str  # what a step writes


class _Lists:
    """A graph whose lists are replaced."""

    def __init__(self, graph_def):
        self._found = tf.GraphDef()
        self._found.CopyFrom(graph_def)
        self._view = GraphView(graph_def)
        self._added = []
        self._flows = {}  # of lists that are made empty or passed on, by name
        self._handles = {}  # by root and the loops around what uses it
        self._last = self._of_last_steps()
        self._growing = {
            self._origin(node.input[0])[0].name
            for node in graph_def.node
            if node.attr["resize_if_index_out_of_bounds"].b
        }

    def graph_def(self):
        makers = {
            "TensorListReserve": self._reserve,
            "EmptyTensorList": self._reserve,
            "TensorListFromTensor": self._from_tensor,
        }
        users = {
            "TensorListGetItem": self._get_item,
            "TensorListSetItem": self._set_item,
            "TensorListPushBack": self._push_back,
            "TensorListStack": self._stack,
            "TensorListGather": self._gather,
            "TensorListLength": self._length,
        }
        for node in self._found.node:
            if node.op in makers:
                makers[node.op](node, data_inputs(node))
            elif node.op in users:
                flow, *rest = data_inputs(node)
                users[node.op](node, self._handle(flow), flow, rest)
            elif node.op.startswith(("TensorList", "EmptyTensorList")):
                raise ValueError(f"{node.name} is a {node.op}, which has no form here")
            elif node.op in _PASSED and node.attr["T"].type == tf.variant.as_datatype_enum:
                node.attr["T"].type = tf.float32.as_datatype_enum
                if node.op == "Identity":
                    self._flows[node.name] = node.input[0]
        self._found.node.extend(self._added)
        gone = set(self._flows)
        for node in self._found.node:
            names = [self._flow(name) for name in node.input]
            names = [name for name in names if not name.startswith("^") or name[1:] not in gone]
            node.input[:] = [name.removesuffix(":0") for name in names]
        kept = [node for node in self._found.node if node.name not in self._flows]
        return tf.GraphDef(versions=self._found.versions, library=self._found.library, node=kept)

    def _flow(self, name):
        """Return the tensor that takes the place of a list."""
        while name.removesuffix(":0") in self._flows:
            name = self._flows[name.removesuffix(":0")]
        return name

    def _origin(self, tensor):
        """Return the node that made a list, and the Enters between it and a tensor."""
        path, node, exits = [], self._view.node_at(with_index(tensor)), 0
        while node.op not in _MADE:
            if node.op == "Exit":
                exits += 1
            elif node.op == "Enter" and exits:
                exits -= 1
            elif node.op == "Enter":
                path.append(node)
            elif node.op not in (*_PASSED, *_WRITES):
                raise ValueError(f"{node.name} is a list of tensors, which has no form here")
            node = self._view.node_at(with_index(node.input[0]))
        return node, path[::-1]

    def _of_last_steps(self):
        """Return a `_LastStep` for each list that keeps only what a loop's last step writes.

        Keras writes each step to the only place of a list of one. In its stead a place for each
        step is written, and the last one taken.
        """
        reads, found = {}, {}
        for node in self._found.node:
            if node.op == "TensorListGetItem":
                root, path = self._origin(node.input[0])
                if path and root.op == "TensorListFromTensor":
                    reads[path[-1].attr["frame_name"].s] = node.input[1], root.input[0]
        for node in self._found.node:
            if node.op == "TensorListSetItem" and self._is_zero(node.input[1]):
                root, path = self._origin(node.input[0])
                read = path and reads.get(path[-1].attr["frame_name"].s)
                if read and self._size(root) == 1:
                    found[root.name] = _LastStep(*read, node.input[2])
        return found

    def _is_zero(self, tensor):
        value = self._view.constant(tensor)
        return value is not None and value.ndim == 0 and not value

    def _size(self, root):
        size = self._view.constant(root.input[1]) if root.op == "TensorListReserve" else None
        return None if size is None else int(size)

    def _handle(self, flow):
        """Return the handle of a list, in the loop that uses it."""
        root, path = self._origin(flow)
        key, handle = (root.name,), root.name + "/array:0"
        for enter in path:
            key += (enter.attr["frame_name"].s,)
            if key not in self._handles:
                name = f"{root.name}/handle_{len(self._handles)}"
                self._handles[key] = self._new(name, "Enter", [handle], T=tf.resource)
                for attribute in ("frame_name", "parallel_iterations"):
                    self._added[-1].attr[attribute].CopyFrom(enter.attr[attribute])
                self._added[-1].attr["is_constant"].b = True
            handle = self._handles[key]
        return handle

    def _reserve(self, node, inputs):
        name, beside = node.name, inputs[-1]
        if node.name in self._last:
            size = self._first_size(name, self._last[node.name].read)
        elif node.op == "TensorListReserve":
            size = inputs[1]
        else:
            size = self._int(name + "/size", 0, beside)
        self._array(node, size, node.op == "EmptyTensorList" or node.name in self._growing)
        self._flows[name] = name + "/array:1"

    def _from_tensor(self, node, inputs):
        name, tensor = node.name, inputs[0]
        dtype = tf.as_dtype(node.attr["element_dtype"].type)
        size = self._first_size(name, tensor)
        self._array(node, size, False)
        places = self._range(name, size)
        array = [name + "/array:0", places, tensor, name + "/array:1"]
        _turn(node, "TensorArrayScatterV3", array, T=dtype)

    def _array(self, node, size, is_dynamic):
        dtype = tf.as_dtype(node.attr["element_dtype"].type)
        self._new(node.name + "/array", "TensorArrayV3", [size], dtype=dtype)
        self._added[-1].attr["dynamic_size"].b = is_dynamic
        self._added[-1].attr["clear_after_read"].b = False  # a list can be read twice
        self._added[-1].attr["tensor_array_name"].s = node.name.encode()

    def _get_item(self, node, handle, flow, rest):
        dtype = tf.as_dtype(node.attr["element_dtype"].type)
        _turn(node, "TensorArrayReadV3", [handle, rest[0], flow], dtype=dtype)

    def _set_item(self, node, handle, flow, rest):
        place, value = rest
        last = self._last.get(self._origin(flow)[0].name)
        place = last.time if last else place
        dtype = tf.as_dtype(node.attr["element_dtype"].type)
        _turn(node, "TensorArrayWriteV3", [handle, place, value, flow], T=dtype)

    def _push_back(self, node, handle, flow, rest):
        size = self._new(node.name + "/place", "TensorArraySizeV3", [handle, flow])
        dtype = tf.as_dtype(node.attr["element_dtype"].type)
        _turn(node, "TensorArrayWriteV3", [handle, size, rest[0], flow], T=dtype)

    def _stack(self, node, handle, flow, rest):
        dtype = tf.as_dtype(node.attr["element_dtype"].type)
        root = self._origin(flow)[0].name
        last = self._carried(self._last[root].value, dtype) if root in self._last else None
        if last:
            axis = self._int(node.name + "/zero", 0, last)
            _turn(node, "ExpandDims", [last, axis], T=dtype, Tdim=tf.int32)
            return
        size = self._new(node.name + "/size", "TensorArraySizeV3", [handle, flow])
        first = None
        if root in self._last:
            one = self._int(node.name + "/one", 1, flow)
            first = self._new(node.name + "/last", "Sub", [size, one], T=tf.int32)
        places = self._range(node.name, size, first)
        _turn(node, "TensorArrayGatherV3", [handle, places, flow], dtype=dtype)

    def _carried(self, value, dtype):
        """Return the last value of what a loop carries on, whose next is given; None for others."""
        view = self._view
        for back, _ in view.consumers(with_index(value)):
            if back.op == "NextIteration":
                ((merge, _),) = view.consumers(back.name + ":0")
                for switch, _ in view.consumers(merge.name + ":0"):
                    if switch.op == "Switch":
                        return self._new(switch.name + "/last", "Exit", [switch.name], T=dtype)
        return None

    def _gather(self, node, handle, flow, rest):
        dtype = tf.as_dtype(node.attr["element_dtype"].type)
        _turn(node, "TensorArrayGatherV3", [handle, rest[0], flow], dtype=dtype)

    def _length(self, node, handle, flow, rest):
        _turn(node, "TensorArraySizeV3", [handle, flow])

    def _first_size(self, name, tensor):
        """Return how long a tensor's first axis is."""
        dtype = self._dtype(tensor)
        shape = self._new(name + "/shape", "Shape", [tensor], T=dtype, out_type=tf.int32)
        ends = [self._int(f"{name}/slice_{at}", [at], tensor) for at in (0, 1)]
        size = self._new(
            name + "/first",
            "StridedSlice",
            [shape, ends[0], ends[1], ends[1]],
            T=tf.int32,
            Index=tf.int32,
        )
        self._added[-1].attr["shrink_axis_mask"].i = 1
        return size

    def _dtype(self, tensor):
        """Return the type of a tensor that lists are made of."""
        for node, place in self._view.consumers(with_index(tensor)):
            if node.op == "TensorListFromTensor" and place == 0:
                return tf.as_dtype(node.attr["element_dtype"].type)
        return tf.float32

    def _range(self, name, size, first=None):
        zero = first or self._int(name + "/zero", 0, size)
        one = self._int(name + "/step", 1, size)
        return self._new(name + "/range", "Range", [zero, size, one], Tidx=tf.int32)

    def _new(self, name, op, inputs, **types):
        node = tf.NodeDef(name=name, op=op, input=inputs)
        for key, dtype in types.items():
            node.attr[key].type = dtype.as_datatype_enum
        self._added.append(node)
        return name + ":0"

    def _int(self, name, value, beside):
        """Add a constant in the loop of another tensor."""
        maker = with_index(self._flow(beside)).rpartition(":")[0]
        self._new(name, "Const", ["^" + maker])
        as_constant(self._added[-1], value)
        return name + ":0"


def _turn(node, op, inputs, **types):
    """Make a node another operation."""
    node.op, node.input[:] = op, inputs
    node.attr.clear()
    for key, dtype in types.items():
        node.attr[key].type = dtype.as_datatype_enum
