"""`tf.contrib.tensorboard` of TensorFlow 1.x."""

from ... import _lazy

_lazy.forward(__name__)
