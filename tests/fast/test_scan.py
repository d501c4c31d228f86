"""Sequences as lists and as arrays, and a walk over either: the same numbers."""

import itertools

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tf1_rnn.fast import scan

VALUE = np.arange(2 * 5 * 3, dtype="float64").reshape(2, 5, 3)  # [batch, time, size]


def sequence(time_axis, looped, session=None):
    """Return VALUE with its time on an axis, and its sequence."""
    value = VALUE if time_axis == 1 else VALUE.swapaxes(0, 1)
    shape = list(value.shape)
    shape[time_axis] = None if looped else 5
    x = tf.placeholder_with_default(tf.constant(value), shape)
    return x, value, scan.to_steps(x, time_axis)


@pytest.mark.parametrize("time_axis, looped", list(itertools.product([0, 1], [False, True])))
def test_there_and_back(time_axis, looped):
    with tf.Graph().as_default(), tf.Session() as session:
        x, value, steps = sequence(time_axis, looped)
        assert isinstance(steps, list) is not looped
        batch = scan.in_one_batch(steps)
        found = session.run(
            [
                scan.to_tensor(steps, time_axis),
                scan.from_one_batch(batch, x, time_axis),
                scan.sum_of_steps(steps),
                batch,
            ]
        )
    np.testing.assert_array_equal(found[0], value)
    np.testing.assert_array_equal(found[1], value)
    np.testing.assert_array_equal(found[2], VALUE.sum(1))
    np.testing.assert_array_equal(found[3], VALUE.swapaxes(0, 1).reshape(10, 3))


@pytest.mark.parametrize(
    "steps, unroll, is_list",
    [(32, False, True), (33, False, False), (33, True, True), (None, True, False)],
)
def test_what_is_unrolled(steps, unroll, is_list):
    with tf.Graph().as_default():
        x = tf.placeholder("float", [2, steps, 3])
        assert isinstance(scan.to_steps(x, 1, unroll), list) is is_list


@pytest.mark.parametrize(
    "looped, known, reverse, body",
    [
        (False, True, False, 1),
        (False, True, True, 1),
        *itertools.product([True], [False, True], [False, True], [1, 2, 3, 7]),
    ],
)
def test_a_walk(looped, known, reverse, body, monkeypatch):
    """The carry is what has been seen, weighted by its turn: the order counts."""
    monkeypatch.setattr(scan, "IN_A_BODY", body)
    with tf.Graph().as_default(), tf.Session() as session:
        _, _, steps = sequence(1, looped)

        def step(carry, x):
            total = 2.0 * carry[0] + x
            return (total,), (total, -x)

        length = 5 if known else tf.constant(5)
        start = (tf.zeros([2, 3], tf.float64),)
        (end,), kept = scan.scan(step, start, (steps,), 2, length, reverse)
        end, totals, opposite = session.run([end, *(scan.to_tensor(k, 1) for k in kept)])
    order, total = range(5), np.zeros([2, 3])
    for t in reversed(order) if reverse else order:
        total = 2 * total + VALUE[:, t]
        np.testing.assert_array_equal(totals[:, t], total)
    np.testing.assert_array_equal(end, total)
    np.testing.assert_array_equal(opposite, -VALUE)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_transposition_moves_bits_and_has_a_gradient(dtype):
    value = np.array([[0.0, -0.0, 1e-40], [np.inf, -1.5, 3.0]], dtype)
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.constant(value)
        turned = scan.transposed(x, [1, 0])
        d = tf.constant(np.arange(6.0).reshape(3, 2), dtype)
        found, gradient = session.run([turned, tf.gradients(turned, x, d)[0]])
    assert found.tobytes() == value.T.copy().tobytes()
    np.testing.assert_array_equal(gradient, np.arange(6.0).reshape(3, 2).T)
