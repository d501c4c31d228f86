"""Dropout in TensorFlow 1.x's operations: what is kept, what is refused, how many nodes."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tf1_rnn.cells import dropout


@pytest.mark.parametrize("as_tensor", [False, True])
@pytest.mark.parametrize("rate", [0.25, 0.9])
def test_what_is_kept_is_scaled_and_its_share_is_right(rate, as_tensor):
    with tf.Graph().as_default(), tf.Session() as session:
        given = tf.constant(rate) if as_tensor else rate
        found = session.run(dropout.dropout(tf.ones([100, 100]), given, seed=1))
    kept = found[found != 0]
    np.testing.assert_allclose(kept, 1 / (1 - rate), rtol=1e-6)
    assert abs(kept.size / found.size - (1 - rate)) < 0.02


@pytest.mark.parametrize("noise_shape", [[1, 6], [None, 6], None])
def test_places_are_dropped_together_where_the_noise_is_broadcast(noise_shape):
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.ones([5, 6])
        found = session.run(dropout.dropout(x, 0.5, noise_shape, seed=3)) != 0
    assert (found == found[0]).all() == (noise_shape == [1, 6])


def test_a_shape_may_be_a_tensor_or_of_another_rank():
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.ones([4, 5, 6])
        shapes = tf.constant([4, 1, 1]), [5, 1], [tf.shape(x)[0], 1, 1]
        wholes = [session.run(dropout.dropout(x, 0.5, shape, seed=3)) != 0 for shape in shapes]
    assert (wholes[0] == wholes[0][:, :1, :1]).all() and not wholes[0].all()
    np.testing.assert_array_equal(wholes[2], wholes[0])
    assert (wholes[1] == wholes[1][:1, :, :1]).all() and not wholes[1].all()


def test_a_rate_of_zero_makes_no_node():
    with tf.Graph().as_default() as graph:
        x = tf.ones([2])
        before = len(graph.get_operations())
        assert dropout.dropout(x, 0) is x and dropout.dropout(x, 0.0) is x
        assert len(graph.get_operations()) == before


@pytest.mark.parametrize("rate", [1, 1.0, -0.1, 2])
def test_a_rate_out_of_range(rate):
    with tf.Graph().as_default(), pytest.raises(ValueError, match=r"in \[0, 1\), got"):
        dropout.dropout(tf.ones([2]), rate)


def test_integers_are_refused():
    with tf.Graph().as_default(), pytest.raises(ValueError, match="floating-point .*got int32"):
        dropout.dropout(tf.ones([2], tf.int32), 0.5)


def test_uniform_has_the_nodes_of_1_x():
    """TensorFlow saves the subtraction and the addition for bounds of 0 and 1."""
    with tf.Graph().as_default() as graph:
        dropout.uniform([3])
        made = [node.type for node in graph.get_operations()]
    assert [made.count(kind) for kind in ("Sub", "Mul")] == [1, 1]
    assert sum(made.count(kind) for kind in ("Add", "AddV2")) == 1
