"""One step of a recurrence is recognised by its operations; what only looks like one is not."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.exporting import steps
from tf1_rnn.exporting.graph_view import GraphView

X, H, C = 3, 2, 2


def weights(*shape):
    return tf.constant(np.random.RandomState(sum(shape)).randn(*shape).astype("float32"))


def matched(build):
    """Match the last tensor of a graph of x, h and c."""
    with tf.Graph().as_default() as graph:
        x = tf.placeholder("float", [None, X], name="x")
        h, c = (tf.placeholder("float", [None, H], name=name) for name in "hc")
        end = build(x, h, c)
    return steps.match(GraphView(graph.as_graph_def()), end.name)


def rnn(x, h, c):
    return tf.tanh(tf.concat([x, h], 1) @ weights(X + H, H) + weights(H))


def lstm(x, h, c, order="ijfo", forget=lambda f: f + 1.0):
    """An LSTM in a user's own code, its gates in an order of their own."""
    gates = tf.split(tf.concat([x, h], 1) @ weights(X + H, 4 * H) + weights(4 * H), 4, 1)
    i, j, f, o = (gates[order.index(gate)] for gate in "ijfo")
    c = tf.sigmoid(forget(f)) * c + tf.sigmoid(i) * tf.tanh(j)
    return tf.tanh(c) * tf.sigmoid(o)


def gru(x, h, c, one=1.0):
    gates = tf.sigmoid(tf.concat([x, h], 1) @ weights(X + H, 2 * H) + weights(2 * H))
    r, u = tf.split(gates, 2, 1)
    new = tf.tanh(tf.concat([x, r * h], 1) @ weights(X + H, H) + weights(H))
    return u * h + (one - u) * new


def test_a_simple_step():
    step = matched(rnn)
    assert (step.x, step.states) == ("x:0", {"h": "h:0"})
    assert step.weights["family"] == "rnn" and step.weights["input_kernel"].shape == (X, H)


@pytest.mark.parametrize("order", ["ijfo", "oifj", "fjoi"])
def test_the_gates_of_an_lstm_in_any_order(order):
    step = matched(lambda x, h, c: lstm(x, h, c, order))
    assert step.states == {"h": "h:0", "c": "c:0"}
    known = matched(lstm).weights
    here = np.split(weights_of(step), 4, 1)
    there = np.split(weights_of(matched(lstm)), 4, 1)
    for place, gate in enumerate("ifjo"):
        np.testing.assert_array_equal(here[place], there["ifjo".index("ijfo"[order.index(gate)])])
    assert known["peepholes"] is None


def weights_of(step):
    return np.concatenate([step.weights["input_kernel"], step.weights["state_kernel"]])


def test_what_is_added_to_a_gate_goes_into_its_bias():
    plain = matched(lambda x, h, c: lstm(x, h, c, forget=lambda f: f)).weights["bias"]
    added = matched(lambda x, h, c: lstm(x, h, c, forget=lambda f: f + 2.5)).weights["bias"]
    np.testing.assert_allclose(added - plain, [0] * H + [2.5] * H + [0] * 2 * H)


def test_a_gated_unit():
    step = matched(gru)
    assert step.weights["family"] == "gru" and step.states == {"h": "h:0"}


@pytest.mark.parametrize(
    "build",
    [
        lambda x, h, c: gru(x, h, c, one=2.0),
        lambda x, h, c: lstm(x, h, c, forget=lambda f: 2.0 * f),
        lambda x, h, c: lstm(x, h, c, forget=lambda f: f + tf.random_normal([H])),
        lambda x, h, c: tf.tanh(tf.concat([x, h, c], 1) @ weights(X + 2 * H, H)),
        lambda x, h, c: tf.sigmoid(h) * tf.tanh(c),
        lambda x, h, c: h + c,
    ],
)
def test_what_only_looks_like_a_step(build):
    assert matched(build) is None
