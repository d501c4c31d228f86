"""The fast loops under the v1 API: what a seeded script starts from."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.v1 import _fast


def start():
    """Values of all variables, seeded as in 1.15.5 by the nodes before them, and a later draw."""
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(7)
        x = tf.random_normal([2, 40, 3])
        cell = tf.nn.rnn_cell.DropoutWrapper(
            tf.nn.rnn_cell.LSTMCell(3), 0.5, 0.5, state_keep_prob=0.5
        )
        outputs, _ = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
        stacked = tf.contrib.rnn.static_rnn(
            tf.nn.rnn_cell.GRUCell(3), tf.unstack(outputs, axis=1), dtype=tf.float32, scope="static"
        )
        tf.get_variable("after", [3])
        later = tf.random_uniform([4])
        assert len(stacked[0]) == 40
        session.run(tf.global_variables_initializer())
        return session.run([*tf.global_variables(), later])


def test_a_seeded_script_starts_from_the_same_variables():
    expected = start()
    report = _fast.install()
    try:
        actual = start()
    finally:
        report.undo()
    assert report.line() == "fast: 2 of 2 recurrent calls"
    for one, other in zip(actual, expected, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("name", ["nn", "contrib.rnn"])
def test_what_was_there_comes_back(name):
    module = tf.nn if name == "nn" else tf.contrib.rnn
    before = module.static_rnn
    report = _fast.install()
    assert module.static_rnn is not before
    report.undo()
    assert module.static_rnn is before
