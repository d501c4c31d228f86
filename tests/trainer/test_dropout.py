"""Dropout of a loop's outputs is that of DropoutWrapper."""

import types

import numpy as np
import tensorflow.compat.v1 as tf

from tf1_rnn.trainer.dropout import with_dropout
from tf1_rnn.v1.nn import rnn_cell


def test_dropout_is_that_of_the_wrapper():
    # Outputs of one step are all dropped with the same probability, and scaled by its inverse.
    outputs = tf.ones([50, 20, 10])
    given = types.SimpleNamespace(dynamic_rnn=lambda: (outputs, "state"))
    with tf.Session() as session:
        tf.train.get_or_create_global_step()
        session.run(tf.global_variables_initializer())
        keep_prob = tf.placeholder_with_default(1.0, [])
        dropped, state = with_dropout(given, keep_prob, 0).dynamic_rnn()
        value = session.run(dropped, {keep_prob: 0.8})
        np.testing.assert_array_equal(session.run(dropped), 1)
    assert state == "state"
    np.testing.assert_allclose(np.unique(value), [0, 1.25])
    assert abs(value.mean() - 1) < 0.02
    assert len(np.unique(value.reshape(1000, 10), axis=0)) > 100  # steps have masks of their own
    with tf.Graph().as_default(), tf.Session() as session:
        wrapper = rnn_cell.DropoutWrapper(rnn_cell.GRUCell(10), output_keep_prob=0.8)
        theirs, _ = tf.nn.dynamic_rnn(wrapper, tf.ones([50, 20, 3]), dtype="float32")
        session.run(tf.global_variables_initializer())
        dropped = session.run(theirs) == 0
    assert abs(dropped.mean() - (value == 0).mean()) < 0.02
