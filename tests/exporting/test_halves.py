"""Batches that are run in halves are made whole, and what only looks like halves is not."""

import tf1_rnn.v1 as tf
from tf1_rnn.exporting import halves


def test_halves_that_are_not_alike_stay_apart():
    with tf.Graph().as_default() as graph:
        x = tf.placeholder("float", [None, 4], name="x")
        n = tf.shape(x)[0]
        one, other = tf.split(x, [n // 2, n - n // 2])
        tf.concat([tf.tanh(one), tf.sigmoid(other)], 0, "unlike")
        tf.concat([one - tf.reduce_mean(one, 0), other - tf.reduce_mean(other, 0)], 0, "mixed")
        tf.concat([tf.tanh(other), tf.tanh(one)], 0, "swapped")
        tf.concat([tf.tanh(one), tf.tanh(other)], 1, "along")
        tf.concat([tf.tanh(one), tf.tanh(other)], 0, "whole")
    found = {node.name: node.op for node in halves.whole(graph.as_graph_def()).node}
    assert {name: found[name] for name in ("unlike", "mixed", "swapped", "along", "whole")} == {
        **dict.fromkeys(["unlike", "mixed", "swapped", "along"], "ConcatV2"),
        "whole": "Identity",
    }
