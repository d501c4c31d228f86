"""What `train_and_evaluate` does after evaluations: it stops early, and exports the best."""

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


def run(estimator, hook=None, exporters=None):
    """Train and evaluate; return the global step at which it ended, and the exports."""
    with tf.Graph().as_default():
        metrics, exports = tf.estimator.train_and_evaluate(
            estimator,
            tf.estimator.TrainSpec(inputs(), max_steps=40, hooks=[hook] if hook else None),
            tf.estimator.EvalSpec(inputs(1), steps=1, throttle_secs=0, exporters=exporters),
        )
    return metrics["global_step"], exports


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
    assert abs(run(estimator, make(estimator))[0] - steps) <= 1


def test_exports_what_is_better_than_all_before(estimator):
    receiver = tf.estimator.export.build_raw_serving_input_receiver_fn(
        {"x": tf.placeholder(tf.float32, [None, 1])}
    )

    def nearer(best_eval_result, current_eval_result):
        return current_eval_result["distance"] < best_eval_result["distance"]

    best = tf.estimator.BestExporter("best", receiver, compare_fn=nearer)
    written = []
    export = best.export

    def remember(**kwargs):
        result = export(**kwargs)
        written.append((kwargs["eval_result"]["global_step"], result is not None))
        return result

    best.export = remember
    step, exports = run(estimator, exporters=[best])
    assert step == 40 and exports == [None]
    # The first evaluation is not exported, as in 1.15.5: it has been written as the best.
    assert written[:3] == [(5, False), (10, True), (15, False)]
