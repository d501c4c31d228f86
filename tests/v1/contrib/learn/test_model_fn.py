"""What a model function of contrib.learn deals in: modes, operations, metrics."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.v1.contrib.learn import _model_fn
from tf1_rnn.v1.contrib.learn._model_fn import MetricSpec, ModeKeys, ModelFnOps


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default():
        yield


@pytest.mark.parametrize(
    "mode, missing",
    [
        ("train", ("loss", "train_op")),
        ("eval", ("loss", "predictions")),
        ("infer", ("predictions",)),
    ],
)
def test_each_mode_needs_its_operations(mode, missing):
    ModeKeys.validate(mode)
    given = {"predictions": tf.zeros([2]), "loss": tf.zeros([]), "train_op": tf.no_op()}
    needed = {name: value for name, value in given.items() if name in missing}
    made = ModelFnOps(mode, **needed)
    assert made.mode == mode and made.eval_metric_ops == {} and made.training_hooks == []
    for name in missing:
        with pytest.raises(ValueError, match=f"Missing {name}"):
            ModelFnOps(mode, **{**needed, name: None})


@pytest.mark.parametrize("mode", ["predict", "", None])
def test_another_mode(mode):
    with pytest.raises(ValueError, match=f"Invalid mode {mode}"):
        ModelFnOps(mode, tf.zeros([2]))


def test_as_a_spec_of_tf_estimator():
    ops = ModelFnOps("infer", {"y": tf.zeros([2])})
    spec = ops.estimator_spec()
    assert spec.mode == "infer" and "serving_default" in spec.export_outputs
    own = {"own": tf.metrics.mean(tf.ones([2]))}
    made = ModelFnOps("eval", tf.zeros([2]), tf.zeros([]), eval_metric_ops=own)
    assert set(made.estimator_spec().eval_metric_ops) == {"own"}


def test_what_is_given_becomes_tensors():
    assert ModelFnOps("infer", {"y": 1}).predictions["y"].dtype == tf.int32
    assert ModelFnOps("infer", [1.0, 2.0]).predictions.shape == [2]
    sparse = tf.SparseTensor([[0]], [1], [1])
    assert ModelFnOps("infer", {"y": sparse}).predictions["y"] is sparse
    made = ModelFnOps("train", loss=tf.constant([3.0]), train_op=tf.constant(1))
    assert made.loss.shape == [] and isinstance(made.train_op, tf.Operation)
    with pytest.raises(ValueError, match="Loss must be scalar"):
        ModelFnOps("eval", [1.0], tf.constant([1.0, 2.0]))
    with pytest.raises(ValueError, match="eval_metric_ops must be a dict"):
        ModelFnOps("eval", [1.0], 1.0, eval_metric_ops=[1])


def keyword(predictions, labels, weights=None):
    return predictions, labels, weights


def old(predictions, targets):
    return predictions, targets


def by_position(a, b):
    return a, b


P, L, W = "predictions", "labels", "weights"


@pytest.mark.parametrize("function", [keyword, old, by_position])
def test_a_metric_gets_its_tensors_however_its_arguments_are_called(function):
    assert MetricSpec(function).create_metric_ops({}, L, P)[:2] == (P, L)


def test_keys_choose_among_several():
    spec = MetricSpec(keyword, "p", "l", "w")
    made = spec.create_metric_ops({"w": W}, {"l": L, "m": 0}, {"p": P, "q": 0})
    assert made == (P, L, W)
    assert (spec.prediction_key, spec.label_key, spec.weight_key) == ("p", "l", "w")
    # A dict of one needs no key.
    assert MetricSpec(keyword).create_metric_ops({}, {"l": L}, {"p": P}) == (P, L, None)


@pytest.mark.parametrize(
    "key, tensors, words",
    [
        ("p", P, "was given, but the predictions are no dict"),
        (None, {"p": P, "q": 0}, r"but the predictions are \['p', 'q'\]: name one of them"),
        ("x", {"p": P}, "prediction_key is 'x'"),
    ],
)
def test_a_key_that_does_not_choose_one(key, tensors, words):
    with pytest.raises(ValueError, match=words):
        MetricSpec(keyword, prediction_key=key).create_metric_ops({}, L, tensors)


def test_metrics_by_name():
    def plain(predictions, labels):
        return tf.reduce_sum(predictions + labels)

    predictions = {"p": tf.ones([2]), "q": tf.zeros([2])}
    metrics = {
        "spec": MetricSpec(tf.metrics.accuracy, "p"),
        ("named with its prediction", "q"): plain,
    }
    made = _model_fn.metric_ops(metrics, {}, tf.ones([2]), predictions)
    assert set(made) == {"spec", "named with its prediction"}
    with tf.Session() as session:
        session.run(tf.local_variables_initializer())
        session.run([update for _, update in made.values()])
        values = session.run({name: value for name, (value, _) in made.items()})
    np.testing.assert_allclose(list(values.values()), [1, 2])
    assert _model_fn.metric_ops(None, {}, None, None) == {}
