"""The basic recurrent cell's step, forward and backward."""

import pytest
import tensorflow.compat.v1 as tf

from tests.fast.one_step import assert_gradients, drawn
from tf1_rnn.cells.basic_rnn import basic_rnn_step
from tf1_rnn.fast.basic_rnn import BasicRNN
from tf1_rnn.fast.products import Dense


@pytest.mark.parametrize("activation", [tf.tanh, tf.nn.relu, tf.nn.elu, lambda x: x * tf.sin(x)])
def test_a_step(activation):
    def step(state, x, kernel, bias):
        return (basic_rnn_step(tf.concat([x, *state], 1) @ kernel + bias, activation),)

    assert_gradients(
        lambda kernel, bias: BasicRNN(Dense(kernel, 2), bias, activation),
        step,
        (drawn(3, 4),),
        drawn(3, 2),
        (drawn(6, 4), drawn(4)),
    )
