"""The words for PyTorch, and its parameters: transposed, in its own names and order of gates."""

import numpy as np
import pytest

from tests.exporting.made import D, H, P, cell
from tf1_rnn.exporting import pytorch
from tf1_rnn.exporting.cells import Cell
from tf1_rnn.exporting.modules import Module


def module(*levels):
    return Module("name", [list(level) for level in levels], [])


@pytest.mark.parametrize(
    "key, changes, text",
    [
        ("basic_rnn_cell", {}, "RNN(2, 3, batch_first=True, dtype=torch.float64)"),
        ("basic_lstm_cell", {"dtype": "float32"}, "LSTM(2, 3, batch_first=True)"),
        (
            "lstm_cell",
            {f"w_{gate}_diag": None for gate in "ifo"},
            "LSTM(2, 3, batch_first=True, proj_size=2, dtype=torch.float64)",
        ),
        ("cudnn_compatible_gru_cell", {}, "GRU(2, 3, batch_first=True, dtype=torch.float64)"),
    ],
)
def test_a_layer_and_its_parameters(key, changes, text):
    made = cell(key, **changes)
    assert pytorch.construction(module([made])) == "torch.nn." + text
    own = {name.rpartition("/")[2]: a for name, a in pytorch.arrays(module([made])).items()}
    n = made.bias.size
    width = P if key == "lstm_cell" else H
    shapes = {
        "weight_ih_l0": (n, D),
        "weight_hh_l0": (n, width),
        "bias_ih_l0": (n,),
        "bias_hh_l0": (n,),
    }
    if key == "lstm_cell":
        shapes["weight_hr_l0"] = (P, H)
    assert {name: array.shape for name, array in own.items()} == shapes
    assert all(array.flags.c_contiguous for array in own.values())


def test_gates_of_a_gru_lie_in_pytorchs_order():
    made = cell("cudnn_compatible_gru_cell")
    own = pytorch.arrays(module([made]))
    u, r, c = np.split(made.input_kernel, 3, 1)
    expected = np.concatenate([r, u, c], 1).T
    np.testing.assert_array_equal(own["name/weight_ih_l0"], expected)
    u, r, c = np.split(made.state_bias, 3)
    np.testing.assert_array_equal(own["name/bias_hh_l0"], np.concatenate([r, u, c]))


def test_a_stack_of_both_directions():
    made = module([cell("basic_rnn_cell"), cell("basic_rnn_cell")], [cell("basic_rnn_cell")] * 2)
    assert "num_layers=2, bidirectional=True" in pytorch.construction(made)
    ends = {name.rpartition("/")[2] for name in pytorch.arrays(made) if "weight_ih" in name}
    assert ends == {f"weight_ih_l{n}{way}" for n in (0, 1) for way in ("", "_reverse")}


@pytest.mark.parametrize("has_bias", [True, False])
def test_a_dense_layer(has_bias):
    kernel, bias = np.arange(6.0).reshape(2, 3), np.ones(3) if has_bias else None
    made = module([Cell(None, "dense", kernel, None, bias)])
    end = "" if has_bias else ", bias=False"
    assert pytorch.construction(made) == f"torch.nn.Linear(2, 3{end}, dtype=torch.float64)"
    own = pytorch.arrays(made)
    np.testing.assert_array_equal(own["name/weight"], kernel.T)
    assert ("name/bias" in own) == has_bias


def test_the_lines_that_load_weights_compile():
    compile("\n".join(pytorch.loading(module([cell("basic_lstm_cell")]))), "lines", "exec")
