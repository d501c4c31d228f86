"""Estimators are found by the private paths of TensorFlow 1.x, too."""

import importlib

import pytest

import tf1_rnn.v1 as tf

PATHS = {
    "python.estimator.estimator": ("Estimator", tf.estimator.Estimator),
    "python.estimator.model_fn": ("EstimatorSpec", tf.estimator.EstimatorSpec),
    "python.estimator.run_config": ("RunConfig", tf.estimator.RunConfig),
    "python.estimator.training": ("TrainSpec", tf.estimator.TrainSpec),
    "python.estimator.export.export": (
        "ServingInputReceiver",
        tf.estimator.export.ServingInputReceiver,
    ),
    "python.estimator.inputs.numpy_io": ("numpy_input_fn", tf.estimator.inputs.numpy_input_fn),
    "contrib.estimator.python.estimator.early_stopping": (
        "stop_if_no_increase_hook",
        tf.estimator.experimental.stop_if_no_increase_hook,
    ),
    "contrib.estimator.python.estimator.rnn": (
        "RNNClassifier",
        tf.contrib.estimator.RNNClassifier,
    ),
    "contrib.feature_column.python.feature_column.sequence_feature_column": (
        "sequence_input_layer",
        tf.contrib.feature_column.sequence_input_layer,
    ),
    "contrib.learn.python.learn": ("Experiment", tf.contrib.learn.Experiment),
    "contrib.learn.python.learn.estimators.estimator": (
        "SKCompat",
        tf.contrib.learn.SKCompat,
    ),
    "contrib.learn.python.learn.estimators.model_fn": (
        "ModelFnOps",
        tf.contrib.learn.ModelFnOps,
    ),
    "contrib.learn.python.learn.estimators.run_config": (
        "RunConfig",
        tf.contrib.learn.RunConfig,
    ),
    "contrib.learn.python.learn.learn_runner": ("run", tf.contrib.learn.learn_runner.run),
    "contrib.learn.python.learn.monitors": (
        "ValidationMonitor",
        tf.contrib.learn.monitors.ValidationMonitor,
    ),
}


@pytest.mark.parametrize("path", PATHS)
def test_private_paths(path):
    name, value = PATHS[path]
    assert getattr(importlib.import_module(f"tf1_rnn.v1.{path}"), name) is value


def test_modules_of_a_private_path():
    from tf1_rnn.v1.contrib.learn.python.learn import learn_runner, monitors

    assert learn_runner.run is tf.contrib.learn.learn_runner.run
    assert monitors.ValidationMonitor is tf.contrib.learn.monitors.ValidationMonitor
