"""Graphs without loops compute what they did; loops that cannot be unrolled are named."""

import pytest

import tf1_rnn.v1 as tf
from tests.exporting import graphs
from tests.exporting.graphs import assert_same, operators
from tf1_rnn.exporting import frozen_model, unrolling
from tf1_rnn.exporting.functional import functional

LOOPS = {"Enter", "Exit", "NextIteration", "LoopCond", "TensorArrayV3", "While"}


@pytest.mark.parametrize("name", ["lstm", "stack", "layer_norm", "both ways", "basic_lstm"])
def test_an_unrolled_loop(name):
    model, feed = graphs.build(name)
    model = frozen_model.with_inputs(model)  # an output may be the loop's own
    found = unrolling.unrolled(model.graph_def, model.outputs.values())
    assert operators(model.graph_def) & LOOPS and not operators(found) & LOOPS
    assert_same(model, found, feed)


def test_a_loop_of_unknown_length_is_named():
    model, _ = graphs.build("lstm")
    for node in model.graph_def.node:
        if node.name == "x":
            node.attr["shape"].shape.dim[1].size = -1
    for node in model.graph_def.node:
        node.attr.pop("_output_shapes", None)
    with pytest.raises(ValueError, match="number of steps is unknown"):
        unrolling.unrolled(model.graph_def, model.outputs.values())


def ended_by_a_number(x):
    """A loop that ends when what it computes is large enough."""
    return tf.while_loop(lambda h: tf.reduce_sum(h) < 9.0, lambda h: h * 2.0, [x], [x.shape])


def reading_what_it_writes(x):
    """A loop whose step reads what the step before has written."""
    array = tf.TensorArray(tf.float32, 4, clear_after_read=False).write(0, x)
    array = tf.while_loop(
        lambda t, _: t < 3,
        lambda t, array: (t + 1, array.write(t + 1, array.read(t) * 2.0)),
        [0, array],
    )[1]
    return array.stack()


@pytest.mark.parametrize(
    "loop, words",
    [
        (ended_by_a_number, "ends by a number it computes"),
        (reading_what_it_writes, "reads what a loop writes, which int8 cannot"),
    ],
)
def test_a_loop_that_cannot_be_unrolled_is_named(loop, words):
    with tf.Graph().as_default() as graph:
        end = tf.identity(loop(tf.placeholder("float", [2], name="x")), "end")
    with pytest.raises(ValueError, match=words):
        unrolling.unrolled(graph.as_graph_def(), [end.name])


def test_what_cannot_be_unrolled_is_left_to_another():
    with tf.Graph().as_default() as graph:
        x = tf.placeholder("float", [2], name="x")
        twice = tf.while_loop(lambda t, _: t < 3, lambda t, y: (t + 1, y * 2.0), [0, x])[1]
        end = tf.identity(ended_by_a_number(twice), "end")
    found = unrolling.unrolled(graph.as_graph_def(), [end.name], functional)
    assert "StatelessWhile" in operators(found) and not operators(found) & LOOPS


def test_a_graph_without_loops_keeps_what_is_needed():
    with tf.Graph().as_default() as graph:
        x = tf.placeholder("float", [2], name="x")
        tf.identity(2.0 * x, "end")
        tf.identity(3.0 * x, "other")
    names = [node.name for node in unrolling.unrolled(graph.as_graph_def(), ["end:0"]).node]
    assert "end" in names and "other" not in names
