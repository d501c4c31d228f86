import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests import references
from tests.comparison import relative_error
from tests.variables import load
from tf1_rnn.cells import LSTMCell
from tf1_rnn.cells.contrib.ntm import NTMCell


def softmax(x):
    return np.exp(x) / np.exp(x).sum(-1, keepdims=True)


def softplus(x):
    return np.log1p(np.exp(x))


def address(p, memory, w, size, reach):
    """One head of one sequence, place by place: `memory [N, M]`, `w [N]`."""
    k, beta, g = np.tanh(p[:size]), softplus(p[size]), references.sigmoid(p[size + 1])
    s, gamma = softmax(p[size + 2 : -1]), softplus(p[-1]) + 1
    lengths = np.linalg.norm(memory, axis=1) * np.linalg.norm(k)
    looked = g * softmax(beta * (memory @ k) / (lengths + 1e-8)) + (1 - g) * w
    places = len(w)
    moved = [
        sum(s[d] * looked[(place - d) % places] for d in range(-reach, reach + 1))
        for place in range(places)
    ]
    sharp = np.array(moved) ** gamma
    return sharp / sharp.sum()


def ntm(x, w, places, size, readers, writers, reach, bound):
    """All steps of one sequence `[time, D]`; returns its outputs and the last memory."""
    heads = readers + writers
    rs = [np.tanh(w[f"initial_read_vector_{i}"][0]) for i in range(readers)]
    ws = [softmax(w[f"initial_address_weights_{i}"][0]) for i in range(heads)]
    memory, state = w["memory"], (np.zeros([1, 5]), np.zeros([1, 5]))
    inner = {name: w[f"lstm_cell/{name}"] for name in ("kernel", "bias")}
    outputs = []
    for x_t in x:
        o, state = references.lstm(np.concatenate([x_t, *rs])[None], state, inner)
        p = np.clip(o[0] @ w["parameters_kernel"] + w["parameters_bias"], -bound, bound)
        of_heads = np.split(p[: heads * (size + 2 * reach + 4)], heads)
        ws = [address(q, memory, v, size, reach) for q, v in zip(of_heads, ws, strict=True)]
        rs = [v @ memory for v in ws[:readers]]
        changes = np.split(p[heads * (size + 2 * reach + 4) :], 2 * writers)
        for v, erase, add in zip(ws[readers:], changes[::2], changes[1::2], strict=True):
            memory = memory * (1 - np.outer(v, references.sigmoid(erase)))
            memory = memory + np.outer(v, np.tanh(add))
        y = np.concatenate([o[0], *rs]) @ w["output_kernel"] + w["output_bias"]
        outputs.append(np.clip(y, -bound, bound))
    return np.stack(outputs), memory


@pytest.mark.parametrize(
    "places, size, readers, writers, reach, output_dim, bound",
    [(7, 3, 2, 1, 1, None, 20), (7, 3, 1, 1, 2, 4, 0.5), (3, 2, 1, 2, 1, None, 20)],
)
def test_equals_reference(places, size, readers, writers, reach, output_dim, bound):
    random = np.random.RandomState(0)
    x = random.randn(2, 3, 4).astype("float32")
    with tf.Graph().as_default(), tf.Session() as session:
        cell = NTMCell(LSTMCell(5), places, size, readers, writers, reach, output_dim, bound)
        outputs, state = tf.nn.static_rnn(
            cell, tf.unstack(tf.constant(x), axis=1), cell.zero_state(2, tf.float32)
        )
        variables = tf.global_variables()
        assert all(g is not None for g in tf.gradients(state.M, cell.variables[:2]))
        weights = [random.randn(*v.shape.as_list()) * 0.5 for v in variables]
        load(session, variables, weights)
        outputs, memory = session.run([tf.stack(outputs, 1), state.M])
        assert state.time == 3 and cell.output_size == (output_dim or 4)
    names = [variable.op.name.removeprefix("rnn/ntm_cell/") for variable in variables]
    by_name = dict(zip(names, weights, strict=True))
    for index in range(2):
        expected = ntm(x[index], by_name, places, size, readers, writers, reach, bound)
        assert relative_error(outputs[index], expected[0]) <= 5e-6
        assert relative_error(memory[index], expected[1]) <= 5e-6


def test_the_controllers_variables_are_asked_of_the_controller():
    with tf.Graph().as_default():
        cell = NTMCell(LSTMCell(5), 7, 3, 2, 1)
        cell(tf.zeros([2, 4]), cell.zero_state(2, tf.float32))
        assert len(cell.variables) == 10 and len(cell.controller.variables) == 2
        with pytest.raises(TypeError, match="is not an RNNCell"):
            NTMCell(None, 7, 3, 2, 1)
