"""`tf.nn` of TensorFlow 1.x: TensorFlow's own, with `rnn_cell` back in its place."""

import typing as _typing

import tensorflow.compat.v1 as _tf

from .. import _lazy
from .._constructions import dropout  # noqa: F401
from . import rnn_cell  # noqa: F401
from ._losses import (  # noqa: F401
    sigmoid_cross_entropy_with_logits,
    softmax_cross_entropy_with_logits,
    sparse_softmax_cross_entropy_with_logits,
)

_lazy.forward(__name__, _tf.nn)

if _typing.TYPE_CHECKING:  # for editors; `_lazy` finds these names at run time
    from tensorflow._api.v2.compat.v1.nn import *  # noqa: F403
