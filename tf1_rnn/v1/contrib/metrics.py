"""`tf.contrib.metrics` of TensorFlow 1.x, which tf-slim carries on."""

import tensorflow.compat.v1 as _tf

from ..lazy import submodule_or
from ..private import slim as _slim

_metrics = _slim.load("contrib.metrics").metrics
confusion_matrix = _tf.math.confusion_matrix
__getattr__ = submodule_or(__name__, _metrics)


def __dir__():
    return sorted({name for name in dir(_metrics) if name[0] != "_"} | {"confusion_matrix"})
