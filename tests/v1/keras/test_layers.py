"""`tf.keras.layers`: the seeds of 1.15.5, and classes that are those of loaded models too."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tests.v1 import seed_cases

pytest.importorskip("tf_keras")


@pytest.mark.parametrize("name", seed_cases.KERAS)
def test_seeds_after_a_layer_are_those_of_1_15_5(name):
    seed_cases.check(tf, "keras", name)


def test_a_copied_models_layers_are_of_these_classes():
    layers = tf.keras.layers
    with tf.Graph().as_default(), tf.Session().as_default():
        inputs = tf.keras.Input([4, 3])
        middle = layers.Dropout(0.5)(layers.Flatten()(layers.Conv1D(2, 2)(inputs)))
        model = tf.keras.Model(inputs, layers.Dense(2)(middle))
        copy = tf.keras.models.model_from_json(model.to_json())
        classes = [layers.InputLayer, layers.Conv1D, layers.Flatten, layers.Dropout, layers.Dense]
        for made in (model, copy):
            assert [*map(isinstance, made.layers, classes)] == [True] * 5
            assert not isinstance(made.layers[-1], layers.Conv1D)
            assert not isinstance(made.layers[-1], type("Own", (layers.Dense,), {}))
        copy.set_weights(model.get_weights())
        x = np.random.RandomState(0).rand(2, 4, 3)
        np.testing.assert_allclose(copy.predict(x), model.predict(x), rtol=1e-6)


@pytest.mark.parametrize("training", [None, True])
def test_dropout_drops_in_training_only(training):
    with tf.Graph().as_default(), tf.Session() as session:
        dropped = tf.keras.layers.Dropout(0.5)(tf.ones([20, 20]), training=training)
        phase = tf.keras.backend.learning_phase()
        for learning in (False, True):
            found = session.run(dropped, {phase: learning})
            assert {*found.ravel()} == ({0.0, 2.0} if learning or training else {1.0})
