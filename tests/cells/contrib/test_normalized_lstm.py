import functools

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests import references
from tests.cells.contrib.test_layer_norm_lstm import NORMS, SCOPES, norm
from tests.comparison import assert_equals_reference, relative_error, short_names
from tests.variables import load
from tf1_rnn.cells import LSTMStateTuple, MultiRNNCell
from tf1_rnn.cells.contrib.normalized_lstm import LayerNormLSTMCell, WeightNormLSTMCell

CLIPS = {"cell_clip": 0.8, "proj_clip": 0.3}
PEEPHOLES = ["w_f_diag", "w_i_diag", "w_o_diag"]


def weight_norm(kernel, gain):
    return kernel / np.sqrt((kernel * kernel).sum(0)) * gain


def weight_norm_lstm(x, state, w, **options):
    w = {name.removeprefix("wn_lstm_cell/"): value for name, value in w.items()}
    depth = x.shape[1]
    if "norm_0" in w:
        parts = w["kernel"][:depth], w["kernel"][depth:]
        gains = w["norm_0"], w["norm_1"]
        normed = [weight_norm(*each) for each in zip(parts, gains, strict=True)]
        w["kernel"] = np.concatenate(normed)
    if "projection/norm_0" in w:
        w["projection/kernel"] = weight_norm(w["projection/kernel"], w["projection/norm_0"])
    return references.lstm(x, state, w, **options)


@pytest.mark.parametrize("num_proj", [None, 2])
@pytest.mark.parametrize("use_peepholes", [False, True])
@pytest.mark.parametrize("normed", [False, True])
def test_weight_norm_equals_reference(normed, use_peepholes, num_proj):
    names = assert_equals_reference(
        lambda: WeightNormLSTMCell(3, normed, use_peepholes, num_proj=num_proj, **CLIPS),
        functools.partial(weight_norm_lstm, **CLIPS),
        [2, 2, 2],
        [2, 1],
    )
    expected = ["kernel", *(["norm_0", "norm_1"] if normed else []), "bias"]
    expected += PEEPHOLES if use_peepholes else []
    if num_proj:
        expected += ["projection/kernel"] + (["projection/norm_0"] if normed else [])
    assert names == ["wn_lstm_cell/" + name for name in expected]


@pytest.mark.parametrize("num_proj", [None, 2])
@pytest.mark.parametrize("use_peepholes", [False, True])
def test_without_layer_norm_it_is_an_lstm(use_peepholes, num_proj):
    assert_equals_reference(
        lambda: LayerNormLSTMCell(3, use_peepholes, num_proj=num_proj, **CLIPS),
        functools.partial(references.lstm, **CLIPS),
        [2, 2, 2],
        [2, 1],
    )


def layer_norm_lstm(x, state, w, cell_clip):
    c, h = state
    gates = np.split(np.concatenate([x, h], 1) @ w["kernel"], 4, 1)
    i, j, f, o = (norm(gate, scope, w) for gate, scope in zip(gates, SCOPES[:4], strict=True))
    w_f, w_i, w_o = (w.get(name, 0) for name in PEEPHOLES)
    sigmoid = references.sigmoid
    c = norm(sigmoid(f + 1 + w_f * c) * c + sigmoid(i + w_i * c) * np.tanh(j), "state", w)
    c = references.clip(c, cell_clip)
    h = sigmoid(o + w_o * c) * np.tanh(c)
    return h @ w["projection/kernel"] if "projection/kernel" in w else h, c


@pytest.mark.parametrize("num_proj", [None, 2])
@pytest.mark.parametrize("use_peepholes", [False, True])
def test_layer_norm_equals_reference(use_peepholes, num_proj):
    random = np.random.RandomState(0)
    with tf.Graph().as_default(), tf.Session() as session:
        cell = LayerNormLSTMCell(4, use_peepholes, 0.8, num_proj=num_proj, layer_norm=True)
        shapes = [[2, 3], [2, 4], [2, cell.output_size]]
        x, c, h = (random.randn(*shape) for shape in shapes)
        with tf.variable_scope("rnn"):
            output, state = cell(tf.constant(x), (tf.constant(c), tf.constant(h)))
        weights = [random.randn(*v.shape.as_list()) for v in cell.variables]
        load(session, cell.variables, weights)
        output, (new_c, _) = session.run([output, state])
        names = short_names(cell.variables)
        (unused,) = tf.gradients(state.c, cell.variables[1])
    expected = layer_norm_lstm(x, (c, h), dict(zip(names, weights, strict=True)), 0.8)
    assert relative_error(output, expected[0]) <= 1e-11
    assert relative_error(new_c, expected[1]) <= 1e-11
    assert unused is None and names[1] == "bias"
    assert names[2:10] == NORMS[:8]


def test_two_in_a_stack():
    with tf.Graph().as_default():
        stack = MultiRNNCell([LayerNormLSTMCell(3), WeightNormLSTMCell(2)])
        _, states = stack(tf.zeros([2, 4]), stack.zero_state(2, tf.float32))
        assert all(isinstance(state, LSTMStateTuple) for state in states)
        assert [v.op.name for v in stack.variables][2:] == [
            f"multi_rnn_cell/cell_1/wn_lstm_cell/wn_lstm_cell/{name}"
            for name in ("kernel", "norm_0", "norm_1", "bias")
        ]
