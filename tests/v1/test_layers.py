"""`tf.layers` in 1.15.5's operations: the values of tf-keras's layers, functions and classes."""

import warnings

import numpy as np
import pytest

import tf1_rnn.v1 as tf

pytest.importorskip("tf_keras")
from tf1_rnn.v1 import _layers, layers

X = np.sin(np.arange(24.0)).reshape(2, 4, 3)


def run(build, *feeds):
    with tf.Graph().as_default() as graph, tf.Session() as session:
        result = build()
        session.run(tf.global_variables_initializer())
        return graph, session.run(result, *feeds)


def dense(x, rank_known=True, **options):
    """Return a dense layer of a value, its kernel counting."""
    made = tf.constant_initializer(np.arange(6.0))
    shape = x.shape if rank_known else None
    inputs = tf.placeholder_with_default(x, shape)
    inputs.set_shape([*x.shape[:-1], 3] if rank_known else None)
    return layers.dense(inputs, 2, kernel_initializer=made, **options)


@pytest.mark.parametrize("x", [X[0], X, X[:, None]])
@pytest.mark.parametrize("use_bias", [True, False])
def test_a_dense_layer_of_any_rank(x, use_bias):
    options = {"bias_initializer": tf.ones_initializer(), "activation": tf.abs}
    _, found = run(lambda: dense(x, use_bias=use_bias, **options))
    expected = np.abs(x @ np.arange(6.0).reshape(3, 2) + use_bias)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("training, kept", [(False, True), (True, False), ("run", None)])
def test_dropout_only_in_training(training, kept):
    for now in (True, False) if training == "run" else (None,):
        flag = None

        def build():
            nonlocal flag
            flag = tf.placeholder(tf.bool, []) if training == "run" else training
            return layers.dropout(tf.ones([100]), 0.5, seed=1, training=flag)

        with tf.Graph().as_default(), tf.Session() as session:
            found = session.run(build(), {} if now is None else {flag: now})
        is_kept = kept if now is None else not now
        assert set(found) == ({1.0} if is_kept else {0.0, 2.0})


@pytest.mark.parametrize("batch", [2, None])
def test_flattening(batch):
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder("float64", [batch, 4, 3])
        flat = layers.flatten(x)
        assert flat.shape.as_list() == [batch, 12]
        np.testing.assert_array_equal(session.run(flat, {x: X}), X.reshape(2, 12))


def test_a_convolution_of_one_dimension_is_tensorflows():
    kernel = np.cos(np.arange(12.0)).reshape(2, 3, 2)

    def build():
        x, made = tf.constant(X), tf.constant_initializer(kernel)
        convolved = layers.conv1d(x, 2, 2, padding="same", kernel_initializer=made)
        return convolved, tf.nn.conv1d(x, tf.constant(kernel), 1, "SAME")

    graph, (found, expected) = run(build)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    names = [node.name for node in graph.get_operations()]
    assert "conv1d/dilation_rate" in names and "conv1d/conv1d" in names


def test_every_layer_here_is_a_function_and_a_class():
    for name in ("Dense", "Dropout", "Flatten", "Conv1D", "Conv2D", "Conv3D"):
        assert {name, name.lower()} <= _layers.NAMES
        assert isinstance(getattr(layers, name), type)
        assert getattr(layers, name).__module__ == _layers.__name__
    assert layers.dense.__doc__ and layers.batch_normalization.__name__ == "batch_normalization"


def test_no_advice_to_move_to_tensorflow_2():
    with tf.Graph().as_default(), warnings.catch_warnings():
        warnings.simplefilter("error")
        layers.dense(tf.zeros([2, 3]), 2)
        layers.batch_normalization(tf.zeros([2, 3]))


def test_variables_are_shared_by_name():
    with tf.Graph().as_default():
        x = tf.zeros([2, 3])
        layers.dense(x, 2, name="one")
        layers.dense(x, 2, name="one", reuse=True)
        assert [v.op.name for v in tf.global_variables()] == ["one/kernel", "one/bias"]
        with pytest.raises(ValueError, match="already exists"):
            layers.dense(x, 2, name="one")


@pytest.mark.parametrize("build", [lambda x: layers.nosuch, lambda x: layers.dense(x, unit=2)])
def test_what_is_not_there(build):
    with tf.Graph().as_default(), pytest.raises((AttributeError, TypeError)):
        build(tf.zeros([2, 3]))
