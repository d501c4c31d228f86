"""What is computed only from constants becomes a constant, and random numbers do not."""

import numpy as np

import tf1_rnn.v1 as tf
from tests.exporting.graphs import operators
from tf1_rnn.exporting import folding
from tf1_rnn.exporting.graph_view import GraphView


def test_what_is_made_of_constants_is_one():
    with tf.Graph().as_default() as graph:
        x = tf.placeholder("float", [None, 2], name="x")
        parts = tf.split(tf.constant(np.arange(8, dtype="float32").reshape(2, 4)) * 2.0, 2, 1)
        tf.add(x @ parts[1], tf.random_normal([2]) * tf.constant(3.0), name="y")
    found = folding.folded(graph.as_graph_def(), ["y"])
    assert "RandomStandardNormal" in operators(found) and "Split" not in operators(found)
    view = GraphView(found)
    (product,) = [node for node in found.node if node.op == "MatMul"]
    np.testing.assert_array_equal(view.constant(product.input[1]), [[4, 6], [12, 14]])
