"""`tf.contrib.slim` of TensorFlow 1.x, which tf-slim carries on."""

import importlib

from .. import _lazy, _slim

_package = _slim.load("contrib.slim")
_package.nets = importlib.import_module("tf_slim.nets")

_lazy.forward(__name__, _package)
