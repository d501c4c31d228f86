"""`tensorflow.python.framework.ops`, with the class that TensorFlow has since moved away."""

import tensorflow as _tensorflow
from tensorflow.python.framework import ops as _ops

Tensor = _tensorflow.Tensor


def __getattr__(name):
    return getattr(_ops, name)


def __dir__():
    return dir(_ops)
