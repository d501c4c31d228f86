"""`tf.contrib.metrics` of TensorFlow 1.x, which tf-slim carries on."""

import typing as _typing

import tensorflow.compat.v1 as _tf

from .. import _lazy, _slim

_metrics = _slim.load("contrib.metrics").metrics
confusion_matrix = _tf.math.confusion_matrix

_lazy.forward(__name__, _metrics)

if _typing.TYPE_CHECKING:  # for editors; `_lazy` finds these names at run time
    from tf_slim.metrics import *  # noqa: F403
