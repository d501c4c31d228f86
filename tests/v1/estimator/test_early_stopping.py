"""Hooks that stop training early, by what evaluations have written."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf

stopping = tf.estimator.experimental


def model_fn(features, labels, mode):
    """A number that nears 3; its distance from 2 falls, and then rises."""
    number = tf.get_variable("number", [], initializer=tf.zeros_initializer())
    loss = tf.square(number - 3.0)
    step = tf.train.GradientDescentOptimizer(0.05).minimize(loss, tf.train.get_global_step())
    return tf.estimator.EstimatorSpec(
        mode,
        predictions=features["x"],
        loss=loss,
        train_op=step,
        eval_metric_ops={"distance": tf.metrics.mean(tf.abs(number - 2.0))},
    )


def inputs(epochs=None):
    x = np.zeros([20, 1], np.float32)
    return tf.estimator.inputs.numpy_input_fn(
        {"x": x}, x, batch_size=10, num_epochs=epochs, shuffle=False
    )


@pytest.fixture
def estimator(tmp_path):
    config = tf.estimator.RunConfig(save_checkpoints_steps=5)
    return tf.estimator.Estimator(model_fn, str(tmp_path / "model"), config)


def run(estimator, hook):
    """Train and evaluate; return the global step at which it ended."""
    with tf.Graph().as_default():
        metrics, _ = tf.estimator.train_and_evaluate(
            estimator,
            tf.estimator.TrainSpec(inputs(), max_steps=40, hooks=[hook]),
            tf.estimator.EvalSpec(inputs(1), steps=1, throttle_secs=0),
        )
    return metrics["global_step"]


OFTEN = {"run_every_secs": None, "run_every_steps": 1}


@pytest.mark.parametrize(
    "make, steps",
    [
        (lambda e: stopping.stop_if_no_decrease_hook(e, "distance", 12, **OFTEN), 26),
        (lambda e: stopping.stop_if_no_increase_hook(e, "distance", 12, **OFTEN), 21),
        (lambda e: stopping.stop_if_higher_hook(e, "distance", 0.7, min_steps=10, **OFTEN), 26),
        (lambda e: stopping.stop_if_lower_hook(e, "distance", 0.1, **OFTEN), 11),
        (lambda e: stopping.make_stop_at_checkpoint_step_hook(e, 13), 13),
    ],
)
def test_stops_early(make, steps, estimator):
    assert abs(run(estimator, make(estimator)) - steps) <= 1


@pytest.mark.parametrize(
    "given, error, words",
    [
        ({"estimator": 7}, TypeError, "must have type `tf.estimator.Estimator`"),
        ({"run_every_steps": 5}, ValueError, "Only one of `run_every_secs` and"),
    ],
)
def test_misuse(given, error, words, estimator):
    given = {"estimator": estimator, "should_stop_fn": bool, **given}
    with pytest.raises(error, match=words):
        stopping.make_early_stopping_hook(**given)


def test_results_of_all_evaluations_come_in_the_order_of_their_steps(tmp_path):
    from tf1_rnn.v1.estimator._early_stopping import read_eval_metrics

    assert read_eval_metrics(str(tmp_path)) == {}
    with tf.Graph().as_default():
        for steps in ([20, 30], [10]):  # in two files
            writer = tf.summary.FileWriter(str(tmp_path), filename_suffix=str(steps[0]))
            for step in steps:
                summary = tf.Summary()
                summary.value.add(tag="loss", simple_value=step / 10)
                summary.value.add(tag="text", tensor=tf.make_tensor_proto("x"))
                writer.add_summary(summary, step)
            writer.close()
    found = read_eval_metrics(str(tmp_path))
    assert list(found.items()) == [(10, {"loss": 1}), (20, {"loss": 2}), (30, {"loss": 3})]
