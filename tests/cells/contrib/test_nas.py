import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests import references
from tests.comparison import assert_equals_reference
from tf1_rnn.cells.contrib import NASCell


def nas(x, state, w):
    c, h = state
    sigmoid, relu = references.sigmoid, references.relu
    x = np.split(x @ w["kernel"], 8, axis=1)
    h = np.split(h @ w["recurrent_kernel"] + w.get("bias", 0), 8, axis=1)
    a = np.tanh(sigmoid(x[0] + h[0]) * relu(x[1] + h[1]))
    b = np.tanh(sigmoid(x[2] + h[2]) + relu(x[3] * h[3]))
    d = np.tanh(np.tanh(x[4] + h[4]) * sigmoid(x[5] + h[5]))
    e = sigmoid(np.tanh(x[6] + h[6]) + sigmoid(x[7] + h[7]))
    c = np.tanh(a + c) * b
    h = np.tanh(c * np.tanh(d + e))
    if "projection_weights" in w:
        h = h @ w["projection_weights"]
    return h, (c, h)


@pytest.mark.parametrize("num_proj", [None, 2, 5])
@pytest.mark.parametrize("use_bias", [False, True])
def test_equals_reference(num_proj, use_bias):
    names = assert_equals_reference(lambda: NASCell(3, num_proj, use_bias), nas, [2, 2, 2], [2, 1])
    assert names == [
        "recurrent_kernel",
        "kernel",
        *(["bias"] if use_bias else []),
        *(["projection_weights"] if num_proj else []),
    ]


def test_bias_starts_at_zero_under_any_initializer_of_the_scope():
    with tf.Graph().as_default(), tf.Session() as session:
        with tf.variable_scope("s", initializer=tf.constant_initializer(0.5)):
            cell = NASCell(3, 2, use_bias=True)
            cell(tf.zeros([2, 2]), cell.zero_state(2, tf.float32))
        session.run(tf.global_variables_initializer())
        values = session.run(cell.variables)
    assert [set(value.flat) for value in values] == [{0.5}, {0.5}, {0.0}, {0.5}]
