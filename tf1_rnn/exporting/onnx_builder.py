"""Writing an ONNX graph node by node: names that are unique and the same each time."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
IR_VERSION = 8  # the first with opset 17; older runtimes read it


class Builder:
    """The nodes and constants of a graph, in the order they are added."""

    def __init__(self, prefix=""):
        """Begin a graph whose names begin with a prefix."""
        self.prefix = prefix
        self.nodes = []
        self.initializers = []
        self._counts = {}

    def constant(self, array, name="const"):
        """Add a constant; return its name."""
        name = self.unique(name)
        self.initializers.append(numpy_helper.from_array(np.array(array, order="C"), name))
        return name

    def ints(self, *values):
        """Add a constant `[n]` of int64, which is what shapes and axes are."""
        return self.constant(np.array(values, np.int64), "ints")

    def node(self, operator, inputs, outputs=1, name=None, **attributes):
        """Add a node.

        Args:
            operator: its operator.
            inputs: names of tensors, "" for one that is left out.
            outputs: a list of names, or how many there are, to be named here.
            name: the node's own, made unique here; by default its operator.
            **attributes: the operator's.

        Returns:
            The name of its only output, or a list of names.
        """
        name = self.unique(name or operator)
        if isinstance(outputs, int):
            outputs = [f"{name}:{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(operator, inputs, outputs, name=name, **attributes))
        return outputs[0] if len(outputs) == 1 else outputs

    def unique(self, name):
        """Return a name that is not in the graph yet."""
        count = self._counts[name] = self._counts.get(name, -1) + 1
        return f"{self.prefix}{name}_{count}" if count else f"{self.prefix}{name}"

    def graph(self, name, inputs, outputs):
        """Return the GraphProto.

        Args:
            name: the graph's.
            inputs: list of ValueInfoProto.
            outputs: list of ValueInfoProto.
        """
        return helper.make_graph(self.nodes, name, inputs, outputs, self.initializers)


def value(name, dtype, shape):
    """Return a tensor's name, type and shape; a str in the shape is a dimension's name."""
    return helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(dtype), shape)


def model(graph, metadata=None):
    """Return a checked ModelProto of a graph, the shapes of all its tensors inferred.

    Args:
        graph: a GraphProto.
        metadata: names and values, both str.
    """
    made = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="tf1_rnn",
    )
    return checked(made, metadata)


def checked(made, metadata=None):
    """Check a ModelProto, infer its shapes, and add metadata."""
    helper.set_model_props(made, {key: str(text) for key, text in (metadata or {}).items()})
    onnx.checker.check_model(made)
    return onnx.shape_inference.infer_shapes(made, strict_mode=True)


def serialized(made):
    """Return a ModelProto as bytes, the same for the same model."""
    return made.SerializeToString(deterministic=True)


FLOAT, INT32, INT64 = TensorProto.FLOAT, TensorProto.INT32, TensorProto.INT64
