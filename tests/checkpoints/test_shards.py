"""Partitioned variables: grouped by name, in the order of their numbers, and joined."""

import numpy as np

from tf1_rnn.checkpoints import shards


def test_shards_are_grouped_in_the_order_of_their_numbers():
    names = ["k/part_10", "k/part_2", "bias", "k/part_0", "part_1"]
    assert shards.grouped(names) == {
        "k": ["k/part_0", "k/part_2", "k/part_10"],
        "bias": ["bias"],
        "part_1": ["part_1"],
    }


def test_shapes_and_arrays_join_along_the_first_axis():
    arrays = [np.arange(4.0).reshape(2, 2), np.arange(6.0).reshape(3, 2)]
    assert shards.joined_shape([array.shape for array in arrays]) == [5, 2]
    np.testing.assert_array_equal(shards.joined(arrays), np.concatenate(arrays))


def test_one_shard_is_the_variable():
    assert shards.joined_shape([[3, 2]]) == [3, 2]
    assert shards.joined_shape([[]]) == []
    assert shards.joined([np.float32(1)]).shape == ()
