import functools

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests import references
from tests.comparison import assert_equals_reference
from tf1_rnn.cells.contrib import IndRNNCell, IndyGRUCell, IndyLSTMCell


def ind_rnn(x, h, w, activation=np.tanh):
    h = activation(x @ w["kernel_w"] + h * w["kernel_u"] + w["bias"])
    return h, h


def indy_gru(x, h, w, activation=np.tanh):
    recurrent = np.concatenate([h, h], 1) * w["gates/kernel_u"]
    gates = references.sigmoid(x @ w["gates/kernel_w"] + recurrent + w["gates/bias"])
    r, u = np.split(gates, 2, axis=1)
    c = x @ w["candidate/kernel"] + r * h * w["candidate/kernel_u"] + w["candidate/bias"]
    h = u * h + (1 - u) * activation(c)
    return h, h


def indy_lstm(x, state, w, forget_bias=1.0, activation=np.tanh):
    c, h = state
    gates = x @ w["kernel_w"] + np.concatenate([h] * 4, 1) * w["kernel_u"] + w["bias"]
    i, j, f, o = np.split(gates, 4, axis=1)
    c = references.sigmoid(f + forget_bias) * c + references.sigmoid(i) * activation(j)
    h = references.sigmoid(o) * activation(c)
    return h, (c, h)


NAMES = ["kernel_w", "kernel_u", "bias"]
GRU_NAMES = [
    "gates/kernel_w",
    "gates/kernel_u",
    "gates/bias",
    "candidate/kernel",
    "candidate/kernel_u",
    "candidate/bias",
]
CELLS = {
    "ind_rnn": (IndRNNCell, ind_rnn, NAMES),
    "indy_gru": (IndyGRUCell, indy_gru, GRU_NAMES),
    "indy_lstm": (IndyLSTMCell, indy_lstm, NAMES),
}


@pytest.mark.parametrize("lengths", [None, [3, 0]])
@pytest.mark.parametrize("ours, theirs", [(tf.tanh, np.tanh), (tf.nn.relu, references.relu)])
@pytest.mark.parametrize("cell", CELLS)
def test_equals_reference(cell, ours, theirs, lengths):
    cell_class, step, names = CELLS[cell]
    assert names == assert_equals_reference(
        lambda: cell_class(3, activation=ours),
        functools.partial(step, activation=theirs),
        [2, 3, 2],
        lengths,
    )


def test_forget_bias():
    assert_equals_reference(
        lambda: IndyLSTMCell(3, forget_bias=0.2),
        functools.partial(indy_lstm, forget_bias=0.2),
        [2, 2, 2],
    )


def initial_values(cell, units, state):
    with tf.Graph().as_default(), tf.Session() as session:
        cell = cell()
        cell(tf.zeros([2, 5]), state())
        session.run(tf.global_variables_initializer())
        return dict(
            zip(
                [v.op.name.split("/", 1)[1] for v in cell.variables],
                session.run(cell.variables),
                strict=True,
            )
        )


def test_recurrent_weights_start_uniformly_within_minus_one_and_one():
    values = initial_values(lambda: IndRNNCell(2000), 2000, lambda: tf.zeros([2, 2000]))
    u = values["kernel_u"]
    assert u.shape == (1, 2000)
    assert -1 <= u.min() < -0.98
    assert 0.98 < u.max() <= 1
    assert abs(u.mean()) < 0.06
    assert abs(u.std() - 1 / np.sqrt(3)) < 0.03
    assert (values["bias"] == 0).all()


def test_given_initializers_do_not_change_the_recurrent_weights():
    given = {
        "kernel_initializer": tf.constant_initializer(0.5),
        "bias_initializer": tf.constant_initializer(0.25),
    }
    values = initial_values(lambda: IndyGRUCell(3, **given), 3, lambda: tf.zeros([2, 3]))
    constants = [set(value.flat) for name, value in values.items() if not name.endswith("_u")]
    assert constants == [{0.5}, {0.25}] * 2
    assert len(set(values["gates/kernel_u"].flat)) == 6
    values = initial_values(lambda: IndyGRUCell(3), 3, lambda: tf.zeros([2, 3]))
    assert (values["gates/bias"] == 1).all()
    assert (values["candidate/bias"] == 0).all()


@pytest.mark.parametrize("cell", CELLS)
def test_wrong_inputs(cell):
    with tf.Graph().as_default():
        cell = CELLS[cell][0](3)
        state = cell.zero_state(2, tf.float32)
        with pytest.raises(ValueError, match="rank 2"):
            cell(tf.zeros([2, 4, 2]), state)
        with pytest.raises(ValueError, match="to be known"):
            cell(tf.placeholder(tf.float32, [2, None]), state)
