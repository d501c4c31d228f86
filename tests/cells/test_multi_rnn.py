import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests import references
from tests.comparison import assert_equals_reference
from tf1_rnn.cells import GRUCell, LSTMCell, MultiRNNCell


def under(prefix, weights):
    return {k[len(prefix) :]: v for k, v in weights.items() if k.startswith(prefix)}


def stacked(x, state, w):
    x, h = references.gru(x, state[0], under("cell_0/gru_cell/", w))
    output, lstm_state = references.lstm(x, state[1], under("cell_1/lstm_cell/", w))
    return output, (h, lstm_state)


@pytest.mark.parametrize("lengths", [None, [3, 0]])
def test_equals_reference(lengths):
    names = assert_equals_reference(
        lambda: MultiRNNCell([GRUCell(3), LSTMCell(2, use_peepholes=True)]),
        stacked,
        [2, 3, 2],
        lengths,
    )
    assert names[0] == "cell_0/gru_cell/gates/kernel"
    assert names[-1] == "cell_1/lstm_cell/w_o_diag"


def test_one_tensor_as_state():
    with tf.Graph().as_default(), tf.Session() as session:
        cell = MultiRNNCell([GRUCell(3), GRUCell(2)], state_is_tuple=False)
        assert cell.state_size == 5
        state = tf.constant(np.random.RandomState(0).randn(2, 5))
        x = tf.ones([2, 4], tf.float64)
        output, new_state = cell(x, state)
        low, high = cell._cells
        low_output, low_state = low(x, state[:, :3])
        high_output, high_state = high(low_output, state[:, 3:])
        session.run(tf.global_variables_initializer())
        values = session.run(
            [output, high_output, new_state, tf.concat([low_state, high_state], 1)]
        )
    np.testing.assert_array_equal(values[0], values[1])
    np.testing.assert_array_equal(values[2], values[3])


def test_the_same_cell_twice_owns_one_set_of_variables():
    with tf.Graph().as_default():
        cell = GRUCell(3)
        stack = MultiRNNCell([cell, cell])
        stack(tf.zeros([2, 3]), stack.zero_state(2, tf.float32))
        assert {v.op.name.split("/")[1] for v in tf.global_variables()} == {"cell_0"}


def test_misuse():
    with tf.Graph().as_default():
        with pytest.raises(ValueError, match="at least one cell"):
            MultiRNNCell([])
        with pytest.raises(TypeError, match="list or tuple"):
            MultiRNNCell(GRUCell(3))
        with pytest.raises(ValueError, match="state_is_tuple is not set"):
            MultiRNNCell([LSTMCell(3)], state_is_tuple=False)
        with pytest.raises(ValueError, match="tuple of length 1"):
            MultiRNNCell([GRUCell(3)])(tf.zeros([2, 2]), tf.zeros([2, 3]))


def test_one_object_in_two_layers_is_warned_of(monkeypatch):
    said = []
    monkeypatch.setattr(tf.logging, "log_first_n", lambda level, text, *args: said.append(text))
    with tf.Graph().as_default():
        MultiRNNCell([GRUCell(3) for _ in range(2)])
        assert said == []
        MultiRNNCell([GRUCell(3)] * 2)
    assert len(said) == 1 and "are the same object and will share weights" in said[0]
