"""`tf.contrib.metrics` of TensorFlow 1.x, which tf-slim carries on."""

import tensorflow.compat.v1 as _tf

from .. import _lazy, _slim

_metrics = _slim.load("contrib.metrics").metrics
confusion_matrix = _tf.math.confusion_matrix

_lazy.forward(__name__, _metrics)
