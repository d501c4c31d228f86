"""`tf.contrib.slim` of TensorFlow 1.x, which tf-slim carries on."""

import importlib

from ..lazy import submodule_or
from ..private import slim as _slim

_package = _slim.load("contrib.slim")
_package.nets = importlib.import_module("tf_slim.nets")
__getattr__ = submodule_or(__name__, _package)


def __dir__():
    return [name for name in dir(_package) if name[0] != "_"]
