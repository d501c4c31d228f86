"""A trained graph with constants for its variables, and names of its own."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.exporting import frozen_model

X = np.arange(6.0, dtype="float32").reshape(3, 2)


@pytest.fixture
def model():
    with tf.Graph().as_default(), tf.Session() as session, tf.device("/cpu:0"):
        x = tf.placeholder(tf.float32, [None, 2], "scope/inputs")
        w = tf.get_variable("w", [2, 1], initializer=tf.ones_initializer())
        y = x @ w
        session.run(tf.global_variables_initializer())
        w.load([[1.0], [10.0]], session)
        return frozen_model.freeze(session, {"x": x}, {"y": y, "same": x}, {"who": "me"})


def test_it_runs_by_its_names_without_variables(model):
    found = model.run({"x": X})
    np.testing.assert_array_equal(found["y"], X @ [[1], [10]])
    np.testing.assert_array_equal(found["same"], X)
    assert model.metadata == {"who": "me"} and model.inputs == {"x": "scope/inputs:0"}
    assert not any("Var" in node.op or node.device for node in model.graph_def.node)


@pytest.mark.parametrize("batch_size", [None, 3])
@pytest.mark.parametrize("scaling", [None, ([1.0, 2.0], [0.5, 4.0])])
def test_inputs_of_its_own_names_and_values_of_any_scale(model, batch_size, scaling):
    made = frozen_model.with_inputs(model, batch_size, scaling and {"x": scaling})
    assert made.inputs == {"x": "x:0"} and made.outputs == {"y": "y:0", "same": "same:0"}
    shape = next(node for node in made.graph_def.node if node.name == "x").attr["shape"].shape
    assert [size.size for size in shape.dim] == [batch_size or -1, 2]
    mean, deviation = scaling or (0, 1)
    expected = (X - np.array(mean)) / np.array(deviation)
    found = made.run({"x": X})
    np.testing.assert_allclose(found["same"], expected, rtol=1e-6)
    np.testing.assert_allclose(found["y"], expected @ [[1], [10]], rtol=1e-6)
    assert made.metadata == model.metadata


def test_it_is_run_without_the_rewrite_that_changes_results(model, monkeypatch):
    """See `tf1_rnn/grappler.py`; in this process the rewrite is off for all sessions."""
    configs, session = [], tf.Session
    monkeypatch.setattr(
        "tensorflow.compat.v1.Session",
        lambda config=None: configs.append(config) or session(config=config),
    )
    model.run({"x": X})
    (options,) = [config.graph_options.rewrite_options for config in configs]
    assert options.remapping == options.OFF


def test_samples_tell_the_rank_that_a_graph_does_not(model):
    graph_def = tf.GraphDef()
    graph_def.CopyFrom(model.graph_def)
    (given,) = [node for node in graph_def.node if node.op == "Placeholder"]
    given.attr["shape"].shape.unknown_rank = True
    del given.attr["shape"].shape.dim[:]
    found = frozen_model.with_inputs(model._replace(graph_def=graph_def), samples={"x": X})
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(found.graph_def, name="")
    assert graph.get_tensor_by_name(found.inputs["x"]).shape.as_list() == [None, 2]
