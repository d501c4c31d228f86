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


def test_of_estimators_there_is_none():
    with pytest.raises(AttributeError, match="from_estimator is not supported"):
        _ = predictor.from_estimator
