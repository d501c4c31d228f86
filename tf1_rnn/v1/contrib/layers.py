"""`tf.contrib.layers` of TensorFlow 1.x, which tf-slim carries on."""

from ..lazy import submodule_or
from ..private import slim as _slim

_slim.load("contrib.layers")
_layers = _slim.package("layers")

optimize_loss = _slim.package("layers.optimizers").optimize_loss
summaries = _slim.package("layers.summaries")

__getattr__ = submodule_or(__name__, _layers)


def __dir__():
    return sorted({name for name in dir(_layers) if name[0] != "_"} | {"summaries"})
