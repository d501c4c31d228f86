"""States and steps of cells, own ones too: what TensorFlow 1.15.5 was seen to do."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests.cells.stepping import names, step
from tf1_rnn.cells import (
    BasicLSTMCell,
    BasicRNNCell,
    GRUCell,
    LayerRNNCell,
    LSTMCell,
    MultiRNNCell,
    RNNCell,
)
from tf1_rnn.cells.contrib import (
    AttentionCellWrapper,
    CoupledInputForgetGateLSTMCell,
    GridLSTMCell,
    grid_rnn,
)


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def test_multi_rnn_cell_names():
    cell = MultiRNNCell([GRUCell(3), LSTMCell(3)])
    assert cell.weights == []
    with tf.variable_scope("model"):
        cell(tf.zeros([2, 3]), cell.zero_state(2, tf.float32))
    assert names() == [
        "model/multi_rnn_cell/cell_0/gru_cell/gates/kernel",
        "model/multi_rnn_cell/cell_0/gru_cell/gates/bias",
        "model/multi_rnn_cell/cell_0/gru_cell/candidate/kernel",
        "model/multi_rnn_cell/cell_0/gru_cell/candidate/bias",
        "model/multi_rnn_cell/cell_1/lstm_cell/kernel",
        "model/multi_rnn_cell/cell_1/lstm_cell/bias",
    ]
    assert names(cell.variables) == names()


def test_dtype_is_that_of_the_first_inputs():
    cell = GRUCell(3)
    assert cell.dtype is None
    step(cell, dtype=tf.float64)
    assert cell.dtype == "float64"
    assert cell.variables[0].dtype.base_dtype == tf.float64
    with pytest.raises(TypeError):
        step(GRUCell(3, dtype=tf.float32), dtype=tf.float64)


def test_inputs_that_do_not_fit():
    cell = LSTMCell(3)
    state = cell.zero_state(2, tf.float32)
    for inputs, message in [
        (tf.zeros([2, 2, 3]), "rank 2, but saw 3"),
        (tf.zeros([3]), "rank 2, but saw 1"),
        (tf.placeholder(tf.float32), "unknown rank"),
        (tf.placeholder(tf.float32, [2, None]), "to be known, saw shape"),
        ([[1.0, 2.0, 3.0]] * 2, "expects one tensor"),
        (tf.zeros([2, 3], tf.int32), "only supports floating point inputs"),
    ]:
        with pytest.raises(ValueError, match=message):
            LSTMCell(3)(inputs, state)
    cell(tf.zeros([2, 3]), state)
    with pytest.raises(ValueError):
        cell(tf.zeros([2, 4]), state)


@pytest.mark.parametrize("kind", [BasicRNNCell, GRUCell, BasicLSTMCell, LSTMCell])
def test_core_cells_refuse_integers_before_they_make_variables(kind):
    with pytest.raises(ValueError, match="only supports floating point"):
        kind(3, dtype=tf.int32)
    inputs = tf.zeros([2, 4, 3], tf.int32)
    with pytest.raises(ValueError, match="only supports floating point"):
        tf.nn.dynamic_rnn(kind(3), inputs, dtype=tf.int32)
    assert not tf.global_variables()


def test_zero_state():
    static = LSTMCell(3).zero_state(2, tf.float32)
    assert [t.op.name for t in static] == ["LSTMCellZeroState/zeros", "LSTMCellZeroState/zeros_1"]
    unknown = LSTMCell(3).zero_state(tf.placeholder(tf.int32, []), tf.float64)
    assert unknown.c.shape.as_list() == [None, 3]
    assert unknown.dtype == tf.float64
    with pytest.raises(ValueError, match="needs a batch_size"):
        LSTMCell(3).zero_state(None, tf.float32)


def test_get_initial_state():
    cell = LSTMCell(3)
    assert cell.get_initial_state(tf.zeros([5, 2])).c.shape.as_list() == [5, 3]
    for arguments in ({}, {"batch_size": 2}, {"inputs": tf.zeros([5, 2]), "batch_size": 4}):
        with pytest.raises(ValueError):
            cell.get_initial_state(**arguments)


@pytest.mark.parametrize("known", [None, 5])
@pytest.mark.parametrize("as_tensor", [False, True])
def test_get_initial_state_refuses_what_differs_from_the_inputs(known, as_tensor):
    inputs = tf.placeholder(tf.float32, [known, 2])
    with pytest.raises(ValueError, match="batch size from input tensor is different from"):
        GRUCell(3).get_initial_state(inputs, tf.constant(4) if as_tensor else 4)
    with pytest.raises(ValueError, match="dtype from input tensor is different from"):
        GRUCell(3).get_initial_state(inputs, dtype=tf.int16)


class Scaled(RNNCell):
    """A user's cell as they were written: variables made in `call`, and a Python `if`."""

    state_size = property(lambda self: 3)
    output_size = property(lambda self: 3)

    def __init__(self):
        super().__init__()
        self.inner = GRUCell(3)

    def call(self, inputs, state):
        scale = tf.get_variable("scale", [3], initializer=tf.ones_initializer())
        frozen = tf.get_variable("frozen", [3], trainable=False)
        output, state = self.inner(inputs, state)
        if tf.reduce_sum(inputs) > 0:
            output = output * scale
        else:
            output = 0 * (output + frozen)
        return output, state


def test_a_cell_of_ones_own():
    cell = Scaled()
    outputs, _ = tf.nn.dynamic_rnn(
        cell, tf.ones([2, 4, 5]) * [[[1.0], [1], [-1], [1]]], dtype=tf.float32
    )
    assert cell.name == "scaled_1"
    assert names(cell.trainable_variables) == ["rnn/scaled/scale"] + [
        f"rnn/scaled/gru_cell/{name}"
        for name in ("gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias")
    ]
    assert names(cell.non_trainable_variables) == ["rnn/scaled/frozen"]
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert (session.run(outputs).any(axis=(0, 2)) == [True, True, False, True]).all()


class Affine(LayerRNNCell):
    """A user's cell with variables made in `build`."""

    state_size = property(lambda self: (3, 4))
    output_size = property(lambda self: 3)

    def build(self, inputs_shape):
        self.scale = self.add_weight("scale", [inputs_shape[-1], 3])
        self.fixed = self.add_variable("fixed", [3], trainable=False)

    def call(self, inputs, state):
        return tf.matmul(inputs, self.scale) + self.fixed, state


def test_a_layer_of_ones_own():
    cell = Affine(name="hi")
    _, state = tf.nn.dynamic_rnn(cell, tf.zeros([2, 4, 5]), dtype=tf.float32)
    assert names(cell.variables) == ["rnn/hi/scale", "rnn/hi/fixed"]
    assert [t.shape.as_list() for t in state] == [[2, 3], [2, 4]]
    assert cell.count_params() == 18
    assert cell.get_config() == {"name": "hi", "trainable": True, "dtype": "float32"}


def test_a_cell_that_does_not_call_the_base_class():
    class Old(RNNCell):
        def __init__(self, size):
            self.size = size

        state_size = output_size = property(lambda self: self.size)

        def __call__(self, inputs, state, scope=None):
            with tf.variable_scope(scope or type(self).__name__):
                return state + tf.matmul(inputs, tf.get_variable("w", [3, self.size])), state

    cell = Old(4)
    tf.nn.dynamic_rnn(cell, tf.zeros([2, 5, 3]), dtype=tf.float32)
    assert names() == ["rnn/Old/w"]
    assert cell.zero_state(2, tf.float32).op.name == "OldZeroState/zeros"


JOINED = {
    "lstm": lambda: LSTMCell(3, num_proj=2, state_is_tuple=False),
    "coupled": lambda: CoupledInputForgetGateLSTMCell(3, num_proj=2, state_is_tuple=False),
    "multi": lambda: MultiRNNCell([GRUCell(3), GRUCell(2)], state_is_tuple=False),
    "attention": lambda: AttentionCellWrapper(GRUCell(3), 2, attn_size=2, state_is_tuple=False),
    "grid of cells": lambda: grid_rnn.Grid2BasicLSTMCell(
        2, state_is_tuple=False, output_is_tuple=False
    ),
    "grid": lambda: GridLSTMCell(
        2, feature_size=3, frequency_skip=1, num_frequency_blocks=[1], state_is_tuple=False
    ),
}


@pytest.mark.parametrize("name", JOINED)
def test_of_a_joined_state_that_is_too_wide_the_rest_is_not_read(name):
    cell = JOINED[name]()
    random = np.random.RandomState(0)
    x, wide = (tf.constant(random.randn(2, size), tf.float32) for size in (3, 11))
    results = [cell(x, wide[:, : cell.state_size]), cell(x, wide)]
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        right, got = session.run(results)
    for one, other in zip(right, got, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_joined_state_that_is_too_narrow_fails_when_it_is_read():
    output, _ = JOINED["lstm"]()(tf.zeros([2, 3]), tf.zeros([2, 4]))
    with tf.Session() as session, pytest.raises(tf.errors.InvalidArgumentError):
        session.run(tf.global_variables_initializer())
        session.run(output)


def test_a_joined_state_of_basic_lstm_is_two_halves():
    with pytest.raises(ValueError, match="(?i)dimension"):
        BasicLSTMCell(3, state_is_tuple=False)(tf.zeros([2, 3]), tf.zeros([2, 7]))
