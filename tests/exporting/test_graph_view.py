"""Looking things up in a graph, past what changes nothing."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tests.exporting import graphs
from tf1_rnn.exporting.graph_view import GraphView, with_index


@pytest.fixture(scope="module")
def view():
    with tf.Graph().as_default() as graph:
        x = tf.placeholder("float", [2, 3], name="x")
        same = tf.stop_gradient(tf.identity(x, "same"), "stopped")
        halves = tf.split(same, [1, 2], 1, name="halves")
        with tf.control_dependencies([halves[0]]):
            tf.add(halves[1], 1.0, name="sum")
        tf.zeros_like(x, name="like")
        tf.range(1, 7, 2, name="range")
        tf.fill([2, 2], 0.0, name="filled")
        tf.stack([tf.range(2), [5, 6]], 1, name="packed")
        tf.concat([[1, 2], tf.fill([1], 3)], 0, name="joined")
        tf.fill(tf.shape(tf.placeholder("float", [None, 3])), 0.0, name="of_unknown_shape")
    return GraphView(graph.as_graph_def())


def test_past_what_changes_nothing(view):
    assert view.source("stopped") == "x:0" and view.node("stopped:0").op == "Placeholder"
    assert view.node_at("stopped:0").op == "StopGradient"
    assert view.inputs(view.nodes["sum"])[0] == "halves:1"


def test_who_takes_a_tensor(view):
    assert [node.name for node, _ in view.consumers("x:0")] != []
    uses = {(node.name, place) for node, place in view.uses("x:0")}
    assert ("halves", 0) in uses and not any(name == "same" for name, _ in uses)
    # One that only waits for it takes nothing.
    assert view.consumers("halves:0") == []
    assert [(node.name, place) for node, place in view.uses("halves:1")] == [("sum", 0)]


@pytest.mark.parametrize(
    "name, value",
    [
        ("range", [1, 3, 5]),
        ("filled", [[0, 0], [0, 0]]),
        ("packed", [[0, 5], [1, 6]]),
        ("joined", [1, 2, 3]),
        ("x", None),
        ("sum", None),
        ("of_unknown_shape", None),
    ],
)
def test_what_is_constant(view, name, value):
    found = view.constant(name + ":0")
    assert (found is None) == (value is None)
    if value is not None:
        np.testing.assert_array_equal(found, value)


@pytest.mark.parametrize(
    "name, is_zero",
    [("like", True), ("filled", True), ("of_unknown_shape", True), ("x", False), ("range", False)],
)
def test_what_is_zero(view, name, is_zero):
    assert view.is_zero(name + ":0") == is_zero


@pytest.mark.parametrize("name, full", [("a/b", "a/b:0"), ("a:1", "a:1")])
def test_a_name_with_its_index(name, full):
    assert with_index(name) == full


def test_what_is_constant_is_told():
    model, _ = graphs.build("lstm")
    view = GraphView(model.graph_def)
    swaps = [n for n in model.graph_def.node if n.op == "Transpose" and "gradient" not in n.name]
    assert all(list(view.constant(node.input[1])) == [1, 0, 2] for node in swaps) and swaps
    assert view.constant("x:0") is None
