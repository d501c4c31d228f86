"""A trained graph, its variables constants, with names for its inputs and outputs."""

from typing import Any, NamedTuple

import numpy as np
import tensorflow.compat.v1 as tf

from tf1_rnn.exporting.node_forms import as_constant, as_gather
from tf1_rnn.grappler import safe_config


class FrozenModel(NamedTuple):
    """A graph to export."""

    graph_def: Any  # a GraphDef
    inputs: dict  # name to tensor, as `x` to `x:0`
    outputs: dict  # name to tensor
    metadata: dict  # names and values, both str, kept in the file

    def run(self, feed):
        """Return the outputs by name for inputs by name."""
        with tf.Graph().as_default():
            tf.import_graph_def(self.graph_def, name="")
            with tf.Session(config=safe_config()) as session:
                tensors = {self.inputs[name]: array for name, array in feed.items()}
                return dict(zip(self.outputs, session.run(list(self.outputs.values()), tensors),
                                strict=True))  # fmt: skip


def freeze(session, inputs, outputs, metadata=None):
    """Return what a session has trained as a `FrozenModel`.

    Args:
        session: a session whose variables have their values.
        inputs: dict of names to the graph's tensors.
        outputs: the same for what the model returns.
        metadata: names and values, both str.
    """
    nodes = [tensor.op.name for tensor in outputs.values()]
    graph_def = tf.graph_util.convert_variables_to_constants(
        session, session.graph.as_graph_def(), nodes
    )
    for node in graph_def.node:
        node.device = ""
    for function in graph_def.library.function:
        _gather_constants(function)
    return FrozenModel(
        graph_def,
        {name: tensor.name for name, tensor in inputs.items()},
        {name: tensor.name for name, tensor in outputs.items()},
        dict(metadata or {}),
    )


def _gather_constants(function):
    """Let a function gather from an array where freezing has put one in a variable's place.

    TensorFlow 2.21 leaves the operator for variables there, as in embeddings of Keras 2.
    """
    types = {each.name: each.type for each in function.signature.input_arg}
    for node in function.node_def:
        dtype = types.get(node.input[0], tf.resource.as_datatype_enum) if node.input else None
        if node.op != "ResourceGather" or dtype == tf.resource.as_datatype_enum:
            continue
        indices, batch_dims = node.attr["Tindices"].type, node.attr["batch_dims"].i
        axis = function.node_def.add(name=node.name + "/axis")
        as_constant(axis, batch_dims)
        data, controls = node.input[:2], node.input[2:]
        as_gather(node, [*data, axis.name + ":output:0", *controls], dtype, indices)
        node.attr["batch_dims"].i = batch_dims


def with_inputs(model, batch_size=None, scaling=None, time_steps=None, samples=None):
    """Return a model with inputs of its own names, and values of any scale.

    Args:
        model: a `FrozenModel`.
        batch_size: what it takes at a time; None to leave that as it is.
        scaling: name of an input to `(mean, deviation)`: it takes values before they are
            standardized.
        time_steps: the second dimension of inputs that leave it open; None to leave that.
        samples: arrays by name, shaped as the inputs of which the graph does not know the rank,
            but for the size of the batch.
    """
    with tf.Graph().as_default() as graph:
        inner = tf.Graph()
        with inner.as_default():
            tf.import_graph_def(model.graph_def, name="")
        given = {}
        for name, tensor in model.inputs.items():
            known = inner.get_tensor_by_name(tensor)
            shape = known.shape
            if samples and shape.rank is None:
                shape = tf.TensorShape([None, *samples[name].shape[1:]][: samples[name].ndim])
            if batch_size and shape.rank:
                shape = tf.TensorShape([batch_size, *shape.as_list()[1:]])
            if time_steps and shape.rank and shape.rank > 1 and shape.as_list()[1] is None:
                shape = [shape.as_list()[0], time_steps, *shape.as_list()[2:]]
            given[name] = tf.placeholder(known.dtype, shape, name=name)
        fed = dict(given)
        for name, (mean, deviation) in (scaling or {}).items():
            fed[name] = (given[name] - np.float32(mean)) / np.float32(deviation)
        found = tf.import_graph_def(
            model.graph_def,
            {model.inputs[name]: tensor for name, tensor in fed.items()},
            list(model.outputs.values()),
            name="model",
        )
        outputs = {
            name: tf.identity(tensor, name)
            for name, tensor in zip(model.outputs, found, strict=True)
        }
        return FrozenModel(
            graph.as_graph_def(),
            {name: tensor.name for name, tensor in given.items()},
            {name: tensor.name for name, tensor in outputs.items()},
            model.metadata,
        )
