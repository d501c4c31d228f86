"""Drop-in replacement for TensorFlow 1.x: in the imports, write `tf1_rnn.v1` for `tensorflow`.

All of `tensorflow.compat.v1`, with `nn.rnn_cell` and `contrib` back in their places. Importing
this module puts the process into TensorFlow 1 behaviour (graphs, sessions, gradients of loops
at any time), as users of TensorFlow 1.x expect.

Example:
    >>> import tf1_rnn.v1 as tf
    >>> from tf1_rnn.v1.contrib import rnn
    >>> cell = rnn.LSTMCell(16, use_peepholes=True)
    >>> outputs, state = tf.nn.dynamic_rnn(cell, tf.zeros([2, 5, 8]), dtype=tf.float32)
    >>> outputs.shape.as_list()
    [2, 5, 16]
    >>> [variable.op.name.partition("lstm_cell/")[2] for variable in tf.trainable_variables()]
    ['kernel', 'bias', 'w_f_diag', 'w_i_diag', 'w_o_diag']
"""

import logging as _logging
import typing as _typing

import tensorflow.compat.v1 as _tf

from tf1_rnn import grappler as _grappler

# No name without an underscore but TensorFlow's: tf.logging is not Python's logging.
from . import _constructions, _lazy, _repairs, _seeds, _shuffling

_logger = _logging.getLogger("tensorflow")
_level = _logger.level
_logger.setLevel(_logging.ERROR)  # no warning that this behaviour is old
_tf.disable_v2_behavior()
_logger.setLevel(_level)
_grappler.install()
_repairs.install()

_seeds.install()
_shuffling.install()
_lazy.Finder().install()
globals().update(_constructions.OF_TF)
_lazy.forward(__name__, _tf)

if _typing.TYPE_CHECKING:  # for editors; `_lazy` finds these names at run time
    from tensorflow._api.v2.compat.v1 import *  # noqa: F403

    from . import (  # noqa: F401
        compat,
        contrib,
        estimator,
        examples,
        feature_column,
        keras,
        layers,
        linalg,
        math,
        nn,
        random,
    )
