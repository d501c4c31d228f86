"""`contrib.recurrent`'s loops are those of `tf.nn`: the same variables, results and gradients."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.v1.contrib import recurrent

X = np.random.RandomState(0).randn(2, 4, 3)


def run(build):
    """Results and gradients of a loop, with the variables at fixed values, and their names."""
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float64, [2, 4, 3])
        results = tf.nest.flatten(build(x))
        loss = tf.add_n([tf.reduce_sum(tf.square(result)) for result in results])
        for seed, variable in enumerate(tf.global_variables()):
            shape = variable.shape.as_list()
            variable.load(np.random.RandomState(seed).randn(*shape), session)
        gradients = tf.gradients(loss, [x, *tf.global_variables()])
        names = [variable.op.name for variable in tf.global_variables()]
        return names, session.run(results + gradients, {x: X})


def lstm():
    return tf.nn.rnn_cell.LSTMCell(5)


@pytest.mark.parametrize("lengths", [None, [2, 4]])
def test_in_one_direction(lengths):
    ours = run(lambda x: recurrent.functional_rnn(lstm(), x, lengths, dtype=tf.float64))
    theirs = run(lambda x: tf.nn.dynamic_rnn(lstm(), x, lengths, dtype=tf.float64))
    assert ours[0] == theirs[0] == ["rnn/lstm_cell/kernel", "rnn/lstm_cell/bias"]
    for found, expected in zip(ours[1], theirs[1], strict=True):
        np.testing.assert_array_equal(found, expected)


def test_in_both_directions():
    ours = run(
        lambda x: recurrent.bidirectional_functional_rnn(
            lstm(), lstm(), x, dtype=tf.float64, sequence_length=[2, 4]
        )
    )
    theirs = run(
        lambda x: tf.nn.bidirectional_dynamic_rnn(lstm(), lstm(), x, [2, 4], dtype=tf.float64)
    )
    assert ours[0] == theirs[0]
    for found, expected in zip(ours[1], theirs[1], strict=True):
        np.testing.assert_array_equal(found, expected)


def test_backwards_and_nothing_at_all():
    _, (forward, *_) = run(lambda x: recurrent.functional_rnn(lstm(), x[:, ::-1], dtype=tf.float64))
    _, (backward, *_) = run(
        lambda x: recurrent.functional_rnn(lstm(), x, dtype=tf.float64, reverse=True)
    )
    np.testing.assert_array_equal(backward, forward[:, ::-1])
    start = tf.nn.rnn_cell.LSTMStateTuple(np.ones([2, 5]), np.ones([2, 5]))
    _, (_, c, h, *_) = run(lambda x: recurrent.functional_rnn(lstm(), x, [0, 3], start))
    assert not c[0].any() and not h[0].any() and c[1].all()


@pytest.mark.parametrize("both", [False, True])
def test_only_get_variable_sees_the_initializer_of_the_scope(both):
    """Seen of 1.15.5: layers inside the function that it made of a cell start by Glorot's rule."""

    def started(make):
        x = tf.constant(X)
        with tf.variable_scope(make.__name__, initializer=tf.constant_initializer(0.25)):
            if both:
                recurrent.bidirectional_functional_rnn(make(2), make(2), x, dtype=tf.float64)
            else:
                recurrent.functional_rnn(make(2), x, dtype=tf.float64)
        kernels = [v for v in tf.global_variables(make.__name__) if v.op.name.endswith("kernel")]
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            return [(value == 0.25).all() for value in session.run(kernels)]

    with tf.Graph().as_default():
        assert not any(started(tf.nn.rnn_cell.LSTMCell))
        assert not any(started(tf.nn.rnn_cell.GRUCell))
        assert all(started(tf.contrib.rnn.UGRNNCell))
