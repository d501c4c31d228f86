"""What cells are given: functions by name, sizes, states in one tensor."""

import pytest
import tensorflow.compat.v1 as tf

from tests.cells.stepping import step
from tf1_rnn.cells import BasicLSTMCell, BasicRNNCell, GRUCell, LSTMCell
from tf1_rnn.cells.arguments import as_batch_size, as_size, get_activation, get_initializer, name_of
from tf1_rnn.cells.contrib import HighwayWrapper, IntersectionRNNCell, UGRNNCell


@pytest.mark.parametrize("cell_class", [BasicRNNCell, GRUCell, BasicLSTMCell, LSTMCell])
def test_sizes_that_python_3_made_floats(cell_class):
    cell = cell_class(6 / 2)
    assert step(cell)[0].shape.as_list() == [2, 3]
    assert cell.output_size == 3
    with pytest.raises(ValueError, match="Ambiguous dimension: 3.5"):
        cell_class(3.5)


def test_sizes():
    assert [as_size(size) for size in (None, 3, 3.0, tf.Dimension(3))] == [None, 3, 3, 3]
    with pytest.raises(ValueError, match="unknown Dimension"):
        as_size(tf.Dimension(None))


def test_batch_sizes():
    with tf.Graph().as_default():
        tensor = tf.placeholder(tf.int32, [])
        assert as_batch_size(tensor) is tensor
    assert [as_batch_size(size) for size in (3, tf.Dimension(3))] == [3, 3]
    for size, said in ((None, "None"), (tf.Dimension(None), "an unknown Dimension")):
        with pytest.raises(ValueError, match=f"needs a batch_size, got {said}. Give an int"):
            as_batch_size(size)


def test_functions_by_name():
    assert get_activation("relu") is tf.nn.relu and get_activation(None) is tf.identity
    with pytest.raises(ValueError, match="Unknown activation function: 'no such'"):
        get_activation("no such")
    assert get_initializer("zeros").get_config() == tf.zeros_initializer().get_config()
    with pytest.raises(ValueError, match="Unknown initializer: 'no such'"):
        get_initializer("no such")
    assert name_of(tf.tanh) == "tanh" and name_of(None) is None
    assert name_of(tf.zeros_initializer())["class_name"] == "Zeros"


@pytest.mark.parametrize(
    "make",
    [
        lambda: BasicRNNCell(3),
        lambda: GRUCell(3),
        lambda: UGRNNCell(3),
        lambda: IntersectionRNNCell(3, num_in_proj=3),
        lambda: HighwayWrapper(GRUCell(4)),
    ],
)
@pytest.mark.parametrize("parts, shown", [((1, 2), "a tuple of 2"), ([1, 2, 3], "a list of 3")])
def test_a_state_of_several_parts_is_named(make, parts, shown):
    with tf.Graph().as_default():
        state = tf.nest.map_structure(lambda _: tf.zeros([2, 3]), parts)
        with pytest.raises(ValueError, match=f"Expected a state of one tensor .* {shown} parts"):
            make()(tf.zeros([2, 4]), state)
