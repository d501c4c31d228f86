"""Replace nodes of a GraphDef by what functions of TensorFlow build of their inputs."""

import tensorflow.compat.v1 as tf

from tf1_rnn.exporting.graph_view import followed, with_index
from tf1_rnn.exporting.likeness import data_inputs


def spliced(graph_def, builders, specs=None, inputs=None):
    """Return a GraphDef in which some nodes are replaced.

    Args:
        graph_def: a frozen GraphDef.
        builders: by the name of a node, a function of tensors like its inputs that returns a list
            of tensors, its outputs.
        specs: by the names of tensors, what they will be, where it is not what they are now.
        inputs: by the name of a node, the tensors that its function takes, if not its own inputs.
    """
    specs, inputs = specs or {}, inputs or {}
    if not builders:
        return graph_def
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(graph_def, name="")
    found = tf.GraphDef(versions=graph_def.versions, library=graph_def.library)
    changed, orders = {}, {}
    for node in graph_def.node:
        if node.name not in builders:
            found.node.add().CopyFrom(node)
            continue
        taken = [with_index(name) for name in inputs.get(node.name) or data_inputs(node)]
        known = [specs.get(name) or graph.get_tensor_by_name(name) for name in taken]
        nodes, outputs, library = built(node.name, builders[node.name], taken, known)
        found.node.extend(nodes)
        found.library.function.extend(library)
        changed.update((f"{node.name}:{i}", tensor) for i, tensor in enumerate(outputs))
        orders["^" + node.name] = "^" + outputs[0].rpartition(":")[0]
    for node in found.node:
        node.input[:] = [orders.get(name) or followed(name, changed) for name in node.input]
        node.attr.pop("_class", None)  # names of nodes to be placed with, which may be gone
    return found


def built(scope, builder, inputs, known):
    """Build nodes that take tensors of another graph.

    Args:
        scope: what the names of the nodes begin with.
        builder: a function of tensors that returns a list of tensors.
        inputs: names of the tensors that it takes.
        known: tensors, or specs, of their types and shapes.

    Returns:
        The nodes, the names of the tensors that it returns, and the functions that they call.
    """
    with tf.Graph().as_default() as graph:
        given = [
            tf.placeholder(tensor.dtype, tensor.shape, f"given_{index}")
            for index, tensor in enumerate(known)
        ]
        outputs = [tf.identity(tensor, "output") for tensor in builder(*given)]
    graph_def = graph.as_graph_def()
    nodes = [node for node in graph_def.node if not node.name.startswith("given_")]

    def renamed(name):
        if name.startswith("given_"):
            return inputs[int(name[len("given_") :].split(":")[0])]
        return f"^{scope}/{name[1:]}" if name.startswith("^") else f"{scope}/{name}"

    for node in nodes:
        node.name = f"{scope}/{node.name}"
        node.input[:] = [renamed(name) for name in node.input]
    return nodes, [f"{scope}/{tensor.name}" for tensor in outputs], graph_def.library.function
