"""Functions of TensorFlow 2 in a graph, put in place: the same numbers, without functions."""

import numpy as np
import pytest
import tensorflow

import tf1_rnn.v1 as tf
from tests.exporting import graphs
from tf1_rnn.exporting import functions
from tf1_rnn.exporting.frozen_model import FrozenModel

X = np.random.RandomState(0).uniform(-1, 1, [3, 4]).astype("float32")


def model(function):
    """Return a graph that calls a function of x `[batch, 4]`."""
    with tf.Graph().as_default() as graph:
        x = tf.placeholder("float", [None, 4], name="x")
        results = tf.nest.flatten(tensorflow.function(function)(x))
        ends = {f"y{i}": tf.identity(each, f"y{i}").name for i, each in enumerate(results)}
    return FrozenModel(graph.as_graph_def(), {"x": "x:0"}, ends, {})


def calls(x):
    inner = tensorflow.function(lambda a, b: (a - b, tf.identity(a)))
    return inner(x, inner(x, x * 2.0)[0])


def several_outputs(x):
    """Operators with outputs of several names, and with lists of them."""
    values, places = tf.nn.top_k(x, 2)
    mean, variance = tf.nn.moments(x, 0)
    return [values, places, mean, variance, *tf.split(x, 2, 1), tf.unique(tf.range(3) // 2)[1]]


def loop(x):
    """A loop with what does not change, and with constants of its own."""
    w = tf.constant(X[:2].T @ X[:2])
    w = tf.concat([w, w], 0)[:4, :2]
    return tf.while_loop(
        lambda t, h: t < 5, lambda t, h: (t + 1, tf.tanh(h + x @ w) + tf.ones([1, 2])), [0, x @ w]
    )


def nested(x):
    def outer(t, h):
        _, h = tf.while_loop(lambda k, h: k < t, lambda k, h: (k + 1, h * 0.5 + x + 1.0), [0, h])
        return t + 1, h

    return tf.while_loop(lambda t, h: t < 3, outer, [0, x])


def until_small(x):
    """A loop that ends by what it computes, with a call in its body."""
    half = tensorflow.function(lambda h: h * tf.constant(0.5))
    return tf.while_loop(lambda h: tf.reduce_max(tf.abs(h)) > 0.1, lambda h: (half(h),), [x])


def branches(x):
    return [
        tf.cond(
            tf.reduce_sum(x) > bound, lambda: (x * 2.0, tf.ones([2])), lambda: (-x, tf.zeros([2]))
        )
        for bound in (-100.0, 100.0)
    ]


@pytest.mark.parametrize("function", [calls, several_outputs, loop, nested, until_small, branches])
def test_the_same_numbers_without_functions(function):
    made = model(function)
    assert made.graph_def.library.function
    found = functions.inlined(made.graph_def)
    assert not found.library.function
    left = ("PartitionedCall", "StatefulPartitionedCall", "While", "StatelessWhile", "StatelessIf")
    assert not graphs.operators(found).intersection(left)
    graphs.assert_same(made, found, {"x": X})


def test_what_a_loop_does_not_change_is_no_variable_of_it():
    found = functions.inlined(model(loop).graph_def)
    merges = [node for node in found.node if node.op == "Merge"]
    enters = [node for node in found.node if node.op == "Enter"]
    assert 0 < len(merges) < len(enters)
    assert sum(node.attr["is_constant"].b for node in enters) == len(enters) - len(merges)


def test_a_graph_without_functions_stays_itself():
    graph_def = functions.inlined(model(calls).graph_def)
    assert functions.inlined(graph_def) is graph_def


def test_names_that_a_loop_has_taken_are_not_taken_again():
    """As 1.15.5 wrote loops of `control_flow_v2`: what is behind one is named like its parts."""
    with tf.Graph().as_default() as graph:
        x = tf.placeholder("float", [None, 4], name="x")
        tf.enable_control_flow_v2()
        try:
            _, h = tf.while_loop(lambda t, h: t < 3, lambda t, h: (t + 1, h * 0.5), [0, x])
        finally:
            tf.disable_control_flow_v2()
        for place in range(6):
            with tf.name_scope("while/"):
                h = tf.identity(h + 1.0, f"Identity_{place}")
    made = FrozenModel(graph.as_graph_def(), {"x": "x:0"}, {"y0": h.name}, {})
    found = functions.inlined(made.graph_def)
    names = [node.name for node in found.node]
    assert len(names) == len(set(names))
    graphs.assert_same(made, found, {"x": X})
