"""Halves of a batch: taken apart, joined, and the gradient of that."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tf1_rnn.fast.chains import Chains


@pytest.mark.parametrize("shape", [[3, 2, 4], [3, 2, 4, 1]])
@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("batch", [1, 2, 5])
@pytest.mark.parametrize("most", [1, 2])
def test_what_is_joined_is_what_was_taken_apart(shape, known, batch, most):
    value = np.random.RandomState(0).randn(shape[0], batch, *shape[2:])
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float64, [shape[0], batch if known else None, *shape[2:]])
        chains = Chains(x, 1, most)
        parts = chains.split(x, 1)
        joined = chains.join([part**2 for part in parts], 1)
        (expected,) = tf.gradients(joined, x, x)
        d_parts = chains.split_gradient(x, 1)
        gradient = chains.join([2 * p * d for p, d in zip(parts, d_parts, strict=True)], 1)
        number, sizes = len(parts), [tf.shape(part)[1] for part in parts]
        made = session.run([joined, gradient, expected, sizes, d_parts], {x: value})
    assert number == chains.number == (1 if most == 1 or (known and batch == 1) else 2)
    np.testing.assert_allclose(made[0], value**2)
    np.testing.assert_allclose(made[1], made[2])
    assert sum(made[3]) == max(batch, number if len(shape) > 3 else 1)
    np.testing.assert_allclose(sum(d.sum() for d in made[4]), value.sum())
