"""What is said of a checkpoint: kinds, sizes, places, slots, and names of old versions."""

from tf1_rnn.checkpoints import describing
from tf1_rnn.checkpoints.recognising import contents

LSTM = {"rnn/lstm_cell/kernel": [7, 16], "rnn/lstm_cell/bias": [16]}


def lines(shapes):
    return describing.describe(contents(shapes))


def test_a_layer_is_named_by_its_classes_with_its_sizes():
    name, sizes = lines(LSTM)
    assert name == "rnn/lstm_cell: LSTMCell or LSTMBlockCell"
    assert sizes == "    inputs 3, num_units 4, peepholes no"


def test_a_scope_of_the_users_own_is_said():
    name, _ = lines({"rnn/mine/kernel": [7, 16], "rnn/mine/bias": [16]})
    assert name == "rnn/mine: LSTMCell or BasicLSTMCell (custom scope name)"


def test_direction_and_place_in_a_stack():
    scope = "bidirectional_rnn/fw/multi_rnn_cell/cell_1/lstm_cell"
    _, sizes = lines({f"{scope}/kernel": [7, 16], f"{scope}/bias": [16]})
    assert sizes.startswith("    forward, layer 1 of its stack, inputs 3")


def test_slots_counters_and_the_rest():
    shapes = {**LSTM, **{f"{name}/Adam": shape for name, shape in LSTM.items()}}
    said = lines({**shapes, "beta1_power": [], "table": [9]})
    assert "optimiser slots: Adam (m) of 2 variables" in said
    assert "counters: beta1_power" in said
    assert "not recognised: table" in said


def test_no_recurrent_layer():
    assert lines({"table": [9]})[0] == "no recurrent layer"


def test_names_from_before_1_2():
    said = lines({"rnn/lstm_cell/weights": [7, 16], "rnn/lstm_cell/biases": [16]})
    assert said[-1] == (
        "2 variables have names from before TensorFlow 1.2, such as rnn/lstm_cell/weights; they "
        "are listed under their current names"
    )
