import functools
import re

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests import references
from tests.comparison import assert_equals_reference
from tf1_rnn.cells import LSTMStateTuple
from tf1_rnn.cells.contrib import CoupledInputForgetGateLSTMCell

PEEPHOLES = ["W_F_diag", "W_O_diag"]
ACTIVATIONS = {np.tanh: tf.tanh, references.relu: tf.nn.relu}


def norms(*scopes):
    return [f"{scope}/{part}" for scope in scopes for part in ("gamma", "beta")]


def norm(x, scope, w):
    if f"{scope}/gamma" not in w:
        return x
    x = x - x.mean(axis=1, keepdims=True)
    deviation = np.sqrt((x * x).mean(axis=1, keepdims=True) + 1e-12)
    return x / deviation * w[f"{scope}/gamma"] + w[f"{scope}/beta"]


def joined(w, name):
    return np.concatenate([w[key] for key in sorted(w) if re.fullmatch(rf"{name}_\d", key)], 0)


def coupled_lstm(x, state, w, forget_bias=1.0, activation=np.tanh, proj_clip=None):
    c, h = state
    gates = np.concatenate([x, h], 1) @ joined(w, "W")
    if "state/gamma" not in w:
        gates = gates + w["B"]
    j, f, o = np.split(gates, 3, axis=1)
    j, f, o = norm(j, "transform", w), norm(f, "forget", w), norm(o, "output", w)
    f = references.sigmoid(f + forget_bias + w.get("W_F_diag", 0) * c)
    c = norm(f * c + (1 - f) * activation(j), "state", w)
    h = references.sigmoid(o + w.get("W_O_diag", 0) * c) * activation(c)
    if "W_P_0" in w:
        h = references.clip(h @ joined(w, "W_P"), proj_clip)
    return h, (c, h)


@pytest.mark.parametrize("use_peepholes", [False, True])
@pytest.mark.parametrize("num_proj", [None, 2, 4])
@pytest.mark.parametrize("proj_clip", [None, 0.2])
@pytest.mark.parametrize("activation, forget_bias", [(np.tanh, 1.0), (references.relu, 0.3)])
def test_equals_reference(use_peepholes, num_proj, proj_clip, activation, forget_bias):
    options = {"forget_bias": forget_bias, "proj_clip": proj_clip}
    names = assert_equals_reference(
        lambda: CoupledInputForgetGateLSTMCell(
            3, use_peepholes, num_proj=num_proj, activation=ACTIVATIONS[activation], **options
        ),
        functools.partial(coupled_lstm, activation=activation, **options),
        [2, 2, 2],
        [2, 1],
    )
    assert names == [
        *["W_0", "B"],
        *(PEEPHOLES if use_peepholes else []),
        *(["W_P_0"] if num_proj else []),
    ]


def test_shards():
    names = assert_equals_reference(
        lambda: CoupledInputForgetGateLSTMCell(3, num_unit_shards=2, num_proj=2, num_proj_shards=3),
        coupled_lstm,
        [2, 2, 2],
        [2, 1],
    )
    assert names == ["W_0", "W_1", "B", "W_P_0", "W_P_1", "W_P_2"]


@pytest.mark.parametrize("use_peepholes", [False, True])
def test_layer_norm(use_peepholes):
    names = assert_equals_reference(
        lambda: CoupledInputForgetGateLSTMCell(4, use_peepholes, layer_norm=True, num_proj=2),
        coupled_lstm,
        [2, 2, 2],
        tolerance=1e-11,  # the square root of small variances
    )
    assert names == [
        "W_0",
        "B",  # made, but not used
        *norms("transform", "forget", "output"),
        *(PEEPHOLES if use_peepholes else []),
        *norms("state"),
        "W_P_0",
    ]


def test_initial_values():
    with tf.Graph().as_default(), tf.Session() as session:
        cell = CoupledInputForgetGateLSTMCell(
            3,
            initializer=tf.constant_initializer(0.5),
            layer_norm=True,
            norm_gain=0.75,
            norm_shift=0.25,
        )
        cell(tf.zeros([2, 2]), cell.zero_state(2, tf.float32))
        session.run(tf.global_variables_initializer())
        kernel, bias, *norm_values = session.run(cell.variables)
    assert len(set(kernel.flat)) == kernel.size  # the initializer given plays no part
    assert (bias == 0).all()
    assert [set(value.flat) for value in norm_values] == [{0.75}, {0.25}] * 4


def test_one_tensor_as_state_is_the_tuple_joined():
    x, state = np.random.RandomState(0).randn(2, 2), np.random.RandomState(1).randn(2, 5)
    results = []
    for is_tuple in (True, False):
        with tf.Graph().as_default(), tf.Session() as session:
            cell = CoupledInputForgetGateLSTMCell(3, num_proj=2, state_is_tuple=is_tuple)
            assert cell.state_size == (LSTMStateTuple(3, 2) if is_tuple else 5)
            start = tf.constant(state)
            output, new_state = cell(
                tf.constant(x), tf.split(start, [3, 2], 1) if is_tuple else start
            )
            for variable in cell.variables:
                variable.load(np.full(variable.shape.as_list(), 0.1), session)
            results.append(
                session.run([output, tf.concat(new_state, 1) if is_tuple else new_state])
            )
    for mine, theirs in zip(*results, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_more_shards_than_rows():
    with tf.Graph().as_default(), pytest.raises(ValueError, match="cannot be kept in 9 shards"):
        cell = CoupledInputForgetGateLSTMCell(3, num_unit_shards=9)
        cell(tf.zeros([2, 2]), cell.zero_state(2, tf.float32))
