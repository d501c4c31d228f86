"""`tf.contrib` of TensorFlow 1.x, as far as recurrent networks need it."""

from .. import _lazy

_lazy.forward(__name__)
