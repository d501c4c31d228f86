"""`tf.contrib.distributions` of TensorFlow 1.x, as far as `tf.distributions` has it."""

import tensorflow.compat.v1 as _tf

from ..lazy import names_of, submodule_or

__getattr__ = submodule_or(__name__, _tf.distributions)
__dir__ = names_of(__name__, _tf.distributions)
