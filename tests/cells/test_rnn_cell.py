"""Scopes, names, reuse and states: what TensorFlow 1.15.5 was seen to do."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tf1_rnn.cells import (
    BasicLSTMCell,
    BasicRNNCell,
    ConvLSTMCell,
    DropoutWrapper,
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
from tf1_rnn.cells.layer import keras_style_scope, snake_case


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def names(variables=None):
    return [v.op.name for v in (tf.global_variables() if variables is None else variables)]


def step(cell, depth=3, dtype=tf.float32, scope=None):
    return cell(tf.zeros([2, depth], dtype), cell.zero_state(2, dtype), scope)


@pytest.mark.parametrize(
    "class_name, snake",
    [
        ("BasicLSTMCell", "basic_lstm_cell"),
        ("GRUBlockCellV2", "gru_block_cell_v2"),
        ("IndRNNCell", "ind_rnn_cell"),
        ("GLSTMCell", "glstm_cell"),
        ("MyCell", "my_cell"),
        ("_Hidden", "private__hidden"),
    ],
)
def test_snake_case(class_name, snake):
    assert snake_case(class_name) == snake


def test_scopes_in_the_order_of_the_first_calls():
    first, second = BasicLSTMCell(3), BasicLSTMCell(3)
    named, again = BasicLSTMCell(3, name="foo"), BasicLSTMCell(3, name="foo")
    for cell in (second, first, named, again):
        step(cell)
    assert [c.scope_name for c in (first, second, named, again)] == [
        "basic_lstm_cell_1",
        "basic_lstm_cell",
        "foo",
        "foo_1",
    ]
    assert [c.name for c in (first, second, named, again)] == [
        "basic_lstm_cell_1",
        "basic_lstm_cell_2",
        "foo",
        "foo",
    ]


@pytest.mark.parametrize(
    "make", [lambda: GRUCell(3), lambda: ConvLSTMCell(1, [4, 1], 3, [3], name="gru_cell")]
)
def test_one_cell_keeps_its_scope_wherever_it_is_called(make):
    cell = make()
    inputs = tf.zeros([2, 4, 1]) if isinstance(cell, ConvLSTMCell) else tf.zeros([2, 3])
    state = cell.zero_state(2, tf.float32)
    with tf.variable_scope("a"):
        cell(inputs, state)
    made = names()
    with tf.variable_scope("b"):
        cell(inputs, state)
    cell(inputs, state)
    assert names() == made
    assert cell.scope_name == "a/gru_cell"


def test_auto_reuse_around_two_cells_does_not_share():
    with tf.variable_scope("s", reuse=tf.AUTO_REUSE):
        step(BasicRNNCell(3))
        step(BasicRNNCell(3))
    assert names() == [
        "s/basic_rnn_cell/kernel",
        "s/basic_rnn_cell/bias",
        "s/basic_rnn_cell_1/kernel",
        "s/basic_rnn_cell_1/bias",
    ]


def test_reuse_shares_what_is_there():
    with tf.variable_scope("q"):
        first = GRUCell(3)
        step(first)
    with tf.variable_scope("q", reuse=True):
        by_scope = GRUCell(3)
        step(by_scope)
    with tf.variable_scope("q"):
        by_argument = GRUCell(3, reuse=True)
        step(by_argument)
    assert names() == names(first.variables)
    for cell in (by_scope, by_argument):
        for mine, theirs in zip(cell.variables, first.variables, strict=True):
            assert mine is theirs


def test_reuse_of_what_is_not_there():
    with pytest.raises(ValueError, match="does not exist"):
        step(GRUCell(3, reuse=True))


def test_two_new_cells_in_one_loop_scope_clash():
    x = tf.zeros([2, 4, 3])
    tf.nn.dynamic_rnn(GRUCell(3), x, dtype=tf.float32)
    with pytest.raises(ValueError, match="already exists"):
        tf.nn.dynamic_rnn(GRUCell(3), x, dtype=tf.float32)
    tf.nn.dynamic_rnn(GRUCell(3), x, dtype=tf.float32, scope="other")
    assert len(names()) == 8


def test_scope_argument_takes_the_place_of_the_name():
    cell = GRUCell(3)
    step(cell, scope="mine")
    assert names()[0] == "mine/gates/kernel"
    with tf.variable_scope("object") as scope:
        step(BasicRNNCell(3), scope=scope)
    assert names()[-1] == "object/bias"


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


@pytest.mark.parametrize("by_argument", [True, False])
def test_not_trainable(by_argument):
    cell = LSTMCell(3, trainable=not by_argument)
    cell.trainable = False
    step(cell)
    assert cell.trainable_weights == [] == tf.trainable_variables()
    assert len(cell.weights) == len(cell.non_trainable_weights) == 2


def test_a_getter_of_the_scope_may_freeze_the_variables():
    def frozen(getter, *args, **kwargs):
        return getter(*args, **{**kwargs, "trainable": False})

    with tf.variable_scope("root", custom_getter=frozen):
        cell = BasicRNNCell(3)
        step(cell)
    assert cell.trainable_variables == []
    assert names(cell.non_trainable_variables) == [
        "root/basic_rnn_cell/kernel",
        "root/basic_rnn_cell/bias",
    ]


def test_scope_settings_reach_the_variables():
    with tf.variable_scope(
        "m", initializer=tf.constant_initializer(0.3), regularizer=tf.reduce_sum
    ):
        step(LSTMCell(3))
    assert len(tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)) == 2
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        kernel, bias = session.run(tf.global_variables())
    np.testing.assert_array_equal(kernel, np.full([6, 12], np.float32(0.3)))
    np.testing.assert_array_equal(bias, np.zeros(12))


@pytest.mark.parametrize("cell_class", [BasicRNNCell, GRUCell, BasicLSTMCell, LSTMCell])
def test_sizes_that_python_3_made_floats(cell_class):
    cell = cell_class(6 / 2)
    assert step(cell)[0].shape.as_list() == [2, 3]
    assert cell.output_size == 3
    with pytest.raises(ValueError, match="Ambiguous dimension: 3.5"):
        cell_class(3.5)


def test_unknown_argument():
    with pytest.raises(TypeError, match="'nonsense'"):
        LSTMCell(3, nonsense=1)


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


def test_a_checkpoint_of_the_object(tmp_path):
    cell = BasicRNNCell(1)
    wrapper = MultiRNNCell([cell])
    wrapper(tf.ones([1, 1]), wrapper.zero_state(1, tf.float32))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        checkpoint = tf.train.Checkpoint(wrapper=wrapper)
        session.run(cell._bias.assign([40.0]))
        path = checkpoint.save(str(tmp_path / "c"), session=session)
        session.run(cell._bias.assign([0.0]))
        checkpoint.restore(path).assert_consumed().run_restore_ops(session)
        assert session.run(cell._bias) == [40.0]


def names_found(cell):
    return [dependency.name for dependency in cell._checkpoint_dependencies]


def test_a_checkpoint_of_objects_finds_what_it_found():
    cells = [LSTMCell(3, use_peepholes=True, num_proj=2), GRUCell(2)]
    stack = MultiRNNCell(cells)
    stack(tf.zeros([1, 2]), stack.zero_state(1, tf.float32))
    peepholes = ["w_f_diag", "w_i_diag", "w_o_diag"]
    gates = ["gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias"]
    assert names_found(stack) == ["cell-0", "cell-1"]
    assert names_found(cells[0]) == ["kernel", "bias", *peepholes, "projection/kernel"]
    assert names_found(cells[1]) == gates
    assert names_found(DropoutWrapper(cells[0])) == ["cell"]
    sharded = LSTMCell(3, num_unit_shards=2)
    sharded(tf.zeros([1, 2]), sharded.zero_state(1, tf.float32))
    assert names_found(sharded) == ["bias"]


def test_weights_are_read_and_set_in_the_open_session():
    cell = BasicRNNCell(2)
    with pytest.raises(ValueError, match="expects 0 arrays"):
        cell.set_weights([np.zeros([5, 2])])
    step(cell)
    values = [np.arange(10.0).reshape(5, 2), np.array([3.0, 4.0])]
    with tf.Session():
        cell.set_weights(values)
        for got, wanted in zip(cell.get_weights(), values, strict=True):
            np.testing.assert_array_equal(got, wanted)
        with pytest.raises(ValueError, match="expects 2 arrays.*basic_rnn_cell/bias:0.*got 1"):
            cell.set_weights(values[:1])
        with pytest.raises(ValueError, match="shape"):
            cell.set_weights(values[::-1])
    with pytest.raises(ValueError, match="live in a session, and none is open"):
        cell.get_weights()


def test_keras_style_cells_share_by_object_alone():
    with keras_style_scope():
        named, stack = GRUCell(2, name="mine"), MultiRNNCell([LSTMCell(1), LSTMCell(1)])
        again, looped = GRUCell(2, name="mine"), BasicRNNCell(2)
    with tf.name_scope("ns"):
        step(named)
    step(named)
    step(again)
    step(stack)
    tf.nn.dynamic_rnn(looped, tf.zeros([1, 4, 2]), dtype=tf.float32)
    outputs = tf.nn.dynamic_rnn(looped, tf.ones([1, 4, 2]), dtype=tf.float32)[0]
    gates = ["gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias"]
    assert names(named.variables) == [f"ns/mine/{gate}" for gate in gates]
    assert names(again.variables) == [f"mine_1/{gate}" for gate in gates]
    assert [name.split("/")[-2:] for name in names(looped.variables)] == [
        [looped.name, "kernel"],
        [looped.name, "bias"],
    ]
    assert [name.split("/")[-3:-1] for name in names(stack.variables)[::2]] == [
        ["cell_0", stack._cells[0].name],
        ["cell_1", stack._cells[1].name],
    ]
    with pytest.raises(ValueError, match="scope argument not allowed when keras style.*: here"):
        step(again, scope="here")
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert session.run(outputs).shape == (1, 4, 2)
    step(GRUCell(2, name="as_ever"))
    assert names()[-1] == "as_ever/candidate/bias"


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
