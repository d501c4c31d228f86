"""`tf.contrib.util` of TensorFlow 1.x: tensors as protos and as static values, all in `tf` now."""

import types

import tensorflow.compat.v1 as tf

from ..lazy import submodule_or

constant_value = tf.get_static_value
make_ndarray = tf.make_ndarray
make_tensor_proto = tf.make_tensor_proto

__getattr__ = submodule_or(__name__, types.SimpleNamespace())


def __dir__():
    return ["constant_value", "make_ndarray", "make_tensor_proto"]
