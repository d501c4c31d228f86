"""`tf.contrib.rnn` of TensorFlow 1.x."""

import tensorflow.compat.v1 as _tf

from ...cells import (
    BasicLSTMCell,
    BasicRNNCell,
    Conv1DLSTMCell,
    Conv2DLSTMCell,
    Conv3DLSTMCell,
    ConvLSTMCell,
    GRUCell,
    LayerRNNCell,
    LSTMCell,
    LSTMStateTuple,
    MultiRNNCell,
    RNNCell,
)

static_rnn = _tf.nn.static_rnn
static_bidirectional_rnn = _tf.nn.static_bidirectional_rnn
static_state_saving_rnn = _tf.nn.static_state_saving_rnn

__all__ = [
    "BasicLSTMCell",
    "BasicRNNCell",
    "Conv1DLSTMCell",
    "Conv2DLSTMCell",
    "Conv3DLSTMCell",
    "ConvLSTMCell",
    "GRUCell",
    "LSTMCell",
    "LSTMStateTuple",
    "LayerRNNCell",
    "MultiRNNCell",
    "RNNCell",
    "static_bidirectional_rnn",
    "static_rnn",
    "static_state_saving_rnn",
]
