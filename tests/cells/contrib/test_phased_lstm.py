import functools

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests import references
from tests.comparison import assert_equals_reference
from tf1_rnn.cells.contrib import PhasedLSTMCell
from tf1_rnn.cells.contrib.phased_lstm import time_gate

NAMES = [
    *("mask_gates/kernel", "mask_gates/bias", "new_input/kernel", "new_input/bias"),
    *("output_gate/kernel", "output_gate/bias", "period", "phase", "ratio_on"),
]


def gate(time, period, phase, ratio_on, leak=0.001):
    elapsed = time - phase
    # By the real parts: the number of whole cycles has no slope, in the period neither.
    ratio = (elapsed - np.floor(np.real(elapsed) / np.real(period)) * np.real(period)) / period
    rising = 2 * ratio / ratio_on
    where = np.real(ratio)
    opened = np.where(where < 0.5 * np.real(ratio_on), rising, 2 - rising)
    return np.where(where < np.real(ratio_on), opened, leak * ratio)


def phased_lstm(inputs, state, w, use_peepholes=False, leak=0.001):
    time, x = inputs[:, :1], inputs[:, 1:]
    c, h = state
    sigmoid = references.sigmoid

    def linear(name, *tensors):
        return np.concatenate(tensors, 1) @ w[f"{name}/kernel"] + w[f"{name}/bias"]

    i, f = np.split(sigmoid(linear("mask_gates", x, h, *([c] * use_peepholes))), 2, axis=1)
    m = f * c + i * np.tanh(linear("new_input", x, h))
    o = sigmoid(linear("output_gate", x, h, *([m] * use_peepholes)))
    k = gate(time, w["period"], w["phase"], w["ratio_on"], leak)
    c = k * m + (1 - k) * c
    h = k * np.tanh(m) * o + (1 - k) * h
    return h, (c, h)


class Timed(PhasedLSTMCell):
    """Takes the time as the first of its inputs."""

    def call(self, inputs, state):
        return super().call((inputs[:, :1], inputs[:, 1:]), state)


@pytest.mark.parametrize("use_peepholes", [False, True])
@pytest.mark.parametrize("leak", [0.2, 0.001])
def test_equals_reference(use_peepholes, leak):
    names = assert_equals_reference(
        lambda: Timed(5, use_peepholes, leak),
        functools.partial(phased_lstm, use_peepholes=use_peepholes, leak=leak),
        [2, 3, 3],
        [3, 2],
    )
    assert names == NAMES


def test_gate_opens_and_closes():
    with tf.Graph().as_default(), tf.Session() as session:
        times = tf.constant([[2.0], [3.0], [4.0], [5.0], [10.0], [13.0], [-7.0]], tf.float64)
        constants = [tf.constant([value], tf.float64) for value in (10.0, 2.0, 0.4)]
        opened = session.run(time_gate(times, *constants, leak=0.01))
    # The period is 10, from time 2 on; open for 4, most of all after 2.
    np.testing.assert_allclose(opened[:, 0], [0, 0.5, 1, 0.5, 0.008, 0.5, 0.5])


def test_large_times_are_computed_in_their_own_type():
    with tf.Graph().as_default(), tf.Session() as session:
        rhythm = [tf.constant([value], tf.float32) for value in (10.0, 0.0, 0.4)]
        exact = time_gate(tf.constant([[1e9 + 1]], tf.float64), *rhythm)
        assert exact.dtype == tf.float32
        np.testing.assert_allclose(session.run(exact), [[0.5]], rtol=1e-6)


def test_slopes_of_the_gate_ignore_how_many_cycles_have_passed():
    with tf.Graph().as_default(), tf.Session() as session:
        period = tf.constant([10.0], tf.float64)
        opened = time_gate(
            tf.constant([[21.0]], tf.float64),
            period,
            tf.zeros([1], tf.float64),
            tf.constant([0.4], tf.float64),
        )
        # 2*(1/period)/0.4, as if the rest, 1, did not depend on the period.
        np.testing.assert_allclose(session.run(tf.gradients(opened, period)[0]), [-0.05])


def test_initial_rhythm():
    with tf.Graph().as_default(), tf.Session() as session:
        cell = PhasedLSTMCell(
            3000, ratio_on=0.2, trainable_ratio_on=False, period_init_min=2, period_init_max=200
        )
        cell((tf.zeros([1, 1]), tf.zeros([1, 1])), cell.zero_state(1, tf.float32))
        session.run(tf.global_variables_initializer())
        assert [v.op.name.split("/", 1)[1] for v in cell.variables] == NAMES
        assert [v.op.name.split("/", 1)[1] for v in cell.trainable_variables] == NAMES[:-1]
        period, phase, ratio_on = session.run(cell.variables[-3:])
    assert 2 <= period.min() < 2.1
    assert 190 < period.max() <= 200
    assert abs(np.log(period).mean() - np.log(20)) < 0.1
    assert (0 <= phase).all() and (phase < period).all()
    assert abs((phase / period).mean() - 0.5) < 0.03
    assert set(ratio_on.flat) == {np.float32(0.2)}


def test_inputs_without_time():
    with tf.Graph().as_default(), pytest.raises(TypeError, match="expects a pair") as raised:
        cell = PhasedLSTMCell(3)
        cell(tf.zeros([2, 2]), cell.zero_state(2, tf.float32))
    assert raised.type is TypeError
