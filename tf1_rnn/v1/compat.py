"""`tf.compat` of TensorFlow 1.x, whose `v1` is this API itself.

`tf_upgrade_v2` writes `tf.compat.v1.` before every name that TensorFlow 2 lacks.
"""

import tensorflow.compat.v1 as _tf

from tf1_rnn import v1  # noqa: F401

from . import _lazy

_lazy.forward(__name__, _tf.compat)
