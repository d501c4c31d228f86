"""`tf.contrib.slim` of TensorFlow 1.x, which tf-slim carries on."""

import importlib
import typing as _typing

from .. import _lazy, _slim

_package = _slim.load("contrib.slim")
_package.nets = importlib.import_module("tf_slim.nets")

_lazy.forward(__name__, _package)

if _typing.TYPE_CHECKING:  # for editors; `_lazy` finds these names at run time
    from tf_slim import *  # noqa: F403
