"""What a model takes is refused before TensorFlow tries, where memory is short of it."""

import pytest
import tensorflow.compat.v1 as tf

from tf1_rnn import memory
from tf1_rnn.errors import RunError
from tf1_rnn.graphs import GRAPHS
from tf1_rnn.trainer import sizes
from tf1_rnn.trainer.settings import defaults


def configuration(cell, **options):
    shape = [6, 6, 1] if cell == "conv_lstm" else [5]
    return {**defaults(cell), "step_shape": shape, "time_steps": 3, **options}


@pytest.mark.parametrize("cell", GRAPHS)
def test_weights_are_those_of_the_kernels(cell):
    chosen = configuration(cell)
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, 3, *chosen["step_shape"]])
        GRAPHS[cell].function(x, tf.shape(x)[0])
        kernels = [v for v in tf.trainable_variables() if v.op.name.endswith("kernel")]
        assert sizes.weights(chosen) == sum(v.shape.num_elements() for v in kernels)


def test_a_model_larger_than_the_memory_is_refused(monkeypatch):
    monkeypatch.setattr(memory, "available", lambda: 10**9)
    sizes.check(configuration("lstm"), training=True)
    with pytest.raises(RunError, match=r"num_units=100000 .* takes .* GB, 1 GB are free"):
        sizes.check(configuration("lstm", num_units=100_000), training=True)


def test_a_model_is_smaller_where_it_is_not_trained(monkeypatch):
    chosen = configuration("lstm", num_units=5_000)
    monkeypatch.setattr(memory, "available", lambda: 4 * sizes.weights(chosen))
    sizes.check(chosen, training=False)
    with pytest.raises(RunError):
        sizes.check(chosen, training=True)


def test_more_frames_than_fit_are_refused(monkeypatch):
    monkeypatch.setattr(memory, "available", lambda: 10**9)
    sizes.check_moving_digits(4)
    with pytest.raises(RunError, match="--time_steps=100000 takes"):
        sizes.check_moving_digits(100_000)
