"""The tutorial's six graphs, section by section, in its order and nearly its words.

Each function takes a batch-major input `x`, `[batch, time_steps, ...]`, and returns the outputs of
all time steps, `[batch, time_steps, size]`. `batch_size` may be a tensor, so that a last partial
batch works. `nn` supplies the loops: TensorFlow's own `tf.nn`, `tf1_rnn.fast`, or one of
`tf1_rnn.trainer.loops`, which run a section of the tutorial the other way, static or dynamic.

These functions are also the table of graphs: `tf1_rnn.graphs` reads from this file the heading
above each, its loop, and its options with their defaults, which are the arguments after `nn`.

Example:
    >>> x = tf.placeholder(tf.float32, [None, 8, 8])
    >>> bilstm(x, tf.shape(x)[0], num_units=16).shape.as_list()
    [None, 8, 32]
    >>> [variable.op.name for variable in tf.trainable_variables()][::5]
    ['bidirectional_rnn/fw/lstm_cell/kernel', 'bidirectional_rnn/bw/lstm_cell/kernel']
"""

import tensorflow.compat.v1 as tf

from tf1_rnn.v1.contrib import rnn
from tf1_rnn.v1.nn import rnn_cell


# 使用静态rnn处理时序数据
def basic_lstm(x, batch_size, sequence_length=None, nn=tf.nn, num_units=128, use_peepholes=False):
    """LSTM under a static loop, over the unstacked time steps."""
    input = tf.unstack(x, axis=1)

    if use_peepholes:
        lstm_layer = rnn.LSTMCell(num_units, use_peepholes=True, forget_bias=1)
    else:
        lstm_layer = rnn.BasicLSTMCell(num_units, forget_bias=1)

    outputs, _ = nn.static_rnn(lstm_layer, input, dtype="float32", sequence_length=sequence_length)
    return tf.stack(outputs, 1)


# 使用动态rnn处理时序数据
def lstm(x, batch_size, sequence_length=None, nn=tf.nn, num_units=128, use_peepholes=True):
    """LSTM with peepholes under a dynamic loop, from an initial state."""
    if use_peepholes:
        lstm_layer = rnn.LSTMCell(num_units, use_peepholes=True, forget_bias=1)
    else:
        lstm_layer = rnn.BasicLSTMCell(num_units, forget_bias=1)

    initial_state = lstm_layer.zero_state(batch_size, dtype=tf.float32)
    outputs, _ = nn.dynamic_rnn(
        lstm_layer,
        x,
        initial_state=initial_state,
        time_major=False,
        dtype="float32",
        sequence_length=sequence_length,
    )
    return outputs


# 使用GRU单元
def gru(x, batch_size, sequence_length=None, nn=tf.nn, num_units=128):
    """GRU under a dynamic loop."""
    gru_layer = rnn_cell.GRUCell(num_units)

    initial_state = gru_layer.zero_state(batch_size, dtype=tf.float32)
    outputs, _ = nn.dynamic_rnn(
        gru_layer,
        x,
        initial_state=initial_state,
        time_major=False,
        dtype="float32",
        sequence_length=sequence_length,
    )
    return outputs


# 使用多个LSTM cell
def multi_lstm(x, batch_size, sequence_length=None, nn=tf.nn, multi_units=(128, 64)):
    """LSTMs stacked on one another, one for each number in `multi_units`."""
    lstm_layers = [rnn.LSTMCell(num_units, forget_bias=1) for num_units in multi_units]

    multi_rnn_cell = rnn_cell.MultiRNNCell(lstm_layers)
    init_state = multi_rnn_cell.zero_state(batch_size, dtype=tf.float32)
    outputs, _ = nn.dynamic_rnn(
        multi_rnn_cell,
        x,
        initial_state=init_state,
        dtype="float32",
        sequence_length=sequence_length,
    )
    return outputs


# 使用双向LSTM
def bilstm(x, batch_size, sequence_length=None, nn=tf.nn, num_units=128, use_peepholes=True):
    """Two LSTMs, one forward and one backward in time; outputs `[batch, time, 2*num_units]`."""
    fw_lstm_layer = rnn.LSTMCell(num_units, use_peepholes=use_peepholes, forget_bias=1)
    bw_lstm_layer = rnn.LSTMCell(num_units, use_peepholes=use_peepholes, forget_bias=1)

    initial_state_fw = fw_lstm_layer.zero_state(batch_size, dtype=tf.float32)
    initial_state_bw = bw_lstm_layer.zero_state(batch_size, dtype=tf.float32)
    outputs, _ = nn.bidirectional_dynamic_rnn(
        fw_lstm_layer,
        bw_lstm_layer,
        x,
        initial_state_fw=initial_state_fw,
        initial_state_bw=initial_state_bw,
        time_major=False,
        dtype="float32",
        sequence_length=sequence_length,
    )
    fw_bw = tf.concat(outputs, 2)
    return fw_bw


# 使用conv_lstm
def conv_lstm(
    x, batch_size, sequence_length=None, nn=tf.nn, output_channels=32, kernel_shape=(3, 3)
):
    """Convolutional LSTM over frames `[batch, time_steps, height, width, channel]`."""
    convlstm_layer = rnn.ConvLSTMCell(
        conv_ndims=2,
        input_shape=x.shape.as_list()[2:],
        output_channels=output_channels,
        kernel_shape=list(kernel_shape),
        use_bias=True,
        skip_connection=False,
        forget_bias=1.0,
        initializers=None,
        name="conv_lstm_cell",
    )

    initial_state = convlstm_layer.zero_state(batch_size, dtype=tf.float32)
    outputs, _ = nn.dynamic_rnn(
        convlstm_layer,
        x,
        initial_state=initial_state,
        time_major=False,
        dtype="float32",
        sequence_length=sequence_length,
    )
    return outputs
