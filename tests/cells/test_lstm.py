import functools

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests import references
from tests.comparison import assert_equals_reference
from tf1_rnn.cells import BasicLSTMCell, LSTMCell, LSTMStateTuple


@pytest.mark.parametrize("forget_bias", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("lengths", [None, [3, 0]])
def test_basic_lstm_equals_reference(forget_bias, lengths):
    names = assert_equals_reference(
        lambda: BasicLSTMCell(3, forget_bias=forget_bias),
        functools.partial(references.lstm, forget_bias=forget_bias),
        [2, 3, 2],
        lengths,
    )
    assert names == ["kernel", "bias"]


PEEPHOLES = ["w_f_diag", "w_i_diag", "w_o_diag"]


@pytest.mark.parametrize("use_peepholes", [False, True])
@pytest.mark.parametrize(
    "cell_clip", [None, 0.2, 50.0]
)  # none, one that clips, one that never does
@pytest.mark.parametrize("num_proj, proj_clip", [(None, None), (2, None), (4, 0.1)])
@pytest.mark.parametrize("activation, forget_bias", [(np.tanh, 1.0), (references.relu, 0.3)])
def test_lstm_equals_reference(
    use_peepholes, cell_clip, num_proj, proj_clip, activation, forget_bias
):
    options = {"cell_clip": cell_clip, "proj_clip": proj_clip, "forget_bias": forget_bias}
    name = "relu" if activation is references.relu else "tanh"
    names = assert_equals_reference(
        lambda: LSTMCell(3, use_peepholes, num_proj=num_proj, activation=name, **options),
        functools.partial(references.lstm, activation=activation, **options),
        [2, 3, 2],
        lengths=[2, 3],
    )
    more = [*(PEEPHOLES if use_peepholes else []), *(["projection/kernel"] if num_proj else [])]
    assert names == ["kernel", "bias", *more]


def test_float32_within_its_precision():
    assert_equals_reference(
        lambda: LSTMCell(3, use_peepholes=True), references.lstm, [2, 3, 2], None, "float32", 2e-6
    )


@pytest.mark.parametrize("cell_class", [BasicLSTMCell, LSTMCell])
def test_one_tensor_as_state_is_the_tuple_joined(cell_class):
    x, state = np.random.RandomState(0).randn(2, 2, 3)[:, :, :2], np.full([2, 6], 0.3)
    results = []
    for is_tuple in (True, False):
        with tf.Graph().as_default(), tf.Session() as session:
            cell = cell_class(3, state_is_tuple=is_tuple)
            start = tf.split(tf.constant(state), 2, 1) if is_tuple else tf.constant(state)
            output, new_state = cell(tf.constant(x[0]), start)
            assert cell.state_size == (LSTMStateTuple(3, 3) if is_tuple else 6)
            joined = tf.concat(new_state, 1) if is_tuple else new_state
            for variable in cell.variables:
                variable.load(np.full(variable.shape.as_list(), 0.1), session)
            results.append(session.run([output, joined]))
    for mine, theirs in zip(*results, strict=True):
        np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize("cell_class", [BasicLSTMCell, LSTMCell])
def test_output_is_the_new_h_itself_and_a_plain_tuple_will_do(cell_class):
    with tf.Graph().as_default():
        output, state = cell_class(3)(tf.zeros([2, 2]), (tf.zeros([2, 3]), tf.zeros([2, 3])))
        assert isinstance(state, LSTMStateTuple)
        assert state.h is output


@pytest.mark.parametrize("cell_class", [BasicLSTMCell, LSTMCell])
def test_state_of_the_wrong_form(cell_class):
    with tf.Graph().as_default():
        h = tf.zeros([2, 3])
        with pytest.raises(TypeError, match="state_is_tuple=False"):
            cell_class(3)(tf.zeros([2, 2]), tf.zeros([2, 6]))
        with pytest.raises(ValueError, match="one tensor"):
            cell_class(3, state_is_tuple=False)(tf.zeros([2, 2]), (h, h))


def test_kept_in_parts():
    with tf.Graph().as_default():
        cell = LSTMCell(4, num_unit_shards=2, num_proj=4, num_proj_shards=2)
        cell(tf.zeros([2, 3]), cell.zero_state(2, tf.float32))
        assert [v.op.name for v in tf.global_variables()] == [
            "lstm_cell/kernel/part_0",
            "lstm_cell/kernel/part_1",
            "lstm_cell/bias",
            "lstm_cell/projection/kernel/part_0",
            "lstm_cell/projection/kernel/part_1",
        ]


def test_mixed_types_in_a_state_tuple():
    with tf.Graph().as_default():
        assert LSTMStateTuple(tf.zeros([1]), tf.zeros([1])).dtype == tf.float32
        with pytest.raises(TypeError, match="Inconsistent internal state"):
            _ = LSTMStateTuple(tf.zeros([1]), tf.zeros([1], tf.float64)).dtype


@pytest.mark.parametrize("cell_class", [BasicLSTMCell, LSTMCell])
def test_config_makes_an_equal_cell(cell_class):
    with tf.Graph().as_default():
        cell = cell_class(3, forget_bias=0.5, activation=tf.nn.relu, name="named")
        again = cell_class.from_config(cell.get_config())
        assert again.get_config() == cell.get_config()
        assert again._activation is tf.nn.relu
