"""`tf.compat.v1`, by attribute and by import, is the v1 API."""

import tensorflow as tensorflow_2

import tf1_rnn.v1 as tf
from tf1_rnn.cells import rnn_cell


def test_compat_v1_is_the_v1_api_however_deep():
    assert tf.compat.v1 is tf and tf.compat.v1.compat.v1 is tf
    assert tf.compat.v1.nn.rnn_cell.RNNCell is rnn_cell.RNNCell
    assert tf.compat.v1.contrib.rnn.GRUCell is tf.nn.rnn_cell.GRUCell
    from tf1_rnn.v1.compat import v1

    assert v1 is tf


def test_what_tf_upgrade_v2_wrote_builds_a_graph():
    with tf.Graph().as_default():
        x = tf.compat.v1.placeholder(tf.float32, [None, 3, 2])
        cell = tf.compat.v1.nn.rnn_cell.LSTMCell(4)
        outputs, _ = tf.compat.v1.nn.dynamic_rnn(cell=cell, inputs=x, dtype=tf.float32)
        names = [v.op.name for v in tf.compat.v1.global_variables()]
    assert outputs.shape.as_list() == [None, 3, 4]
    assert names == ["rnn/lstm_cell/kernel", "rnn/lstm_cell/bias"]


def test_the_rest_of_compat_is_tensorflows():
    assert tf.compat.v2.function is tensorflow_2.function
    assert tf.compat.as_str(b"a") == "a" and "as_bytes" in dir(tf.compat) and "v1" in dir(tf.compat)
