"""`tensorflow.python.framework.ops`, with the names that TensorFlow has since moved away."""

import tensorflow.compat.v1 as _tf
from tensorflow.python.framework import ops as _ops


def __getattr__(name):
    # Tensor, IndexedSlices and others are public, and no longer in this private module.
    return getattr(_ops, name) if hasattr(_ops, name) else getattr(_tf, name)


def __dir__():
    return dir(_ops)
