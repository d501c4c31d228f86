"""`tf.contrib.losses` of TensorFlow 1.x, which tf-slim carries on."""

from ..lazy import submodule_or
from ..private import slim as _slim

_losses = _slim.load("contrib.losses").losses
__getattr__ = submodule_or(__name__, _losses)


def __dir__():
    return [name for name in dir(_losses) if name[0] != "_"]
