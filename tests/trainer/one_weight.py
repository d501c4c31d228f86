"""A model of one weight, `p = w * x`, with all that a run asks of a model; and a plan for it."""

import types

import numpy as np
import tensorflow.compat.v1 as tf

from tf1_rnn.trainer.datasets import Dataset, Split


def model(rate=0.1):
    """Return the model in the default graph; its loss is that of numbers to learn."""
    x = tf.placeholder(tf.float32, [None, 1, 1], name="x")
    y = tf.placeholder(tf.float32, [None, 1], name="y")
    w = tf.get_variable("w", [], initializer=tf.zeros_initializer())
    answers = w * x[:, 0]
    losses = tf.square(answers - y)[:, 0]
    loss = tf.reduce_mean(losses)
    step = tf.train.get_or_create_global_step()
    optimizer = tf.train.GradientDescentOptimizer(rate)
    return types.SimpleNamespace(
        inputs=[x],
        y=y,
        keep_prob=None,
        losses=losses,
        answers=answers,
        predictions=answers,
        loss=loss,
        learning_rate=tf.constant(rate),
        gradient_norm=tf.abs(tf.gradients(loss, w)[0]),
        train_op=optimizer.minimize(loss, step),
        global_step=step,
    )


def split(n, factor=2.0, seed=0):
    x = np.random.RandomState(seed).rand(n, 1, 1).astype("float32")
    return Split(x, factor * x[:, 0])


def plan(train=10, valid=0, test=3, factor=2.0, model_dir=None, **choices):
    """Return what stands for a `Plan`."""
    configuration = {"batch_size": 4, "epochs": 3, "seed": 0, "patience": None, **choices}
    dataset = Dataset(
        "numbers",
        split(train, factor),
        split(test, factor, 1),
        1,
        valid=split(valid, factor, 2) if valid else None,
        target="number",
    )
    return types.SimpleNamespace(
        configuration=configuration,
        dataset=dataset,
        steps_per_epoch=-(-train // configuration["batch_size"]),
        class_weights=None,
        n_classes=1,
        model_dir=model_dir,
        statistics=None,
    )
