"""Variables' names from before TensorFlow 1.2 and 1.0, and what they are called since."""

import pytest

from tf1_rnn.checkpoints.describing import describe
from tf1_rnn.checkpoints.old_names import of_today, renamed
from tf1_rnn.checkpoints.recognising import contents


@pytest.mark.parametrize(
    "old, new",
    [
        ("rnn/lstm_cell/weights", "rnn/lstm_cell/kernel"),
        ("rnn/gru_cell/gates/biases/Adam", "rnn/gru_cell/gates/bias/Adam"),
        ("RNN/BasicLSTMCell/Linear/Matrix", "rnn/basic_lstm_cell/kernel"),
        ("RNN/BasicLSTMCell/Linear/Bias/Adam_1", "rnn/basic_lstm_cell/bias/Adam_1"),
        (
            "model/RNN/MultiRNNCell/Cell1/BasicLSTMCell/Linear/Matrix",
            "model/rnn/multi_rnn_cell/cell_1/basic_lstm_cell/kernel",
        ),
        ("BasicRNNCell/Linear/Bias", "basic_rnn_cell/bias"),
        ("RNN/GRUCell/Gates/Linear/Matrix", "rnn/gru_cell/gates/kernel"),
        ("RNN/GRUCell/Candidate/Linear/Bias", "rnn/gru_cell/candidate/bias"),
        ("BiRNN_FW/LSTMCell/W_0", "bidirectional_rnn/fw/lstm_cell/kernel/part_0"),
        ("BiRNN/BW/LSTMCell/W_F_diag", "bidirectional_rnn/bw/lstm_cell/w_f_diag"),
        ("RNN/LSTMCell/W_P_0", "rnn/lstm_cell/projection/kernel/part_0"),
        (
            "RNN/OutputProjectionWrapper/GRUCell/Gates/Linear/Bias",
            "rnn/output_projection_wrapper/gru_cell/gates/bias",
        ),
    ],
)
def test_an_old_name_is_known_by_the_current_one(old, new):
    assert of_today(old) == new
    assert of_today(new) == new


@pytest.mark.parametrize(
    "name", ["RNN/W", "MyLSTMCell/B", "conv_lstm_cell/biases", "Linear/Matrix", "LSTMCell/W_0x"]
)
def test_other_names_stay(name):
    assert of_today(name) == name


def test_1_15_5_converts_no_names_of_before_1_0():
    assert renamed("RNN/BasicLSTMCell/Linear/Matrix") == "RNN/BasicLSTMCell/Linear/Matrix"


def test_a_stack_from_before_1_0_is_recognised():
    found = contents(
        {
            f"RNN/MultiRNNCell/Cell{depth}/LSTMCell/{leaf}": shape
            for depth in (0, 1)
            # Two shards of one kernel [D + P, 4 * H].
            for leaf, shape in {"W_0": [3, 16], "W_1": [2, 16], "B": [16], "W_P_0": [4, 2]}.items()
        }
    )
    assert [(layer.key, layer.depth) for layer in found.layers] == [("lstm_cell", 0),
                                                                    ("lstm_cell", 1)]  # fmt: skip
    assert found.layers[0].sizes == {
        "inputs": 3,
        "num_units": 4,
        "num_proj": 2,
        "peepholes": False,
    }
    assert "8 variables have names from before TensorFlow 1.0" in describe(found)[-1]
