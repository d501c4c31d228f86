"""What a cell says of its recurrence: its own variables, and nothing of what it does not know."""

import dataclasses

import pytest
import tensorflow.compat.v1 as tf

from tf1_rnn import cells
from tf1_rnn.cells import contrib, recurrences
from tf1_rnn.cells.rnn_cell import recorded_variables

MAKERS = {
    "BasicRNN": lambda: cells.BasicRNNCell(4),
    "GRU": lambda: cells.GRUCell(4),
    "LSTM": lambda: cells.LSTMCell(4, use_peepholes=True, num_proj=3),
    "LayerNormLSTM": lambda: contrib.LayerNormBasicLSTMCell(4),
    "ConvLSTM": lambda: cells.ConvLSTMCell(1, [5, 2], 3, [3]),
}


def weights(what):
    """Return the tensors among the fields of a recurrence."""
    fields = [getattr(what, field.name) for field in dataclasses.fields(what)]
    flat = [
        each for field in fields for each in (field if isinstance(field, tuple | list) else [field])
    ]
    return [each for each in flat if isinstance(each, tf.Variable) or tf.is_tensor(each)]


@pytest.mark.parametrize("name", MAKERS)
def test_a_cell_has_its_weights_once_it_was_called(name):
    with tf.Graph().as_default():
        cell = MAKERS[name]()
        assert type(cell.recurrence()) is getattr(recurrences, name)
        assert weights(cell.recurrence()) == []
        x = tf.zeros([2, 5, 2] if name == "ConvLSTM" else [2, 3])
        with recorded_variables() as made:
            cell(x, cell.zero_state(2, tf.float32))
        found = {weight.name for weight in weights(cell.recurrence(made))}
        assert {variable.name for variable in tf.trainable_variables()} <= found


@pytest.mark.parametrize("make", MAKERS.values())
def test_a_recurrence_is_data(make):
    with tf.Graph().as_default(), pytest.raises(dataclasses.FrozenInstanceError):
        make().recurrence().kernel = 1


@pytest.mark.parametrize(
    "wrap, has",
    [
        (cells.ResidualWrapper, {"outputs"}),
        (lambda cell: cells.DeviceWrapper(cell, "/cpu:0"), {"device"}),
        (lambda cell: cells.DropoutWrapper(cell, input_keep_prob=0.5), {"inputs"}),
        (lambda cell: cells.DropoutWrapper(cell, output_keep_prob=0.5), {"outputs"}),
        (lambda cell: cells.DropoutWrapper(cell, state_keep_prob=0.5), {"state_masks"}),
    ],
)
def test_a_wrapper_says_what_it_does_and_no_more(wrap, has):
    with tf.Graph().as_default():
        inner = cells.GRUCell(3)
        what = wrap(inner).recurrence()
    assert isinstance(what, recurrences.Wrapped) and what.cell is inner and what.but == ""
    done = ("inputs", "outputs", "state_masks", "device")
    assert {name for name in done if getattr(what, name) is not None} == has


def test_a_step_of_the_users_own_is_not_known():
    class Own(cells.GRUCell):
        def call(self, inputs, state):
            output, state = super().call(inputs, state)
            return 2 * output, state

    class Renamed(cells.GRUCell):
        pass

    with tf.Graph().as_default():
        assert Own(3).recurrence() is None
        assert isinstance(Renamed(3).recurrence(), recurrences.GRU)
