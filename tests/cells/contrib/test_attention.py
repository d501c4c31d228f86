import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests import references
from tests.comparison import assert_equals_reference
from tf1_rnn.cells import GRUCell, LSTMCell
from tf1_rnn.cells.contrib import AttentionCellWrapper


def attention(cell, scope, length):
    """The reference around a reference; one output vector of the batch at a time."""

    def step(x, state, w):
        h, attended, memory = state
        memory = memory.reshape(len(x), length, -1)
        inputs = np.concatenate([x, attended], 1) @ w["kernel"] + w["bias"]
        inside = {k.removeprefix(scope): v for k, v in w.items() if k.startswith(scope)}
        output, h = cell(inputs, h, inside)
        flat = np.concatenate(references.flatten(h), 1)
        query = flat @ w["attention/kernel"] + w["attention/bias"]
        keys, v = w["attention/attn_w"][0, 0], w["attention/attn_v"]
        mixes = []
        for q, rows in zip(query, memory, strict=True):
            score = np.exp([np.sum(v * np.tanh(q + row @ keys)) for row in rows])
            mixes.append(sum(s * row for s, row in zip(score / score.sum(), rows, strict=True)))
        attended = np.stack(mixes)
        output = np.concatenate([output, attended], 1) @ w["attn_output_projection/kernel"]
        output = output + w["attn_output_projection/bias"]
        memory = np.concatenate([memory[:, 1:], output[:, None]], 1).reshape(len(x), -1)
        return output, (h, attended, memory)

    return step


NAMES = [
    "attention/attn_w",
    "attention/attn_v",
    "attention/kernel",
    "attention/bias",
    "attn_output_projection/kernel",
    "attn_output_projection/bias",
]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"attn_size": 3, "attn_vec_size": 4, "input_size": 3},
    ],
)
def test_equals_reference(options):
    names = assert_equals_reference(
        lambda: AttentionCellWrapper(LSTMCell(2), 2, **options),
        attention(references.lstm, "lstm_cell/", 2),
        [2, 3, 2],
        scope_dtype="float64",
    )
    assert names == ["kernel", "bias", "lstm_cell/kernel", "lstm_cell/bias", *NAMES]


def test_equals_reference_around_a_gru_with_lengths():
    assert_equals_reference(
        lambda: AttentionCellWrapper(GRUCell(2), 1),
        attention(references.gru, "gru_cell/", 1),
        [2, 3, 2],
        [3, 1],
        scope_dtype="float64",
    )


def test_one_tensor_as_state():
    random = np.random.RandomState(0)
    with tf.Graph().as_default(), tf.Session() as session:
        with tf.variable_scope("s", dtype=tf.float64):
            whole = AttentionCellWrapper(GRUCell(2), 3, state_is_tuple=False)
            assert whole.state_size == 2 + 2 + 6
            x, state = tf.constant(random.randn(4, 2)), tf.constant(random.randn(4, 10))
            output, new_state = whole(x, state)
        with tf.variable_scope("s", dtype=tf.float64, reuse=True):
            parts = AttentionCellWrapper(GRUCell(2), 3)
            assert parts.state_size == (2, 2, 6)
            expected = parts(x, (state[:, :2], state[:, 2:4], state[:, 4:]))
        session.run(tf.global_variables_initializer())
        values = session.run([output, expected[0], new_state, tf.concat(expected[1], 1)])
    np.testing.assert_array_equal(values[0], values[1])
    np.testing.assert_array_equal(values[2], values[3])


@pytest.mark.parametrize(
    "make,error,message",
    [
        (lambda: AttentionCellWrapper(None, 3), TypeError, "not an RNNCell"),
        (
            lambda: AttentionCellWrapper(GRUCell(3), 0),
            ValueError,
            "attn_length should be greater than zero, got 0",
        ),
        (
            lambda: AttentionCellWrapper(LSTMCell(3), 3, state_is_tuple=False),
            ValueError,
            "Cell returns tuple of states",
        ),
    ],
)
def test_misuse(make, error, message):
    with tf.Graph().as_default(), pytest.raises(error, match=message):
        make()
