"""Scopes, names, reuse and variables of layers: what TensorFlow 1.15.5 was seen to do."""

import threading

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests.cells.stepping import names, step
from tf1_rnn.cells import (
    BasicLSTMCell,
    BasicRNNCell,
    ConvLSTMCell,
    DropoutWrapper,
    GRUCell,
    LSTMCell,
    MultiRNNCell,
    contrib,
)
from tf1_rnn.cells.layer import keras_style_scope, observe_variables, set_keras_style, snake_case


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


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


def test_unknown_argument():
    with pytest.raises(TypeError, match="'nonsense'"):
        LSTMCell(3, nonsense=1)


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


def test_weights_are_given_at_construction():
    values = [np.arange(10.0).reshape(5, 2), np.array([3.0, 4.0])]
    with tf.Session():
        cell = BasicRNNCell(2, weights=values)
        step(cell)
        for got, wanted in zip(cell.get_weights(), values, strict=True):
            np.testing.assert_array_equal(got, wanted)
    step(BasicRNNCell(2, weights=values))  # 1.15.5 gave them to a session of Keras's own
    with pytest.raises(ValueError, match="expects 2 arrays.*got 1"):
        step(BasicRNNCell(2, weights=values[:1]))
    assert step(BasicRNNCell(2, weights=None)) is not None


def test_keras_style_cells_share_only_by_object():
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


def test_observers_are_told_of_each_variable_once_and_of_shards_one_by_one():
    seen = []
    end = observe_variables(seen.append)
    observe_variables(seen.append)
    try:
        cell = LSTMCell(3, num_unit_shards=2)
        step(cell)
        step(cell)
        with tf.variable_scope("stopped", custom_getter=stopped):
            step(GRUCell(2))  # tensors are no variables
    finally:
        end()
    step(BasicRNNCell(2))
    assert names(seen) == ["lstm_cell/kernel/part_0", "lstm_cell/kernel/part_1", "lstm_cell/bias"]
    end()  # once more does no harm


def stopped(getter, *args, **kwargs):
    return tf.stop_gradient(getter(*args, **kwargs))


def test_a_getter_sees_the_initializer_that_a_variable_starts_by():
    seen = []

    def watching(getter, *args, initializer=None, **kwargs):
        seen.append(type(initializer).__name__)
        return getter(*args, initializer=initializer, **kwargs)

    with tf.variable_scope("root", custom_getter=watching):
        step(BasicRNNCell(2))
        with tf.variable_scope("ones", initializer=tf.ones_initializer()):
            step(BasicRNNCell(2))
        BasicRNNCell(2).add_variable("counts", [3], tf.int32)
    assert seen == ["GlorotUniform", "Zeros", "Ones", "Zeros", "Zeros"]


def test_a_getter_may_give_a_tensor_in_place_of_a_variable():
    """Weight normalisation: the cell computes with what the getter made of the variables."""

    def normalized(getter, name, *args, **kwargs):
        variable = getter(name, *args, **kwargs)
        return tf.nn.l2_normalize(variable, 0) if name.endswith("kernel") else variable

    x = tf.constant(np.random.RandomState(0).randn(2, 4, 3), tf.float32)
    with tf.variable_scope("root", custom_getter=normalized):
        cell = BasicRNNCell(3)
        outputs, _ = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
    kernel, bias = tf.global_variables()
    h = tf.zeros([2, 3])
    for t in range(4):
        h = tf.tanh(tf.matmul(tf.concat([x[:, t], h], 1), tf.nn.l2_normalize(kernel, 0)) + bias)
    assert names(cell.trainable_weights) == [bias.op.name]
    assert len(cell.weights) == 2
    gradients = [tf.gradients(y, kernel)[0] for y in (outputs[:, -1], h)]
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        ours, theirs, *gradients = session.run([outputs[:, -1], h, *gradients])
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-6)
    np.testing.assert_allclose(*gradients, rtol=0, atol=1e-6)


@pytest.mark.parametrize("make", [GRUCell, contrib.UGRNNCell, contrib.NASCell])
def test_inputs_of_another_depth_are_said_to_be(make):
    cell = make(3)
    step(cell, 3)
    with pytest.raises(ValueError, match="of depth 3, .* now got 5.*one for each layer"):
        step(cell, 5)


def test_keras_style_for_good_and_in_all_threads(monkeypatch):
    monkeypatch.setattr("tf1_rnn.cells.layer._keras_style_for_good", threading.Event())
    made = []
    with keras_style_scope():  # only of this thread
        run(lambda: made.append(GRUCell(2, name="mine")))
    set_keras_style()
    run(lambda: made.append(GRUCell(2, name="mine")))
    for cell in made:
        with tf.variable_scope("outer"):
            step(cell)
    with pytest.raises(ValueError, match="scope argument not allowed"):
        step(made[1], scope="here")
    step(made[0], scope="here")


def run(function):
    thread = threading.Thread(target=function)
    thread.start()
    thread.join()


def test_a_variable_that_is_synchronized_on_reading_is_not_trained():
    on_read = tf.VariableSynchronization.ON_READ
    with tf.Graph().as_default():
        cell = BasicRNNCell(2)
        assert not cell.add_weight("count", [], synchronization=on_read).trainable
        assert cell.add_weight("w", [2], trainable=None).trainable
        with pytest.raises(ValueError, match="sum is synchronized on reading"):
            cell.add_weight("sum", [], synchronization=on_read, trainable=True)
