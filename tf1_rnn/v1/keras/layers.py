"""`tf.keras.layers` of TensorFlow 1.x: tf-keras's, some of them built from 1.15.5's operations."""

import importlib
import typing as _typing

from .. import _layers as _old
from .. import _lazy

_layers = importlib.import_module("tf_keras.api._v1.keras.layers")

globals().update(_old.of_keras(_layers))

_lazy.forward(__name__, _layers)

if _typing.TYPE_CHECKING:  # for editors; `_lazy` finds these names at run time
    from tf_keras.api._v1.keras.layers import *  # noqa: F403
