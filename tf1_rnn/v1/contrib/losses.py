"""`tf.contrib.losses` of TensorFlow 1.x, which tf-slim carries on."""

import typing as _typing

from .. import _lazy, _slim

_losses = _slim.load("contrib.losses").losses

_lazy.forward(__name__, _losses)

if _typing.TYPE_CHECKING:  # for editors; `_lazy` finds these names at run time
    from tf_slim.losses import *  # noqa: F403
