"""What a loop in TensorFlow 1's control flow carries from step to step."""

import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.exporting import loops
from tf1_rnn.exporting.graph_view import GraphView


@pytest.fixture(scope="module")
def view():
    """Two loops: one sums 3, 4, ... and counts down; the other doubles."""
    with tf.Graph().as_default() as graph:
        start = tf.placeholder("float", [], name="start")
        limit = tf.placeholder("float", [], name="limit")
        step = tf.constant(4, name="step")
        total, left = tf.while_loop(
            lambda total, left: left > 0, lambda t, n: (t + start, n - 1), [limit, step]
        )
        tf.identity(total, "total")
        tf.identity(left, "left")
        double = tf.while_loop(lambda x: x < limit, lambda x: (2.0 * x,), [start])
        tf.identity(double, "double")
        one, two = tf.constant(1, name="one"), tf.constant(2, name="two")
        for name, value in {
            "after": step + one,
            "before": one + step,
            "by_two": step + two,
            "minus": step - one,
            "each": step + tf.constant([1, 1]),
        }.items():
            tf.identity(value, name)
    return GraphView(graph.as_graph_def())


def test_each_loop_has_its_own_entrances(view):
    found = loops.entrances(view)
    frames = [{node.attr["frame_name"].s for node in enters} for enters in found]
    assert len(found) == 2 and all(len(frame) == 1 for frame in frames)
    assert frames[0] != frames[1]
    assert {node.op for enters in found for node in enters} == {"Enter"}


def test_what_is_carried_and_what_only_comes_in(view):
    carried = {
        variable.initial: variable
        for enters in loops.entrances(view)
        for variable in loops.variables(view, enters)
    }
    # `start` is carried by the second loop, and only read by the first; `limit` the reverse.
    assert sorted(carried) == ["limit:0", "start:0", "step:0"]
    for name, end, op in [("limit:0", "total", "AddV2"), ("start:0", "double", "Mul")]:
        variable = carried[name]
        assert variable.exits == [view.source(end)]
        assert view.node(variable.new).op == op
        assert variable.inside in view.inputs(view.node(variable.new))
        assert view.node_at(variable.merged).op == "Merge"
        assert view.nodes[variable.back].op == "NextIteration"
        assert view.source(view.nodes[variable.back].input[0]) == variable.new


@pytest.mark.parametrize(
    "name, of",
    [("after", "step:0"), ("before", "step:0"), ("by_two", ""), ("minus", ""), ("each", "")],
)
def test_one_more(view, name, of):
    assert loops.after_one(view, name + ":0") == of
