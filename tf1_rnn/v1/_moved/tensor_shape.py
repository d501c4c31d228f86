"""`tensorflow.python.framework.tensor_shape`: TensorFlow's own, with short constructors back."""

from tensorflow.python.framework import tensor_shape as _tensor_shape

from .. import _lazy


def scalar():
    """Return the shape of a scalar, `[]`."""
    return _tensor_shape.TensorShape([])


def vector(length):
    """Return the shape `[length]`; None is any length."""
    return _tensor_shape.TensorShape([length])


def matrix(rows, cols):
    """Return the shape `[rows, cols]`; None is any number."""
    return _tensor_shape.TensorShape([rows, cols])


_lazy.forward(__name__, _tensor_shape)
