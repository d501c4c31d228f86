"""`tf.compat` of TensorFlow 1.x, whose `v1` is this API itself.

`tf_upgrade_v2` writes `tf.compat.v1.` before every name that TensorFlow 2 lacks.
"""

import typing as _typing

import tensorflow.compat.v1 as _tf

from tf1_rnn import v1

from . import _lazy

_lazy.forward(__name__, _tf.compat)

if _typing.TYPE_CHECKING:  # for editors; `_lazy` finds these names at run time
    from tensorflow._api.v2.compat.v1.compat import *  # noqa: F403

    from tf1_rnn import v1  # noqa: F401
