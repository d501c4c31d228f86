"""`tensorflow.python.ops.rnn`: the loops of `tf.nn`, under their 1.x and 0.x names."""

import tensorflow.compat.v1 as _tf

from ..contrib import rnn as _rnn

rnn = _tf.nn.static_rnn
bidirectional_rnn = _tf.nn.static_bidirectional_rnn
state_saving_rnn = _tf.nn.static_state_saving_rnn


def __getattr__(name):
    if name in ("_transpose_batch_time", "_best_effort_input_batch_size"):
        return getattr(_rnn, name[1:])
    return getattr(_tf.nn, name)


def __dir__():
    return dir(_tf.nn)
