import functools

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests import references
from tests.comparison import assert_equals_reference
from tf1_rnn.cells.contrib import IntersectionRNNCell

PROJECTION = ["in_projection/kernel", "in_projection/bias"]


def intersection(x, h, w, forget_bias=1.0, y_activation=references.relu):
    if "in_projection/kernel" in w:
        x = x @ w["in_projection/kernel"] + w["in_projection/bias"]
    gates = np.concatenate([x, h], 1) @ w["kernel"] + w["bias"]
    g_h, h_in, g_y, y_in = np.split(gates, 4, axis=1)
    g_h, g_y = references.sigmoid(g_h + forget_bias), references.sigmoid(g_y + forget_bias)
    h = g_h * h + (1 - g_h) * np.tanh(h_in)
    return g_y * x + (1 - g_y) * y_activation(y_in), h


@pytest.mark.parametrize("depth, num_in_proj", [(3, None), (3, 3), (2, 3), (5, 1)])
def test_equals_reference(depth, num_in_proj):
    names = assert_equals_reference(
        lambda: IntersectionRNNCell(3, num_in_proj), intersection, [2, 2, depth], [2, 1]
    )
    assert names == [*(PROJECTION if depth != 3 else []), "kernel", "bias"]


def test_options():
    assert_equals_reference(
        lambda: IntersectionRNNCell(3, forget_bias=0.2, y_activation=tf.tanh),
        functools.partial(intersection, forget_bias=0.2, y_activation=np.tanh),
        [2, 2, 3],
    )


def test_other_depth_without_a_projection():
    with tf.Graph().as_default():
        with pytest.raises(ValueError, match="Must have input size == output size .* num_in_proj"):
            IntersectionRNNCell(3)(tf.zeros([2, 4]), tf.zeros([2, 3]))


def test_initializer_is_only_for_the_kernels():
    with tf.Graph().as_default(), tf.Session() as session:
        cell = IntersectionRNNCell(3, 3, tf.constant_initializer(0.5))
        cell(tf.zeros([2, 2]), tf.zeros([2, 3]))
        session.run(tf.global_variables_initializer())
        values = session.run(cell.variables)
    assert [set(value.flat) for value in values] == [{0.5}, {0.0}, {0.5}, {0.0}]
