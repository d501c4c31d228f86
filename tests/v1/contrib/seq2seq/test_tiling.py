"""Every example of a batch several times in a row."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf

tile_batch = tf.contrib.seq2seq.tile_batch


@pytest.mark.parametrize("batch", [2, None])
@pytest.mark.parametrize("as_tensor", [False, True])
def test_copies_follow_their_example(batch, as_tensor):
    value = np.arange(6).reshape(2, 3)
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.int64, [batch, 3])
        tiled = tile_batch(x, tf.placeholder_with_default(2, []) if as_tensor else 2)
        assert tiled.shape.as_list() == [4 if batch and not as_tensor else None, 3]
        found = session.run(tiled, {x: value})
    np.testing.assert_array_equal(found, value[[0, 0, 1, 1]])


def test_structures_of_any_depth_and_rank():
    with tf.Graph().as_default(), tf.Session() as session:
        state = tf.nn.rnn_cell.LSTMStateTuple(tf.constant([1, 2]), (tf.ones([2, 3, 4]),))
        tiled = tile_batch(state, 3)
        assert isinstance(tiled, tf.nn.rnn_cell.LSTMStateTuple)
        assert session.run(tiled.c).tolist() == [1, 1, 1, 2, 2, 2]
        assert tiled.h[0].shape.as_list() == [6, 3, 4]


def test_the_rank_must_be_known():
    with tf.Graph().as_default(), pytest.raises(ValueError, match="statically known rank"):
        tile_batch(tf.placeholder(tf.float32), 2)
    with tf.Graph().as_default(), pytest.raises(ValueError, match="Const:0 has no dimension"):
        tile_batch(tf.constant(1.0), 2)
