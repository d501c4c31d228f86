"""`contrib.predictor`: a SavedModel answers as the graph that it was made of."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.v1.contrib import predictor

X = np.random.RandomState(0).randn(2, 3, 4)


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = str(tmp_path_factory.mktemp("exported") / "model")
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None, 3, 4], name="x")
        outputs, state = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(5), x, dtype=tf.float32)
        last = tf.identity(state, name="last")
        session.run(tf.global_variables_initializer())
        tf.saved_model.simple_save(session, folder, {"x": x}, {"last": last, "all": outputs})
        return folder, session.run(last, {x: X})


def test_predicts_from_the_default_signature(exported):
    folder, expected = exported
    predict = predictor.from_saved_model(folder)
    assert sorted(predict.feed_tensors) == ["x"]
    assert sorted(predict.fetch_tensors) == ["all", "last"]
    assert predict.graph is not tf.get_default_graph()
    found = predict({"x": X})
    np.testing.assert_array_equal(found["last"], expected)
    np.testing.assert_array_equal(found["all"][:, -1], expected)
    with pytest.raises(ValueError, match="unexpected keys"):
        predict({"y": X})


def test_predicts_between_tensors_of_any_names(exported):
    folder, expected = exported
    predict = predictor.from_saved_model(
        folder, input_names={"a": "x:0"}, output_names={"b": "last:0"}, tags="serve"
    )
    np.testing.assert_array_equal(predict({"a": X})["b"], expected)


@pytest.mark.parametrize(
    "arguments, error, message",
    [
        ({"signature_def_key": "mine"}, ValueError, "serving_default"),
        ({"input_names": {}}, ValueError, "both"),
        (
            {"input_names": {}, "output_names": {}, "signature_def_key": "mine"},
            ValueError,
            "at most one",
        ),
        ({"tags": "train"}, RuntimeError, "train"),
    ],
)
def test_misuse(exported, arguments, error, message):
    with pytest.raises(error, match=message):
        predictor.from_saved_model(exported[0], **arguments)


def test_of_the_older_estimators_there_is_none():
    with pytest.raises(AttributeError, match="from_contrib_estimator is not supported"):
        _ = predictor.from_contrib_estimator


def _double(features, labels, mode):
    """A model with one variable, 3, that its input, a single column, is multiplied with."""
    factor = tf.get_variable("factor", [], initializer=tf.constant_initializer(3.0))
    y = features["x"] * factor
    loss = None if labels is None else tf.reduce_mean(y)
    step = tf.assign_add(tf.train.get_global_step(), 1)
    return tf.estimator.EstimatorSpec(mode, {"y": y}, loss, step)


def _doubled():
    raw = tf.placeholder(tf.float32, [None, 1], name="raw")
    return tf.estimator.export.ServingInputReceiver({"x": raw * 2}, {"raw": raw})


def test_an_estimator_predicts_from_its_checkpoint(tmp_path):
    estimator = tf.estimator.Estimator(_double, str(tmp_path))
    x = np.ones([4, 1], np.float32)
    estimator.train(tf.estimator.inputs.numpy_input_fn({"x": x}, x[:, 0], shuffle=False), steps=1)
    predict = predictor.from_estimator(estimator, _doubled)
    assert sorted(predict.feed_tensors) == ["raw"]
    np.testing.assert_array_equal(predict({"raw": [[5.0]]})["y"], [[30.0]])
    with pytest.raises(KeyError, match="output_key must be one of .*serving_default.*; got other"):
        predictor.from_estimator(estimator, _doubled, output_key="other")
    with pytest.raises(TypeError, match="You likely want to call from_contrib_estimator"):
        predictor.from_estimator(tf.contrib.learn.Estimator(_double), _doubled)
