"""Cut a graph where it is fed: at its inputs, and at what gets a fixed value."""

import numpy as np
import tensorflow.compat.v1 as tf

from tf1_rnn.exporting.graph_view import followed
from tf1_rnn.exporting.node_forms import as_constant


def cut(model, graph, fixed):
    """Return a model whose inputs are placeholders, without what was before them.

    A placeholder with a default that is no input has its default.

    Args:
        model: a `FrozenModel`; an input may be any tensor, as what a queue or an iterator gives.
        graph: the `tf.Graph` that it is of.
        fixed: by the names of tensors, as `x:0`, the arrays that they always are.
    """
    found = tf.GraphDef()
    found.CopyFrom(model.graph_def)
    given = set(model.inputs.values())
    same = {**_placeholders(found, graph, model.inputs.values()), **_constants(found, graph, fixed)}
    fed = {"^" + tensor.rpartition(":")[0] for tensor in same}
    for node in found.node:
        node.input[:] = [followed(name, same) for name in node.input if name not in fed]
        node.attr.pop("_class", None)  # names of nodes to be placed with, which may be gone
        if node.op == "PlaceholderWithDefault" and node.name + ":0" not in given:
            node.op = "Identity"
            node.attr["T"].type = node.attr.pop("dtype").type
            node.attr.pop("shape", None)
    inputs = {name: same.get(tensor, tensor) for name, tensor in model.inputs.items()}
    outputs = {name: same.get(tensor, tensor) for name, tensor in model.outputs.items()}
    ends = [tensor.rpartition(":")[0] for tensor in [*outputs.values(), *inputs.values()]]
    there = {node.name for node in found.node}
    found = tf.graph_util.extract_sub_graph(found, [name for name in ends if name in there])
    return model._replace(graph_def=found, inputs=inputs, outputs=outputs)


def _placeholders(graph_def, graph, tensors):
    """Add a placeholder for each tensor that is none; return its name by the tensor's."""
    there = {node.name: node for node in graph_def.node}
    added = {}
    for tensor in dict.fromkeys(tensors):
        node = there.get(tensor.rpartition(":")[0])
        if node is None or not node.op.startswith("Placeholder"):
            known = graph.get_tensor_by_name(tensor)
            name = graph.unique_name(known.op.name + "/given", mark_as_used=False)
            new = graph_def.node.add(name=f"{name}_{known.value_index}", op="Placeholder")
            new.attr["dtype"].type = known.dtype.as_datatype_enum
            new.attr["shape"].shape.CopyFrom(known.shape.as_proto())
            added[tensor] = new.name + ":0"
    return added


def _constants(graph_def, graph, fixed):
    """Add a constant for each tensor with a fixed value; return its name by the tensor's."""
    added = {}
    for tensor, array in fixed.items():
        name = graph.unique_name(tensor.rpartition(":")[0] + "/fixed", mark_as_used=False)
        as_constant(graph_def.node.add(name=name), array, None)
        added[tensor] = name + ":0"
    return added


def value(tensor, text):
    """Return the array that a text gives a tensor.

    Args:
        tensor: a scalar of a `tf.Graph`.
        text: a number, or true or false.

    Raises:
        ValueError: in one line, if the tensor cannot be that.
    """
    words = {"true": True, "false": False}
    try:
        array = np.asarray(words[text.lower()] if tensor.dtype == tf.bool else float(text))
    except (KeyError, ValueError):
        raise ValueError(
            f"{tensor.op.name} is a {tensor.dtype.base_dtype.name}, not {text}"
        ) from None
    if tensor.shape.rank not in (None, 0):
        raise ValueError(f"{tensor.op.name} has the shape {tensor.shape}; expected one number")
    return array.astype(tensor.dtype.as_numpy_dtype)
