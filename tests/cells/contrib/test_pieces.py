import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tf1_rnn.cells.contrib import pieces


@pytest.mark.parametrize("bias", [True, False])
def test_linear(bias):
    a, b = np.arange(4.0).reshape(2, 2), np.array([[7.0], [-1.0]])
    with tf.Graph().as_default(), tf.Session() as session:
        result = pieces.linear(
            [tf.constant(a), tf.constant(b)], 2, tf.constant_initializer(0.5), bias
        )
        variables = tf.global_variables()
        session.run(tf.global_variables_initializer())
        np.testing.assert_allclose(session.run(result), [[4.0, 4.0], [2.0, 2.0]])
    assert [v.op.name for v in variables] == ["kernel", "bias"][: 1 + bias]
    assert [v.shape.as_list() for v in variables] == [[3, 2], [2]][: 1 + bias]


@pytest.mark.parametrize("shards, rows", [(1, [7]), (2, [4, 3]), (3, [3, 2, 2]), (7, [1] * 7)])
def test_sharded_variable_is_its_parts_in_order(shards, rows):
    with tf.Graph().as_default(), tf.Session() as session:
        whole = pieces.sharded_variable("W", [7, 2], tf.float64, shards)
        parts = tf.global_variables()
        session.run(tf.global_variables_initializer())
        np.testing.assert_array_equal(session.run(whole), np.concatenate(session.run(parts)))
    assert [v.op.name for v in parts] == [f"W_{i}" for i in range(shards)]
    assert [v.shape.as_list() for v in parts] == [[n, 2] for n in rows]


def test_more_shards_than_rows():
    with tf.Graph().as_default(), pytest.raises(ValueError, match="at most 2 shards"):
        pieces.sharded_variable("W", [2, 2], tf.float32, 3)


def test_layer_norm():
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.constant([[1.0, 2.0, 3.0], [-4.0, 0.0, 4.0]], tf.float64)
        result = session.run(pieces.layer_norm(x, tf.constant([2.0] * 3, tf.float64), 1.0))
    root = np.sqrt(1.5)
    np.testing.assert_allclose(result, 1 + 2 * np.array([[-root, 0, root]] * 2), atol=1e-11)


@pytest.mark.parametrize("row", [[2.0] * 4, [1.0, 1.0, 1.0, 1.5], [-3.0, 0.5, 1.0, 7.0]])
def test_layer_norm_in_float16_takes_the_epsilon_of_1_15_5(row):
    """1e-12 is 0 in float16, and a row of equal numbers was NaN; 1.15.5 takes 1e-3 there."""
    value = np.array([row], "float16")
    with tf.Graph().as_default(), tf.Session() as session:
        got = session.run(pieces.layer_norm(tf.constant(value), tf.ones([4], "float16"), 0.0))
    exact = value.astype("float64")
    deviations = exact - exact.mean()
    np.testing.assert_allclose(got, deviations / np.sqrt(exact.var() + 1e-3), atol=5e-3)
