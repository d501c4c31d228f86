"""`tf.nn` of TensorFlow 1.x: TensorFlow's own, with `rnn_cell` back in its place."""

import tensorflow.compat.v1 as _tf

from ..lazy import names_of
from . import rnn_cell  # noqa: F401

__all__ = [name for name in dir(_tf.nn) if name[0] != "_"]
__dir__ = names_of(__name__, _tf.nn)


def __getattr__(name):
    return getattr(_tf.nn, name)
