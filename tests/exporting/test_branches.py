"""TensorFlow 1's branches, both computed: the same numbers without Switch and Merge."""

import itertools

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tests.exporting import graphs
from tf1_rnn.exporting import branches
from tf1_rnn.exporting.frozen_model import FrozenModel

X = np.random.RandomState(0).uniform(-1, 1, [3, 4]).astype("float32")


def model(build):
    with tf.Graph().as_default() as graph:
        x = tf.placeholder("float", [None, 4], name="x")
        ends = {
            f"y{i}": tf.identity(y, f"y{i}").name for i, y in enumerate(tf.nest.flatten(build(x)))
        }
    return FrozenModel(graph.as_graph_def(), {"x": "x:0"}, ends, {})


def both(x):
    return [
        tf.cond(
            tf.reduce_sum(x) > bound, lambda: (x * 2.0, tf.ones([2])), lambda: (-x, tf.zeros([2]))
        )
        for bound in (-100.0, 100.0)
    ]


def within(x):
    """A branch in a branch, with values from outside of both."""

    def outer(limit, inner_limit):
        def inner():
            above = tf.reduce_max(x) > inner_limit
            return tf.cond(above, lambda: x + 1.0, lambda: x + 2.0) * 3.0

        return tf.cond(tf.reduce_sum(x) > limit, inner, lambda: x + 4.0)

    return [outer(*limits) for limits in itertools.product((-100.0, 100.0), repeat=2)]


def in_a_loop(x):
    """As decoders do: what is read next, or nothing where nothing is left."""
    steps = tf.TensorArray("float32", 3).unstack(tf.stack([x, x + 1.0, x + 2.0]))

    def body(t, h):
        after = t + 1
        return after, tf.cond(after >= 3, lambda: h * 0.5, lambda: h + steps.read(after))

    first = tf.cond(tf.reduce_sum(x) > 100.0, lambda: x, lambda: steps.read(0))
    return tf.while_loop(lambda t, h: t < 3, body, [0, first])


@pytest.mark.parametrize("build", [both, within, in_a_loop])
def test_the_same_numbers_without_branches(build):
    made = model(build)
    found = branches.chosen(made.graph_def)
    loops = sum(node.op == "Merge" for node in found.node)
    assert loops == (2 if build is in_a_loop else 0)
    assert sum(node.op == "Switch" for node in found.node) == loops
    graphs.assert_same(made, found, {"x": X})


def test_a_graph_without_branches_stays_itself():
    graph_def = model(lambda x: tf.while_loop(lambda h: tf.reduce_sum(h) < 9.0, tf.exp, [x]))
    assert branches.chosen(graph_def.graph_def) is graph_def.graph_def
