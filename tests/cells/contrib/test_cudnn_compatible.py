import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests import references
from tests.comparison import assert_equals_reference
from tf1_rnn.cells.contrib.cudnn_compatible import CudnnCompatibleGRUCell, CudnnCompatibleLSTMCell


def gru(x, h, w):
    """One step, written with cuDNN's matrices: one product for each gate of each side."""
    depth, units = x.shape[1], h.shape[1]
    kernel, bias = w["gates/kernel"], w["gates/bias"]
    r, u = (
        references.sigmoid(x @ kernel[:depth, gate] + h @ kernel[depth:, gate] + bias[gate])
        for gate in (slice(None, units), slice(units, None))
    )
    inputs, hidden = (
        value @ w[f"candidate/{side}_projection/kernel"] + w[f"candidate/{side}_projection/bias"]
        for value, side in ((x, "input"), (h, "hidden"))
    )
    c = np.tanh(inputs + r * hidden)
    new = (1 - u) * c + u * h
    return new, new


def lstm(x, state, w):
    c, h = state
    i, j, f, o = np.split(np.concatenate([x, h], 1) @ w["kernel"] + w["bias"], 4, 1)
    c = references.sigmoid(f) * c + references.sigmoid(i) * np.tanh(j)
    h = references.sigmoid(o) * np.tanh(c)
    return h, (c, h)


@pytest.mark.parametrize("lengths", [None, [3, 0]])
def test_gru_equals_reference(lengths):
    names = assert_equals_reference(lambda: CudnnCompatibleGRUCell(3), gru, [2, 3, 4], lengths)
    assert names == [
        "gates/kernel",
        "gates/bias",
        "candidate/input_projection/kernel",
        "candidate/hidden_projection/kernel",
        "candidate/input_projection/bias",
        "candidate/hidden_projection/bias",
    ]


def test_lstm_equals_reference():
    names = assert_equals_reference(
        lambda: CudnnCompatibleLSTMCell(3), lstm, [2, 3, 4], [3, 1], "float32", 2e-6
    )
    assert names == ["kernel", "bias"]


def test_initial_values_and_scopes():
    with tf.Graph().as_default(), tf.Session() as session:
        gru_cell = CudnnCompatibleGRUCell(3, kernel_initializer=tf.constant_initializer(0.25))
        gru_cell(tf.zeros([2, 2]), gru_cell.zero_state(2, tf.float32))
        lstm_cell = CudnnCompatibleLSTMCell(3)
        lstm_cell(tf.zeros([2, 2]), lstm_cell.zero_state(2, tf.float32))
        session.run(tf.global_variables_initializer())
        values = [set(value.flat) for value in session.run(gru_cell.variables)]
        assert values == [{0.25}, {1.0}, {0.25}, {0.25}, {0.0}, {0.0}]
        assert not session.run(lstm_cell.variables[1]).any()
        scopes = {v.op.name.partition("/")[0] for v in tf.global_variables()}
        assert scopes == {"cudnn_compatible_gru_cell", "cudnn_compatible_lstm_cell"}


def test_unknown_depth():
    with tf.Graph().as_default(), pytest.raises(ValueError, match="to be known"):
        CudnnCompatibleGRUCell(3)(tf.placeholder(tf.float32, [2, None]), tf.zeros([2, 3]))
