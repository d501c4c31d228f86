"""An estimator of one number, `w * x`, for tests of what an estimator does with any model."""

import numpy as np

import tf1_rnn.v1 as tf

X = np.array([[1.0], [2.0], [3.0], [4.0]], np.float32)


def model_fn(features, labels, mode):
    """Return the number's predictions, and its distance from the labels."""
    w = tf.get_variable("w", [], initializer=tf.ones_initializer())
    predictions = {"y": w * features["x"], "x": features["x"]}
    if mode == tf.estimator.ModeKeys.PREDICT:
        return tf.estimator.EstimatorSpec(mode, predictions)
    loss = tf.reduce_mean(tf.square(predictions["y"] - labels))
    step = tf.train.GradientDescentOptimizer(0.01).minimize(loss, tf.train.get_global_step())
    metrics = {"mean": tf.metrics.mean(predictions["y"])}
    return tf.estimator.EstimatorSpec(mode, predictions, loss, step, eval_metric_ops=metrics)


def inputs(repeats=None, labels=True):
    """Return an input function of batches of two rows; `y = 3 x`."""

    def input_fn():
        features = {"x": X}
        dataset = tf.data.Dataset.from_tensor_slices((features, 3 * X) if labels else features)
        return dataset.repeat(repeats).batch(2)

    return input_fn


def estimator(folder, **options):
    """Return the estimator, which keeps a checkpoint every two steps."""
    config = tf.estimator.RunConfig(save_checkpoints_steps=2, **options)
    return tf.estimator.Estimator(model_fn, str(folder), config)
