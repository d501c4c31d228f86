import functools

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests import references
from tests.comparison import assert_equals_reference
from tf1_rnn.cells import LSTMCell
from tf1_rnn.cells.contrib import GLSTMCell


def glstm(x, state, w, groups=1, forget_bias=1.0, activation=np.tanh):
    c, h = state
    parts = {gate: [] for gate in "ijfo"}
    for g, (x_g, h_g) in enumerate(
        zip(np.split(x, groups, 1), np.split(h, groups, 1), strict=True)
    ):
        product = np.concatenate([x_g, h_g], 1) @ w[f"group{g}/kernel"]
        for gate, part in zip("ijfo", np.split(product, 4, 1), strict=True):
            parts[gate].append(part)
    i, j, f, o = (np.concatenate(parts[gate], 1) + w[f"bias_{gate}"] for gate in "ijfo")
    c = references.sigmoid(f + forget_bias) * c + references.sigmoid(i) * np.tanh(j)
    h = references.sigmoid(o) * activation(c)
    if "projection/kernel" in w:
        h = h @ w["projection/kernel"]
    return h, (c, h)


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("num_proj", [None, 2])
def test_equals_reference(groups, num_proj):
    names = assert_equals_reference(
        lambda: GLSTMCell(4, num_proj=num_proj, number_of_groups=groups, forget_bias=0.5),
        functools.partial(glstm, groups=groups, forget_bias=0.5),
        [2, 2, 4],
        [2, 1],
    )
    assert names == [
        *[f"group{g}/kernel" for g in range(groups)],
        *["bias_i", "bias_j", "bias_f", "bias_o"],
        *(["projection/kernel"] if num_proj else []),
    ]


def test_activation_is_only_for_the_memory():
    assert_equals_reference(
        lambda: GLSTMCell(3, number_of_groups=3, activation=tf.nn.relu),
        functools.partial(glstm, groups=3, activation=references.relu),
        [2, 2, 3],
    )


def test_one_group_is_an_lstm():
    x = np.random.RandomState(0).randn(2, 3)
    with tf.Graph().as_default(), tf.Session() as session:
        with tf.variable_scope("s", initializer=tf.constant_initializer(0.3)):
            outputs = [
                cell(tf.constant(x), cell.zero_state(2, tf.float64))[0]
                for cell in (GLSTMCell(3), LSTMCell(3))
            ]
        session.run(tf.global_variables_initializer())
        np.testing.assert_allclose(*session.run(outputs), rtol=1e-14)


def test_initializer_is_only_for_the_groups():
    with tf.Graph().as_default(), tf.Session() as session:
        cell = GLSTMCell(4, tf.constant_initializer(0.5), num_proj=4)
        cell(tf.zeros([2, 2]), cell.zero_state(2, tf.float32))
        session.run(tf.global_variables_initializer())
        kernel, *biases, projection = session.run(cell.variables)
    assert (kernel == 0.5).all()
    assert all((bias == 0).all() for bias in biases)
    assert len(set(projection.flat)) == 16


def test_groups_that_do_not_divide():
    with tf.Graph().as_default():
        with pytest.raises(ValueError, match="num_units must be divisible .* 5 and 2"):
            GLSTMCell(5, number_of_groups=2)
        with pytest.raises(ValueError, match="num_proj must be divisible .* 3 and 2"):
            GLSTMCell(4, num_proj=3, number_of_groups=2)
        cell = GLSTMCell(4, number_of_groups=2)
        with pytest.raises(ValueError, match=r"input size \(3\) must be divisible"):
            cell(tf.zeros([2, 3]), cell.zero_state(2, tf.float32))


@pytest.mark.parametrize(
    "depth, words",
    [
        (None, "input size must be statically known"),
        (5, r"input size \(5\) must be divisible by number_of_groups \(2\)"),
    ],
)
def test_inputs_that_do_not_split(depth, words):
    with tf.Graph().as_default(), pytest.raises(ValueError, match=words):
        cell = GLSTMCell(4, number_of_groups=2)
        cell(tf.placeholder(tf.float32, [3, depth]), cell.zero_state(3, tf.float32))
