"""`contrib.layers.python.ops.sparse_ops`: which values are left out, and names of nodes."""

import pytest
from tf1_rnn.v1.contrib.layers.python.ops import sparse_ops

import tf1_rnn.v1 as tf


@pytest.mark.parametrize(
    "dense, ignored, indices, values",
    [
        ([[1, 0], [0, 2]], None, [[0, 0], [1, 1]], [1, 2]),
        ([[1, 0], [-1, 2]], -1, [[0, 0], [0, 1], [1, 1]], [1, 0, 2]),
        (["a", ""], None, [[0]], [b"a"]),
        ([1.0, 0.0], 1.0, [[1]], [0.0]),
        ([True, False], True, [[1]], [False]),
    ],
)
def test_a_dense_tensor_without_the_ignored_value(dense, ignored, indices, values):
    with tf.Graph().as_default(), tf.Session() as session:
        made = sparse_ops.dense_to_sparse_tensor(tf.constant(dense), ignored)
        assert made.indices.name == "DenseToSparseTensor/indices:0"
        found = session.run(made)
    assert (found.indices.tolist(), found.values.tolist()) == (indices, values)
    assert found.dense_shape.tolist() == [2] * len(indices[0])
