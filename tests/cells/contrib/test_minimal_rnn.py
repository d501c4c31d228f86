import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests import references
from tests.comparison import assert_equals_reference
from tf1_rnn.cells.contrib.minimal_rnn import CFNCell, MinimalRNNCell


def minimal_rnn(activation):
    def step(x, h, w):
        depth = x.shape[1]
        z = activation(x @ w["kernel"][:depth])
        u = references.sigmoid(np.concatenate([z, h], 1) @ w["kernel"][depth:] + w["bias"])
        h = u * h + (1 - u) * z
        return h, h

    return step


def cfn(activation):
    def step(x, h, w):
        units = h.shape[1]
        of_x = x @ w["kernel"]
        gates = of_x[:, : 2 * units] + h @ w["recurrent_kernel"] + w["bias"]
        f, i = np.split(references.sigmoid(gates), 2, 1)
        h = f * activation(h) + (1 - i) * activation(of_x[:, 2 * units :])
        return h, h

    return step


@pytest.mark.parametrize("name, activation", [("tanh", np.tanh), ("sigmoid", references.sigmoid)])
@pytest.mark.parametrize(
    "make, reference, names",
    [
        (MinimalRNNCell, minimal_rnn, ["kernel", "bias"]),
        (CFNCell, cfn, ["kernel", "recurrent_kernel", "bias"]),
    ],
)
def test_equals_reference(make, reference, names, name, activation):
    cell = lambda: make(3, activation=name)  # noqa: E731
    assert assert_equals_reference(cell, reference(activation), [2, 3, 4], [3, 1]) == names


@pytest.mark.parametrize("make", [MinimalRNNCell, CFNCell])
def test_initial_values_and_arguments(make):
    with tf.Graph().as_default(), tf.Session() as session:
        with tf.variable_scope("s", initializer=tf.constant_initializer(0.5)):
            cell = make(3, name="mine", trainable=False)
            cell(tf.zeros([2, 2]), cell.zero_state(2, tf.float32))
        session.run(tf.global_variables_initializer())
        kernel, *_, bias = session.run(cell.variables)
        assert len(set(kernel.flat)) == kernel.size and set(bias.flat) == {1.0}
        assert not tf.trainable_variables() and cell.scope_name == "s/mine"
        with pytest.raises(ValueError, match="to be known"):
            make(3)(tf.placeholder(tf.float32, [2, None]), tf.zeros([2, 3]))
