"""`tf.contrib.util` of TensorFlow 1.x: tensors as protos and as static values, all in `tf` now."""

import tensorflow.compat.v1 as tf

from .. import _lazy
from . import _private

constant_value = tf.get_static_value
make_ndarray = tf.make_ndarray
make_tensor_proto = tf.make_tensor_proto

_lazy.forward(
    __name__,
    _private.Home("framework.meta_graph", "ops_used_by_graph_def", "stripped_op_list_for_graph"),
)
