"""`tensorflow.python.layers.base`: TensorFlow's own, but for a style that cells must follow too."""

import contextlib
import importlib

from ...cells import rnn_cell as _rnn_cell

_base = importlib.import_module("tensorflow.python.layers.base")


@contextlib.contextmanager
def keras_style_scope():
    """Make layers and cells inside name and share variables as Keras does."""
    with _base.keras_style_scope(), _rnn_cell.keras_style_scope():
        yield


def set_keras_style():
    """Turn that style on for good."""
    _base.set_keras_style()
    _rnn_cell.set_keras_style()


def __getattr__(name):
    return getattr(_base, name)
