"""`tf.linalg` of TensorFlow 1.x: TensorFlow's own, except for what 1.15.5 built differently."""

import typing as _typing

import tensorflow.compat.v1 as _tf

from . import _lazy
from ._constructions import OF_LINALG as _own

globals().update(_own)
_lazy.forward(__name__, _tf.linalg)

if _typing.TYPE_CHECKING:  # for editors; `_lazy` finds these names at run time
    from tensorflow._api.v2.compat.v1.linalg import *  # noqa: F403
