"""`tf.contrib.metrics` of TensorFlow 1.x, which tf-slim carries on."""

import typing as _typing

import tensorflow.compat.v1 as _tf

from .. import _lazy, _slim

_metrics = _slim.load("contrib.metrics").metrics
confusion_matrix = _tf.math.confusion_matrix
set_difference = _tf.sets.difference
set_intersection = _tf.sets.intersection
set_size = _tf.sets.size
set_union = _tf.sets.union

_lazy.forward(__name__, _metrics)

if _typing.TYPE_CHECKING:  # for editors; `_lazy` finds these names at run time
    from tf_slim.metrics import *  # noqa: F403
