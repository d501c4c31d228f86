"""The LSTM's step, forward and backward, with every option it has."""

import itertools

import pytest
import tensorflow.compat.v1 as tf

from tests.fast.one_step import assert_gradients, drawn
from tf1_rnn.cells.conv_lstm import convolve
from tf1_rnn.cells.lstm import lstm_step
from tf1_rnn.fast.lstm import LSTM
from tf1_rnn.fast.products import Convolution, Dense

D, H, P = 2, 4, 3


@pytest.mark.parametrize(
    "peepholes, cell_clip, projected, proj_clip, activation",
    list(
        itertools.product(
            [False, True], [None, 0.2], [False, True], [None, 0.1], [tf.tanh, tf.nn.softsign]
        )
    ),
)
def test_a_step(peepholes, cell_clip, projected, proj_clip, activation):
    width = P if projected else H

    def parts(rest):
        return (rest[:3] if peepholes else None), (rest[-1] if projected else None)

    def step(state, x, kernel, bias, *rest):
        c, h = state
        looks, projection = parts(rest)
        gates = tf.concat([x, h], 1) @ kernel + bias
        c, h = lstm_step(gates, c, 0.5, activation, looks, cell_clip)
        h = h @ projection if projected else h
        return c, tf.clip_by_value(h, -proj_clip, proj_clip) if proj_clip else h

    def make(kernel, bias, *rest):
        looks, projection = parts(rest)
        return LSTM(
            Dense(kernel, D), bias, 0.5, looks, cell_clip, projection, proj_clip, activation
        )

    looks = [drawn(H, seed=n) for n in range(3)] if peepholes else []
    projection = [drawn(H, P)] if projected else []
    weights = (drawn(D + width, 4 * H), drawn(4 * H), *looks, *projection)
    assert_gradients(make, step, (drawn(5, H), drawn(5, width)), drawn(5, D), weights)


def test_a_clip_that_lets_the_gradient_through():
    def step(state, x, kernel, bias):
        c, h = state
        i, j, f, o = tf.split(tf.concat([x, h], 1) @ kernel + bias, 4, 1)
        c = tf.sigmoid(f + 1) * c + tf.sigmoid(i) * tf.tanh(j)
        # Only its value is clipped.
        c = c + tf.stop_gradient(tf.clip_by_value(c, -0.2, 0.2) - c)
        return c, tf.sigmoid(o) * tf.tanh(c)

    assert_gradients(
        lambda kernel, bias: LSTM(Dense(kernel, D), bias, cell_clip=0.2, clip_has_gradient=False),
        step,
        (drawn(5, H), drawn(5, H)),
        drawn(5, D),
        (drawn(D + H, 4 * H), drawn(4 * H)),
    )


def test_a_convolutional_step():
    def step(state, x, kernel, bias):
        c, h = state
        gates = tf.nn.bias_add(convolve(tf.concat([x, h], -1), kernel), bias)
        return lstm_step(gates, c)

    assert_gradients(
        lambda kernel, bias: LSTM(Convolution(kernel, 1), bias),
        step,
        (drawn(2, 3, 4, 2), drawn(2, 3, 4, 2, seed=1)),
        drawn(2, 3, 4, 1),
        (drawn(3, 1, 3, 8), drawn(8)),
    )
