"""An estimator that evaluates more than its model function does."""

import pytest

import tf1_rnn.v1 as tf
from tests.v1.estimator import tiny


def test_more_metrics_from_what_is_asked_for(tmp_path):
    asked = {}

    def metric_fn(predictions, features, labels, config):
        asked.update(config=config, labels=labels)
        error = tf.reduce_max(tf.abs(predictions["y"] - features["x"]))
        return {"error": tf.metrics.mean(error), "mean": tf.metrics.mean(features["x"] * 0.0)}

    made = tiny.estimator(tmp_path)
    more = tf.estimator.add_metrics(made, metric_fn)
    results = more.evaluate(tiny.inputs(1))
    assert results["error"] == 0 and results["mean"] == 0  # the same name: replaced
    assert made.evaluate(tiny.inputs(1))["mean"] == 2.5
    assert more.model_dir == made.model_dir and asked["config"].save_checkpoints_steps == 2


def test_only_an_evaluation_asks(tmp_path):
    def metric_fn():
        raise KeyError

    more = tf.estimator.add_metrics(tiny.estimator(tmp_path), metric_fn)
    more.train(tiny.inputs(), steps=1)
    assert next(more.predict(tiny.inputs(1, False)))
    with pytest.raises(KeyError):
        more.evaluate(tiny.inputs(1))


def test_a_function_that_asks_for_something_else(tmp_path):
    with pytest.raises(ValueError, match=r"not expected args: \['a', 'b'\]"):
        tf.estimator.add_metrics(tiny.estimator(tmp_path), lambda labels, b, a: {})
