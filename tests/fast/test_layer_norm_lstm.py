"""The step of the LSTM with layer normalisation, forward and backward, its mask in the inputs."""

import pytest
import tensorflow.compat.v1 as tf

from tests.fast.one_step import assert_gradients, drawn
from tf1_rnn.cells.contrib.layer_norm_lstm import NORMALISED, layer_norm_lstm_step
from tf1_rnn.cells.contrib.pieces import layer_norm
from tf1_rnn.fast.layer_norm_lstm import LayerNormLSTM
from tf1_rnn.fast.products import Dense

D, H = 2, 4


@pytest.mark.parametrize("activation", [tf.tanh, tf.nn.relu])
@pytest.mark.parametrize("normalised", [True, False])
def test_a_step(normalised, activation):
    def step(state, x, kernel, *rest):
        c, h = state
        # The mask is drawn, not learned: no gradient.
        x, mask = x[:, :D], tf.stop_gradient(x[:, D:])

        def norm(tensor, name):
            place = 2 * NORMALISED.index(name)
            return layer_norm(tensor, *rest[place : place + 2])

        gates = tf.concat([x, h], 1) @ kernel
        gates = gates if normalised else gates + rest[0]
        norm = norm if normalised else None
        return layer_norm_lstm_step(gates, c, 0.5, activation, norm, lambda j: j * mask)

    def make(kernel, *rest):
        bias, norms = (None, list(rest)) if normalised else (rest[0], None)
        return LayerNormLSTM(Dense(kernel, D), D, bias, norms, 0.5, activation)

    rest = [drawn(H, seed=n) for n in range(10)] if normalised else [drawn(4 * H)]
    state = (drawn(5, H), drawn(5, H, seed=1))
    weights = (drawn(D + H, 4 * H), *rest)
    assert_gradients(make, step, state, drawn(5, D + H), weights, 1e-10)
