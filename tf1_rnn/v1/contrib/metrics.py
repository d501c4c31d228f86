"""`tf.contrib.metrics` of TensorFlow 1.x, which tf-slim carries on."""

from ..lazy import submodule_or
from ..private import slim as _slim

_metrics = _slim.load("contrib.metrics").metrics
__getattr__ = submodule_or(__name__, _metrics)


def __dir__():
    return [name for name in dir(_metrics) if name[0] != "_"]
