"""`forward_features`: features among the predictions, in `predict` and in what is exported."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf

forward_features = tf.contrib.estimator.forward_features


def _inputs():
    gaps = tf.SparseTensor([[0, 0]], [5], [2, 2])
    return tf.data.Dataset.from_tensors({"x": [[1.0], [2.0]], "gaps": gaps})


def _model(features, labels, mode):
    return tf.estimator.EstimatorSpec(mode, {"y": 3 * features["x"]})


def _estimator(tmp_path, model=_model):
    return tf.estimator.Estimator(model, str(tmp_path))


def test_features_are_among_the_predictions(tmp_path):
    estimator = forward_features(_estimator(tmp_path), "x")
    found = list(estimator.predict(_inputs))
    assert [sorted(each) for each in found] == [["x", "y"]] * 2
    np.testing.assert_array_equal(
        [[each["x"][0], each["y"][0]] for each in found], [[1, 3], [2, 6]]
    )
    assert estimator.model_dir == str(tmp_path)


def test_gaps_of_sparse_features_are_filled(tmp_path):
    estimator = forward_features(_estimator(tmp_path), ["gaps"], {"gaps": -1})
    np.testing.assert_array_equal(
        [e["gaps"] for e in estimator.predict(_inputs)], [[5, -1], [-1, -1]]
    )
    with pytest.raises(ValueError, match=r"Feature \(gaps\) should be a Tensor.*sparse_default"):
        next(forward_features(_estimator(tmp_path), "gaps").predict(_inputs))


def test_what_is_exported_has_them_too(tmp_path):
    with tf.Graph().as_default():
        estimator = forward_features(_estimator(tmp_path), "x")
        spec = estimator._call_model_fn({"x": tf.ones([2, 1])}, None, "infer", estimator.config)
    assert sorted(spec.export_outputs["serving_default"].outputs) == ["x", "y"]


@pytest.mark.parametrize(
    "model, keys, message",
    [
        (_model, "z", 'Key "z" is not in features dict'),
        (
            lambda features, labels, mode: tf.estimator.EstimatorSpec(mode, {"x": features["x"]}),
            "x",
            r"Cannot forward feature key \(x\). Since it does exist in predictions",
        ),
        (
            lambda features, labels, mode: tf.estimator.EstimatorSpec(mode, features["x"]),
            "x",
            "Predictions should be a dict to be able to forward features",
        ),
    ],
)
def test_what_cannot_be_forwarded(model, keys, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        next(forward_features(_estimator(tmp_path, model), keys).predict(_inputs))


def test_keys_are_strings(tmp_path):
    with pytest.raises(TypeError, match="should be a string"):
        forward_features(_estimator(tmp_path), [1])
