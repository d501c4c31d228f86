"""Keras's regularizers in 1.15.5's operations: their losses, and the seeds of what comes after."""

import pytest

import tf1_rnn.v1 as tf
from tests.v1 import seed_cases

pytest.importorskip("tf_keras")


@pytest.mark.parametrize("name", seed_cases.REGULARIZERS)
def test_seeds_after_a_regularizer_are_those_of_1_15_5(name):
    seed_cases.check(tf, "regularizers", name)


@pytest.mark.parametrize(
    "make, loss",
    [
        (lambda of: of.l1(0.5), 5.0),
        (lambda of: of.L2(0.1), 3.0),
        (lambda of: of.l1_l2(0.5, 0.1), 8.0),
        (lambda of: of.L1L2(), 0.0),
        (lambda of: of.get("l1_l2"), 0.4),
    ],
)
def test_losses(make, loss):
    with tf.Graph().as_default(), tf.Session() as session:
        penalty = make(tf.keras.regularizers)(tf.constant([[1.0, -2.0], [-3.0, 4.0]]))
        assert session.run(penalty) == pytest.approx(loss)


def test_a_regularizer_of_a_layer_survives_its_config():
    with tf.Graph().as_default():
        layer = tf.keras.layers.Dense(2, kernel_regularizer=tf.keras.regularizers.l2(0.25))
        copy = tf.keras.layers.Dense.from_config(layer.get_config())
        assert copy.kernel_regularizer.l2 == pytest.approx(0.25)
        assert isinstance(tf.keras.regularizers.l1(0.1), tf.keras.regularizers.Regularizer)
