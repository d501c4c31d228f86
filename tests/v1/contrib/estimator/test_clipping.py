"""An optimiser that clips the gradients before it applies them."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf

contrib = tf.contrib.estimator


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default():
        yield


def test_gradients_are_clipped_by_the_norm_of_all():
    # What 1.15.5 gave, with a sparse gradient in which a row comes twice.
    table = tf.get_variable(
        "e", [4, 2], initializer=tf.constant_initializer(np.arange(8.0).reshape(4, 2))
    )
    kernel = tf.get_variable("w", [2, 1], initializer=tf.ones_initializer())
    rows = tf.nn.embedding_lookup(table, [1, 1, 3])
    optimizer = contrib.clip_gradients_by_norm(tf.train.GradientDescentOptimizer(1.0), 3.0)
    step = optimizer.minimize(tf.reduce_sum(tf.square(tf.matmul(rows, kernel))))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(step)
        table, kernel = session.run([table, kernel])
    np.testing.assert_allclose(kernel, [[-0.8713213], [-1.310509]], rtol=1e-6)
    np.testing.assert_allclose(table[1], [1.8090489, 2.8090487], rtol=1e-6)
    np.testing.assert_allclose(table[3], [5.7517633, 6.7517633], rtol=1e-6)


def test_it_has_the_other_optimisers_slots_and_name():
    inner = tf.train.AdamOptimizer(0.1)
    optimizer = contrib.clip_gradients_by_norm(inner, 1.0)
    variable = tf.get_variable("v", [2])
    optimizer.minimize(tf.reduce_sum(variable))
    assert optimizer.get_name() == "ClipByNormAdam"
    assert optimizer.get_slot_names() == inner.get_slot_names() == ["m", "v"]
    assert optimizer.get_slot(variable, "m") is inner.get_slot(variable, "m")
    assert optimizer.variables() == inner.variables() != []


def test_a_variable_without_a_gradient_and_the_global_step():
    used, unused = (tf.get_variable(name, [2]) for name in "ab")
    optimizer = contrib.clip_gradients_by_norm(tf.train.GradientDescentOptimizer(1.0), 1.0)
    pairs = optimizer.compute_gradients(tf.reduce_sum(used), [used, unused])
    assert pairs[1] == (None, unused)
    train = optimizer.apply_gradients(pairs, tf.train.create_global_step())
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        before = session.run(unused)
        session.run(train)
        np.testing.assert_array_equal(session.run(unused), before)
        assert session.run(tf.train.get_global_step()) == 1
