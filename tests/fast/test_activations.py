"""Which activations have a gradient that the fast steps can take, and that gradient."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tf1_rnn.fast.activations import Activation, is_elementwise

ELEMENTWISE = {
    "tanh": tf.tanh,
    "sigmoid": tf.sigmoid,
    "relu": tf.nn.relu,
    "identity": tf.identity,
    "relu6": tf.nn.relu6,
    "elu": tf.nn.elu,
    "softsign": tf.nn.softsign,
    "softplus": tf.nn.softplus,
    "leaky_relu": tf.nn.leaky_relu,
    "scaled tanh": lambda x: 1.7159 * tf.tanh(2 * x / 3),
    "swish": lambda x: x * tf.sigmoid(x),
}


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_gradient_is_tensorflows(name):
    function = ELEMENTWISE[name]
    assert is_elementwise(function)
    random = np.random.RandomState(0)
    with tf.Graph().as_default(), tf.Session() as session:
        x, d = (tf.constant(random.randn(3, 4)) for _ in range(2))
        activation = Activation(function)
        y = activation(x)
        kept = (activation.kept(x) or [None])[0]
        ours, theirs = session.run(
            [activation.gradient(kept, y, d), tf.gradients(function(x), x, d)[0]]
        )
    np.testing.assert_allclose(ours, theirs, rtol=1e-14, atol=1e-14)


def test_what_is_more_than_a_function_of_one_element_is_none():
    with tf.Graph().as_default():
        slope = tf.get_variable("slope", [])
        for function in (
            tf.nn.softmax,
            lambda x: x - tf.reduce_mean(x, 0),
            lambda x: tf.maximum(x, slope * x),
            lambda x: x * tf.get_variable("alpha", []),
            lambda x: tf.nn.dropout(x, rate=0.5),
            lambda x: tf.concat([x, x], 1),
            tf.stop_gradient,
            lambda x: tf.constant(1.0),
            lambda x: 1 / 0,
        ):
            assert not is_elementwise(function)
