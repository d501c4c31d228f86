"""A recurrence over a sequence, walked either way, with lengths and masks, and its gradient."""

import itertools

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests.fast.one_step import drawn
from tf1_rnn.fast import recurrence
from tf1_rnn.fast.basic_rnn import BasicRNN
from tf1_rnn.fast.products import Dense
from tf1_rnn.fast.recurrence import Walk

D, H, BATCH, STEPS = 2, 4, 3, 5
LENGTHS = [2, 5, 1]


def family(depth, kernel, bias):
    return BasicRNN(Dense(kernel, depth), bias)


def plain(x, h, kernel, bias, lengths, mask):
    """The same step by step: outputs `[time, batch, H]`, and the last state."""
    outputs, ends = [], []
    for t, x_t in enumerate(tf.unstack(x)):
        output = tf.tanh(tf.concat([x_t, h], 1) @ kernel + bias)
        outputs.append(output)
        h = output if mask is None else output * (mask[t] if mask.shape.rank == 3 else mask)
        ends.append(h)
    end = tf.stack([ends[n - 1][b] for b, n in enumerate(lengths or [STEPS] * BATCH)])
    return tf.stack(outputs), end


@pytest.mark.parametrize(
    "time_axis, lengths, known, masked",
    list(itertools.product([0, 1], [None, LENGTHS], [True, False], [None, "once", "each step"])),
)
def test_numbers_and_gradients(time_axis, lengths, known, masked):
    """The steps of the gradients, and of the masks, are known where those of `x` are not."""
    with tf.Graph().as_default(), tf.Session() as session:
        steps = tf.constant(drawn(STEPS, BATCH, D))
        x = steps if time_axis == 0 else tf.transpose(steps, [1, 0, 2])
        shape = [STEPS, BATCH, D] if time_axis == 0 else [BATCH, STEPS, D]
        shape[time_axis] = STEPS if known else None
        x = tf.placeholder_with_default(x, shape)
        h, kernel, bias = (tf.constant(drawn(*s)) for s in ([BATCH, H], [D + H, H], [H]))
        shapes = {None: None, "once": [1, H], "each step": [STEPS, BATCH, H]}
        mask = shapes[masked] and tf.constant(drawn(*shapes[masked]))
        walk = Walk(time_axis, lengths and tf.constant(lengths))
        masks = None if mask is None else [mask]
        outputs, (end,) = recurrence.run(family, x, (h,), (kernel, bias), walk, masks)
        outputs = outputs if time_axis == 0 else tf.transpose(outputs, [1, 0, 2])
        wanted, wanted_end = plain(steps, h, kernel, bias, lengths, mask)
        d, d_end = tf.constant(drawn(STEPS, BATCH, H)), tf.constant(drawn(BATCH, H))
        found = [outputs, end, *tf.gradients([outputs, end], [steps, h, kernel, bias], [d, d_end])]
        expected = tf.gradients([wanted, wanted_end], [steps, h, kernel, bias], [d, d_end])
        found[2] = tf.gradients([outputs, end], x, [d, d_end])[0]  # x was fed, not computed
        if time_axis == 1:
            found[2] = tf.transpose(found[2], [1, 0, 2])
        expected = [wanted, wanted_end, *expected]
        for one, other in zip(*session.run([found, expected]), strict=True):
            np.testing.assert_allclose(one, other, rtol=0, atol=1e-12)


def test_the_state_after_so_many_steps():
    states = np.arange(24.0).reshape(4, 3, 2)
    with tf.Graph().as_default(), tf.Session() as session:
        found = session.run(recurrence.after(tf.constant([1, 4, 9]), tf.constant(states)))
    # More than there are counts as all of them.
    np.testing.assert_array_equal(found, [states[0, 0], states[3, 1], states[3, 2]])


def test_second_gradients_are_refused_with_the_reason():
    with tf.Graph().as_default():
        x = tf.constant(1.0)
        (kept,) = recurrence.without_second_gradient("on Sundays.", x * x)
        with pytest.raises(NotImplementedError, match="no second gradients on Sundays"):
            tf.gradients(kept, x)
