"""`tensorflow.python.ops.rnn`: the loops of `tf.nn`, under their 1.x and 0.x names."""

import importlib as _importlib

import tensorflow.compat.v1 as _tf

from .. import _lazy
from ..contrib import rnn as _rnn

rnn = _tf.nn.static_rnn
bidirectional_rnn = _tf.nn.static_bidirectional_rnn
state_saving_rnn = _tf.nn.static_state_saving_rnn
_transpose_batch_time = _rnn.transpose_batch_time
_best_effort_input_batch_size = _rnn.best_effort_input_batch_size

# What else is private is TensorFlow's own, as far as it still has it.
_lazy.forward(__name__, _tf.nn, _importlib.import_module("tensorflow.python.ops.rnn"))
