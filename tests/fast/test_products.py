"""The products of a cell, and their gradients by hand, compared with TensorFlow's."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests.fast.one_step import drawn
from tf1_rnn.cells.conv_lstm import convolve
from tf1_rnn.fast import products

DEPTH, STATE, G = 2, 3, 4


@pytest.mark.parametrize(
    "kind, window",
    [(products.Dense, ()), *((products.Convolution, w) for w in [(3,), (3, 1), (1, 5), (3, 1, 3)])],
)
def test_a_product_and_its_three_gradients(kind, window):
    space = [size + 2 for size in window]
    with tf.Graph().as_default(), tf.Session() as session:
        kernel, bias = tf.constant(drawn(*window, DEPTH + STATE, G)), tf.constant(drawn(G))
        x, h = tf.constant(drawn(2, *space, DEPTH)), tf.constant(drawn(2, *space, STATE))
        xh = tf.concat([x, h], -1)
        product = kind(kernel, DEPTH)
        found = product.forward(xh, bias)
        plain = convolve(xh, kernel) if window else xh @ kernel
        wanted = tf.nn.bias_add(plain, bias)
        d = tf.constant(drawn(2, *space, G))
        ours = [
            found,
            product.to_input(d),
            product.to_state(d),
            product.to_kernel(*((xh, d) if kind is products.Convolution else ([xh], [d]))),
            products.bias_gradient(d),
        ]
        theirs = [wanted, *tf.gradients(wanted, [x, h, kernel, bias], d)]
        for one, other in zip(*session.run([ours, theirs]), strict=True):
            np.testing.assert_allclose(one, other, rtol=0, atol=1e-12)


def test_the_kernels_gradient_sums_over_the_steps():
    with tf.Graph().as_default(), tf.Session() as session:
        kernel = tf.constant(drawn(DEPTH + STATE, G))
        product = products.Dense(kernel, DEPTH)
        xs = [tf.constant(drawn(2, DEPTH + STATE, seed=n)) for n in range(3)]
        ds = [tf.constant(drawn(2, G, seed=n)) for n in range(3)]
        each = [product.to_kernel([x], [d]) for x, d in zip(xs, ds, strict=True)]
        array = lambda parts: tf.TensorArray(tf.float64, 3).unstack(tf.stack(parts))  # noqa: E731
        found = [product.to_kernel(xs, ds), product.to_kernel(array(xs), array(ds))]
        *both, total = session.run([*found, tf.add_n(each)])
    for one in both:
        np.testing.assert_allclose(one, total, rtol=0, atol=1e-12)


def test_without_a_bias():
    with tf.Graph().as_default(), tf.Session() as session:
        product = products.Dense(tf.eye(3, dtype=tf.float64), 1)
        xh = drawn(2, 3)
        np.testing.assert_array_equal(session.run(product.forward(tf.constant(xh))), xh)


def test_the_gradient_of_a_sigmoid():
    with tf.Graph().as_default(), tf.Session() as session:
        x, d = tf.constant(drawn(3)), tf.constant(drawn(3, seed=1))
        y = tf.sigmoid(x)
        pair = session.run([products.sigmoid_gradient(y, d), tf.gradients(y, x, d)[0]])
    np.testing.assert_allclose(*pair, rtol=1e-14)
