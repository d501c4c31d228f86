"""`tf.contrib.losses` of TensorFlow 1.x, which tf-slim carries on."""

from .. import _lazy, _slim

_losses = _slim.load("contrib.losses").losses

_lazy.forward(__name__, _losses)
