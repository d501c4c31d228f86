"""`tensorflow.python.ops.rnn`: the loops of `tf.nn`, under their 1.x and 0.x names."""

import importlib as _importlib

import tensorflow.compat.v1 as _tf

from ..contrib import rnn as _rnn

rnn = _tf.nn.static_rnn
bidirectional_rnn = _tf.nn.static_bidirectional_rnn
state_saving_rnn = _tf.nn.static_state_saving_rnn


def __getattr__(name):
    if name in ("_transpose_batch_time", "_best_effort_input_batch_size"):
        return getattr(_rnn, name[1:])
    if name.startswith("_") and not name.startswith("__"):
        # What is private is TensorFlow's own, as far as it still has it.
        return getattr(_importlib.import_module("tensorflow.python.ops.rnn"), name)
    return getattr(_tf.nn, name)


def __dir__():
    return dir(_tf.nn)
