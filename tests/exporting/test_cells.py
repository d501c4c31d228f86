"""One layer's weights in one order, from each kind's own; and why a layer has none."""

import ast
import types

import numpy as np
import pytest

from tests.exporting.made import SHAPES, D, H, P, arrays, cell, layer
from tf1_rnn.exporting import cells, keras3, onnx_layers, pytorch

NOTHING = types.SimpleNamespace(LACKS={}, LAYERS="mine", BY_HAND="do it")


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


@pytest.mark.parametrize("key", SHAPES)
def test_sizes(key):
    made = cell(key)
    assert (made.inputs, made.units) == (D, H)
    assert made.width == (P if key == "lstm_cell" else H) and made.dtype == np.float64


def test_gates_of_an_lstm_and_its_forget_bias():
    named = arrays("basic_lstm_cell")
    made = cells.cell(*layer(named), 0.5)
    kernel, bias = named["rnn/basic_lstm_cell/kernel"], named["rnn/basic_lstm_cell/bias"]
    i, j, f, o = np.split(kernel, 4, 1)
    both = np.concatenate([made.input_kernel, made.state_kernel])
    np.testing.assert_array_equal(both, np.concatenate([i, f, j, o], 1))
    i, j, f, o = np.split(bias, 4)
    np.testing.assert_array_equal(made.bias, np.concatenate([i, f + 0.5, j, o]))
    np.testing.assert_array_equal(bias, named["rnn/basic_lstm_cell/bias"])  # as it was
    assert made.forget_bias == 0.5 and made.peepholes is made.projection is None


def test_gates_of_a_gru():
    named = arrays("gru_cell")
    made = cells.cell(*layer(named), 1.0)
    r, u = np.split(named["rnn/gru_cell/gates/kernel"], 2, 1)
    c = named["rnn/gru_cell/candidate/kernel"]
    both = np.concatenate([made.input_kernel, made.state_kernel])
    np.testing.assert_array_equal(both, np.concatenate([u, r, c], 1))
    assert made.forget_bias is None


def test_a_gru_that_resets_after_the_product():
    """By its equations, on numbers: what the kernels give together is what the cell computes."""
    named = arrays("cudnn_compatible_gru_cell")
    made, own = cells.cell(*layer(named), 1.0), layer(named)[1]
    x, h = np.random.RandomState(1).randn(D), np.random.RandomState(2).randn(H)
    r, u = np.split(sigmoid(np.concatenate([x, h]) @ own["gates/kernel"] + own["gates/bias"]), 2)
    parts = [
        value @ own[f"candidate/{name}_projection/kernel"]
        + own[f"candidate/{name}_projection/bias"]
        for name, value in (("input", x), ("hidden", h))
    ]
    expected = u * h + (1 - u) * np.tanh(parts[0] + r * parts[1])
    by_input = np.split(x @ made.input_kernel + made.bias, 3)
    by_state = np.split(h @ made.state_kernel + made.state_bias, 3)
    u, r = sigmoid(by_input[0] + by_state[0]), sigmoid(by_input[1] + by_state[1])
    found = u * h + (1 - u) * np.tanh(by_input[2] + r * by_state[2])
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_peepholes_lie_in_the_order_of_the_gates():
    named = arrays("lstm_cell")
    made = cells.cell(*layer(named), 1.0)
    expected = [named[f"rnn/lstm_cell/w_{gate}_diag"] for gate in "ifo"]
    np.testing.assert_array_equal(made.peepholes, expected)
    np.testing.assert_array_equal(made.projection, named["rnn/lstm_cell/projection/kernel"])


def test_a_convolution_without_a_bias_gets_one_for_its_forget_bias():
    made = cell("conv_lstm_cell", biases=None)
    expected = np.repeat([0.0, 1.0, 0.0, 0.0], H)
    np.testing.assert_array_equal(made.bias, expected)


@pytest.mark.parametrize("key", SHAPES)
def test_a_target_that_lacks_nothing_has_every_family(key):
    assert cells.why_not(*layer(arrays(key)), NOTHING) == ""


@pytest.mark.parametrize(
    "key, target, why",
    [
        ("lstm_cell", keras3, "has no peepholes"),
        ("lstm_cell", pytorch, "has no peepholes"),
        ("gru_cell", pytorch, "applies the reset gate after the product"),
        ("conv_lstm_cell", pytorch, "has no convolutional LSTM"),
        ("lstm_cell", onnx_layers, ""),
        ("gru_cell", keras3, ""),
        ("cudnn_compatible_gru_cell", pytorch, ""),
    ],
)
def test_what_a_target_lacks_is_said_with_what_to_do(key, target, why):
    said = cells.why_not(*layer(arrays(key)), target)
    assert why in said and (target.BY_HAND in said) == bool(why) and not said.endswith(".")


@pytest.mark.parametrize("order", ["ifjo", "ojif"])
def test_reordering_there_and_back_is_a_copy(order):
    array = np.arange(24.0).reshape(3, 8)
    found = cells.reordered(cells.reordered(array, "ijfo", order), order, "ijfo")
    np.testing.assert_array_equal(found, array)
    found[:] = 0
    assert array.any()


@pytest.mark.parametrize("text", ["a", 'a"b', "a\\b\nc", "größe"])
def test_quoted_text_is_pythons(text):
    assert ast.literal_eval(cells.quoted(text)) == text and cells.quoted(text)[0] == '"'
