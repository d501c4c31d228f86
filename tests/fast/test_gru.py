"""The gated recurrent unit's step, forward and backward."""

import pytest
import tensorflow.compat.v1 as tf

from tests.fast.one_step import assert_gradients, drawn
from tf1_rnn.cells.gru import gru_step
from tf1_rnn.fast.gru import GRU
from tf1_rnn.fast.products import Dense


@pytest.mark.parametrize("activation", [tf.tanh, tf.nn.relu, tf.nn.softsign])
def test_a_step(activation):
    def step(state, x, gate_kernel, gate_bias, kernel, bias):
        (h,) = state
        gates = tf.sigmoid(tf.concat([x, h], 1) @ gate_kernel + gate_bias)
        r, u = tf.split(gates, 2, 1)
        return (gru_step(u, tf.concat([x, r * h], 1) @ kernel + bias, h, activation),)

    assert_gradients(
        lambda gates, gate_bias, kernel, bias: GRU(
            Dense(gates, 2), gate_bias, Dense(kernel, 2), bias, activation
        ),
        step,
        (drawn(3, 4),),
        drawn(3, 2),
        (drawn(6, 8), drawn(8), drawn(6, 4), drawn(4)),
    )
