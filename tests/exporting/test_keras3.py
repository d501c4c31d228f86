"""The words for Keras 3, and the arrays in the order of `set_weights`."""

import numpy as np
import pytest

from tests.exporting.made import D, H, cell
from tf1_rnn.exporting import keras3
from tf1_rnn.exporting.modules import Module

FLOAT64 = ', dtype="float64"'
SEQUENCES = ", return_sequences=True"


def module(*cells_of_level):
    return Module("name", [list(cells_of_level)], [])


@pytest.mark.parametrize(
    "key, text",
    [
        ("basic_rnn_cell", f"SimpleRNN(3{SEQUENCES}{FLOAT64})"),
        ("basic_lstm_cell", f"LSTM(3{SEQUENCES}{FLOAT64})"),
        ("gru_cell", f"GRU(3, reset_after=False{SEQUENCES}{FLOAT64})"),
        ("cudnn_compatible_gru_cell", f"GRU(3, reset_after=True{SEQUENCES}{FLOAT64})"),
        (
            "conv_lstm_cell",
            'ConvLSTM2D(3, (3, 1), padding="same", recurrent_activation="sigmoid"'
            f"{SEQUENCES}{FLOAT64})",
        ),
    ],
)
def test_a_layer_and_its_arrays(key, text):
    made = cell(key)
    assert keras3.construction(module(made)) == "keras.layers." + text
    own = {name.rpartition("/")[2]: a for name, a in keras3.arrays(module(made)).items()}
    assert list(own) == ["kernel", "recurrent_kernel", "bias"]
    assert own["kernel"].shape[-2] == D and own["recurrent_kernel"].shape[-2] == H
    shape = (2, 3 * H) if key == "cudnn_compatible_gru_cell" else made.bias.shape
    assert own["bias"].shape == shape


@pytest.mark.parametrize(
    "other, text",
    [
        ("basic_lstm_cell", f"keras.layers.LSTM(3{SEQUENCES})"),
        (
            "basic_rnn_cell",
            f"keras.layers.LSTM(3{SEQUENCES}), "
            f"backward_layer=keras.layers.SimpleRNN(3{SEQUENCES}, go_backwards=True)",
        ),
    ],
)
def test_both_directions(other, text):
    """float32 is Keras's own default, and is not said."""
    pair = cell("basic_lstm_cell", dtype="float32"), cell(other, dtype="float32")
    assert keras3.construction(module(*pair)) == f"keras.layers.Bidirectional({text})"


@pytest.mark.parametrize(
    "key, shape",
    [
        ("basic_lstm_cell", f"(None, None, {D})"),
        ("conv_lstm_cell", f"(None, None, HEIGHT, WIDTH, {D})"),
    ],
)
def test_the_lines_that_load_weights_compile_and_name_what_is_unknown(key, shape):
    made = module(cell(key))
    lines = keras3.loading(made)
    compile("\n".join(lines), key, "exec")
    assert lines[0].startswith(f"layer.build({shape})")
    assert ("# set HEIGHT, WIDTH" in lines[0]) == (key == "conv_lstm_cell")
    for name, array in keras3.arrays(made).items():
        assert any(f'"{name}"' in line and str(list(array.shape)) in line for line in lines)


def test_numbers_stay_as_they_are():
    made = cell("basic_lstm_cell")
    own = keras3.arrays(module(made))
    np.testing.assert_array_equal(own["rnn/basic_lstm_cell/kernel"], made.input_kernel)
