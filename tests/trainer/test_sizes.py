"""What a model takes is refused before TensorFlow tries, where memory is short of it."""

import pytest
import tensorflow.compat.v1 as tf

from tf1_rnn import memory
from tf1_rnn.errors import RunError
from tf1_rnn.graphs import GRAPHS
from tf1_rnn.trainer import sizes
from tf1_rnn.trainer.classifier import Classifier, Specification
from tf1_rnn.trainer.settings import defaults


def configuration(cell, **options):
    shape = [6, 6, 1] if cell == "conv_lstm" else [5]
    known = {"step_shape": shape, "time_steps": 3, "n_classes": 7}
    return {**defaults(cell), **known, **options}


@pytest.mark.parametrize("cell", GRAPHS)
def test_weights_are_those_of_the_kernels(cell):
    chosen = configuration(cell)
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, 3, *chosen["step_shape"]])
        GRAPHS[cell].function(x, tf.shape(x)[0])
        kernels = [v for v in tf.trainable_variables() if v.op.name.endswith("kernel")]
        assert sizes.weights(chosen) == sum(v.shape.num_elements() for v in kernels)


@pytest.mark.parametrize("target", ["class", "step classes"])
@pytest.mark.parametrize("cell", GRAPHS)
def test_weights_of_the_head(cell, target):
    chosen = configuration(cell)
    with tf.Graph().as_default():
        options = {name: chosen[name] for name in GRAPHS[cell].arguments}
        shape = tuple(chosen["step_shape"])
        Classifier(Specification(cell, 3, shape, 7, 0.1, options, target=target, trains=False))
        head = [v for v in tf.trainable_variables() if v.op.name.startswith("softmax/")]
        assert sizes.weights_of_head(chosen) == sum(v.shape.num_elements() for v in head)


def test_the_head_of_large_frames_counts(monkeypatch):
    frames = configuration("conv_lstm", step_shape=[4000, 4000, 1], n_classes=1000)
    monkeypatch.setattr(memory, "available", lambda: 10**9)
    with pytest.raises(RunError, match="takes .* GB, 1 GB are free"):
        sizes.check({**frames, "batch_size": 1}, training=False)


def test_a_model_larger_than_the_memory_is_refused(monkeypatch):
    monkeypatch.setattr(memory, "available", lambda: 10**9)
    sizes.check(configuration("lstm"), training=True)
    with pytest.raises(RunError, match=r"num_units=100000 .* takes .* GB, 1 GB are free"):
        sizes.check(configuration("lstm", num_units=100_000), training=True)


def test_a_model_is_smaller_where_it_is_not_trained(monkeypatch):
    chosen = configuration("lstm", num_units=5_000)
    monkeypatch.setattr(memory, "available", lambda: 5 * sizes.weights(chosen))
    sizes.check(chosen, training=False)
    with pytest.raises(RunError):
        sizes.check(chosen, training=True)


def test_more_frames_than_fit_are_refused(monkeypatch):
    monkeypatch.setattr(memory, "available", lambda: 10**9)
    sizes.check_moving_digits(4)
    with pytest.raises(RunError, match="--time_steps=100000 takes"):
        sizes.check_moving_digits(100_000)
