"""A graph that is cut where it is fed computes the same of what it is fed there."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tests.exporting.graphs import operators
from tf1_rnn.exporting import feeding
from tf1_rnn.exporting.frozen_model import FrozenModel


@pytest.fixture
def graph():
    """A queue's two tensors; dropout with a rate that has a default, and one that has none."""
    with tf.Graph().as_default() as graph:
        queue = tf.FIFOQueue(2, ["float", "int32"], [[3], []], name="queue")
        x, n = queue.dequeue_many(2, name="batch")
        scale = tf.placeholder_with_default(2.0, [], "scale")
        is_training = tf.placeholder("bool", [], "is_training")
        with tf.control_dependencies([n]):
            y = x * scale + tf.cast(n, "float")[:, None]
        tf.cond(is_training, lambda: y * 0.0, lambda: tf.identity(y, "left"), name="chosen")
        tf.identity(graph.get_tensor_by_name("chosen/Merge:0"), "y")
    return graph


def cut(graph, inputs, **fixed):
    model = FrozenModel(graph.as_graph_def(), inputs, {"y": "y:0"}, {})
    return feeding.cut(model, graph, {f"{key}:0": np.asarray(fixed[key]) for key in fixed})


BATCH = {"x": "batch:0", "n": "batch:1"}
FEED = {"x": np.arange(6.0, dtype="f").reshape(2, 3), "n": np.array([1, 2], "int32")}


def test_tensors_of_a_queue_as_inputs_and_a_fixed_switch(graph):
    model = cut(graph, BATCH, is_training=False)
    assert not operators(model.graph_def) & {"FIFOQueueV2", "QueueDequeueManyV2"}
    assert "PlaceholderWithDefault" not in operators(model.graph_def)
    expected = FEED["x"] * 2 + FEED["n"][:, None]
    np.testing.assert_array_equal(model.run(FEED)["y"], expected)
    # The other branch was computed, too.
    assert not cut(graph, BATCH, is_training=True).run(FEED)["y"].any()


def test_a_placeholder_stays_what_it_is(graph):
    model = cut(graph, {**BATCH, "scale": "scale:0", "off": "is_training:0"})
    assert model.inputs["scale"] == "scale:0" and model.inputs["x"] != "batch:0"
    found = model.run({**FEED, "scale": np.float32(3), "off": np.array(False)})["y"]
    np.testing.assert_array_equal(found, FEED["x"] * 3 + FEED["n"][:, None])


def test_values_as_text(graph):
    scale, switch = (graph.get_tensor_by_name(f"{n}:0") for n in ("scale", "is_training"))
    assert feeding.value(scale, "0.5") == np.float32(0.5)
    assert feeding.value(scale, "1").dtype == np.float32
    assert not feeding.value(switch, "False") and feeding.value(switch, "true")


@pytest.mark.parametrize(
    "name, text, words",
    [
        ("scale", "much", "scale is a float32, not much"),
        ("is_training", "0.5", "is_training is a bool, not 0.5"),
        ("batch", "1", "batch has the shape .*; expected one number"),
    ],
)
def test_a_value_that_does_not_fit(graph, name, text, words):
    with pytest.raises(ValueError, match=words):
        feeding.value(graph.get_tensor_by_name(f"{name}:0"), text)
