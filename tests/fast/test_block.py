"""TensorFlow's block kernels in the place of steps: when, and with which numbers."""

import itertools

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests.fast.one_step import assert_gradients, drawn
from tf1_rnn.cells.lstm import lstm_step
from tf1_rnn.fast import block
from tf1_rnn.fast.recurrence import Walk

D, H, BATCH, STEPS = 2, 4, 3, 5


@pytest.mark.parametrize(
    "dtype, batch, elements, is_preferred",
    [
        (tf.float32, 8, block.SMALL // 8, True),
        (tf.float32, 8, block.SMALL // 8 + 1, False),
        (tf.float64, 8, 1, False),
        (tf.float32, None, block.SMALL // 16, True),
        (tf.float32, None, block.SMALL // 16 + 1, False),
    ],
)
@pytest.mark.parametrize("time_axis", [0, 1])
def test_small_products_in_float32_prefer_it(dtype, batch, elements, is_preferred, time_axis):
    with tf.Graph().as_default():
        shape = [batch, 50, 7] if time_axis == 1 else [50, batch, 7]
        x, kernel = tf.placeholder(dtype, shape), tf.placeholder(dtype, [1, elements])
        assert block.prefers_block_kernel(x, kernel, time_axis) is is_preferred


def test_a_step_of_a_gru():
    def step(state, x, gate_kernel, gate_bias, kernel, bias):
        (h,) = state
        r, u = tf.split(tf.sigmoid(tf.concat([x, h], 1) @ gate_kernel + gate_bias), 2, 1)
        return (u * h + (1 - u) * tf.tanh(tf.concat([x, r * h], 1) @ kernel + bias),)

    arrays = (drawn(D + H, 2 * H), drawn(2 * H), drawn(D + H, H), drawn(H))
    assert_gradients(
        lambda *weights: block.BlockGRU(D, *weights),
        step,
        (drawn(BATCH, H).astype("f"),),
        drawn(BATCH, D).astype("f"),
        tuple(array.astype("f") for array in arrays),
        tolerance=2e-6,
    )


@pytest.mark.parametrize(
    "time_axis, has_peepholes, lengths",
    list(itertools.product([0, 1], [False, True], [None, [2, STEPS, 1]])),
)
def test_a_sequence_of_an_lstm(time_axis, has_peepholes, lengths):
    with tf.Graph().as_default(), tf.Session() as session:
        looks = [drawn(H, seed=n) for n in range(3)] if has_peepholes else []
        arrays = [drawn(D + H, 4 * H), drawn(4 * H), *looks]
        weights = [tf.constant(array, tf.float32) for array in arrays]
        shape = (STEPS, BATCH, D) if time_axis == 0 else (BATCH, STEPS, D)
        x = tf.constant(drawn(*shape), tf.float32)
        state = [tf.constant(drawn(BATCH, H, seed=n), tf.float32) for n in range(2)]
        given = lengths and tf.constant(lengths)
        outputs, ends = block.run_lstm(x, tuple(state), weights, 0.5, Walk(time_axis, given))

        (c, h), cs, hs = state, [], []
        for x_t in tf.unstack(x, axis=time_axis):
            gates = tf.concat([x_t, h], 1) @ weights[0] + weights[1]
            c, h = lstm_step(gates, c, 0.5, peepholes=weights[2:] or None)
            cs.append(c)
            hs.append(h)
        wanted = tf.stack(hs, time_axis)
        last = [n - 1 for n in lengths or [STEPS] * BATCH]
        wanted_ends = [tf.stack([s[t][b] for b, t in enumerate(last)]) for s in (cs, hs)]
        sources = [x, *state, *weights]
        found = [outputs, *ends, *tf.gradients([outputs, *ends], sources)]
        expected = [wanted, *wanted_ends, *tf.gradients([wanted, *wanted_ends], sources)]
        for one, other in zip(*session.run([found, expected]), strict=True):
            np.testing.assert_allclose(one, other, rtol=0, atol=5e-6)
