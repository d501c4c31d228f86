"""`tf.contrib.slim` of TensorFlow 1.x, which tf-slim carries on."""

from ..lazy import submodule_or
from ..private import slim as _slim

__getattr__ = submodule_or(__name__, _slim.load("contrib.slim"))


def __dir__():
    return [name for name in dir(_slim.load("contrib.slim")) if name[0] != "_"]
