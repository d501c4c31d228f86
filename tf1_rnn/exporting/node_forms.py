"""Give a node of a GraphDef the form of an operator: a constant, or a Gather."""

import tensorflow.compat.v1 as tf

INT32 = tf.int32.as_datatype_enum


def as_constant(node, value, dtype=tf.int32):
    """Make a node a constant.

    Args:
        node: a NodeDef; its name and inputs stay.
        value: numbers of any shape.
        dtype: their type; None for that of an array.
    """
    tensor = tf.make_tensor_proto(value, dtype)
    node.op = "Const"
    node.attr["dtype"].type = tensor.dtype
    node.attr["value"].tensor.CopyFrom(tensor)


def as_gather(node, inputs, dtype, index_dtype=INT32):
    """Make a node a Gather.

    Args:
        node: a NodeDef, whose name stays.
        inputs: names of the tensor, the indices, and the axis, an int32.
        dtype: the type of the tensor, as a number.
        index_dtype: that of the indices.
    """
    node.op, node.input[:] = "GatherV2", inputs
    node.attr.clear()
    node.attr["Tparams"].type, node.attr["Tindices"].type = dtype, index_dtype
    node.attr["Taxis"].type = INT32
