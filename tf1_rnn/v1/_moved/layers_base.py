"""`tensorflow.python.layers.base`: TensorFlow's own, but for a style that cells must follow too."""

import contextlib
import importlib
from importlib.util import find_spec as _find_spec

from ...cells import layer as _layer
from .. import _lazy

_base = importlib.import_module("tensorflow.python.layers.base")
# tf-keras's layers where they are installed, as `tf.layers`: its names must be theirs.
_layers = importlib.import_module("..layers", __package__) if _find_spec("tf_keras") else _base


@contextlib.contextmanager
def keras_style_scope():
    """Make layers and cells inside name and share variables as Keras does."""
    with _base.keras_style_scope(), _layer.keras_style_scope():
        yield


def set_keras_style():
    """Turn that style on for good."""
    _base.set_keras_style()
    _layer.set_keras_style()


_lazy.forward(__name__, _layers, _base)
