"""A cell as one ONNX operator or a Scan, run by ONNX Runtime and compared with NumPy."""

import itertools

import numpy as np
import pytest

from tests.exporting.made import SHAPES, D, cell

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")
from tf1_rnn.exporting import onnx_builder, onnx_cells  # noqa: E402

STEPS, BATCH, LENGTHS = 4, 3, [4, 0, 2]
NO_LOOKS = {f"w_{gate}_diag": None for gate in "ifo"}
# A kind, which of its variables it lacks, and whether ONNX has an operator for it.
KINDS = {
    "basic_rnn_cell": ("basic_rnn_cell", {}, True),
    "basic_lstm_cell": ("basic_lstm_cell", {}, True),
    "peepholes": ("lstm_cell", {"projection__kernel": None, "kernel": [D + 3, 12]}, True),
    "projection": ("lstm_cell", NO_LOOKS, False),
    "both": ("lstm_cell", {}, False),
    "gru_cell": ("gru_cell", {}, True),
    "cudnn_compatible_gru_cell": ("cudnn_compatible_gru_cell", {}, True),
}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def step(cell, x, state):
    """Return the output and the new state of one sequence, by the equations."""
    h = state["h"]
    by_input = x @ cell.input_kernel + cell.bias
    by_state = h @ cell.state_kernel
    by_state = by_state if cell.state_bias is None else by_state + cell.state_bias
    if cell.family == "rnn":
        h = np.tanh(by_input + by_state)
        return h, {"h": h}
    if cell.family.startswith("gru"):
        n = cell.units
        u, r = np.split(sigmoid(by_input + by_state)[: 2 * n], 2)
        late = cell.family == "gru_reset_after"
        inside = r * by_state[2 * n :] if late else (r * h) @ cell.state_kernel[:, 2 * n :]
        h = u * h + (1 - u) * np.tanh(by_input[2 * n :] + inside)
        return h, {"h": h}
    i, f, j, o = np.split(by_input + by_state, 4)
    looks = np.zeros([3, cell.units]) if cell.peepholes is None else cell.peepholes
    c = state["c"]
    c = sigmoid(f + looks[1] * c) * c + sigmoid(i + looks[0] * c) * np.tanh(j)
    h = sigmoid(o + looks[2] * c) * np.tanh(c)
    h = h if cell.projection is None else h @ cell.projection
    return h, {"h": h, "c": c}


def walked(cell, x, lengths, initial, is_backward):
    """Return outputs and last states of all sequences, each within its length."""
    outputs, finals = np.zeros([STEPS, BATCH, cell.width]), []
    for row, length in enumerate(lengths):
        state = {name: array[row] for name, array in initial.items()}
        order = range(length)
        for t in reversed(order) if is_backward else order:
            outputs[t, row], state = step(cell, x[t, row], state)
        finals.append(state)
    return outputs, {name: np.stack([each[name] for each in finals]) for name in initial}


@pytest.mark.parametrize(
    "kind, with_lengths, ways",
    list(itertools.product(KINDS, [False, True], ["forward", "backward", "both"])),
)
def test_numbers(kind, with_lengths, ways):
    key, changes, is_operator = KINDS[kind]
    directions = ["forward", "backward"] if ways == "both" else [ways]
    made = cell(key, **changes)
    level = [made._replace(layer=made.layer._replace(direction=way)) for way in directions]
    assert onnx_cells.is_operator(made) is is_operator
    random = np.random.RandomState(0)
    x = random.randn(STEPS, BATCH, D)
    names = onnx_cells.state_names(made)
    sizes = {"h": made.width, "c": made.units}
    initial = [{n: random.randn(BATCH, sizes[n]) for n in names} for _ in level]

    builder, feed = onnx_builder.Builder(), {"x": x.astype("f")}
    inputs = [onnx_builder.value("x", np.dtype("float32"), [STEPS, BATCH, D])]
    lengths = ""
    if with_lengths:
        lengths, feed["n"] = "n", np.array(LENGTHS, np.int32)
        inputs.append(onnx_builder.value("n", np.dtype("int32"), [BATCH]))
    states = [{n: builder.constant(a.astype("f")) for n, a in own.items()} for own in initial]
    outputs, finals = onnx_cells.recurrent(builder, level, "x", lengths, states, "layer")
    wanted = [outputs, *(final[n] for final in finals for n in names)]
    shapes = [["time", "rows", "width"], *[["rows", "units"]] * (len(wanted) - 1)]
    results = [
        onnx_builder.value(name, np.dtype("float32"), shape)
        for name, shape in zip(wanted, shapes, strict=True)
    ]
    model = onnx_builder.model(builder.graph("g", inputs, results))
    loops = [
        node.op_type for node in model.graph.node if node.op_type in ("Scan", "LSTM", "GRU", "RNN")
    ]
    assert len(loops) == (1 if is_operator else len(level)) and ("Scan" in loops) != is_operator
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    found, *found_states = session.run(None, feed)

    given = LENGTHS if with_lengths else [STEPS] * BATCH
    parts = [walked(one, x, given, start, way == "backward")
             for one, start, way in zip(level, initial, directions, strict=True)]  # fmt: skip
    expected = np.concatenate([output for output, _ in parts], -1)
    np.testing.assert_allclose(found, expected, rtol=0, atol=2e-6)
    expected_states = [final[n] for _, final in parts for n in names]
    for one, other in zip(found_states, expected_states, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=2e-6)


def test_every_family_is_an_operator_or_a_scan():
    families = {cell(key).family for key in SHAPES}
    assert families - set(onnx_cells.OPERATORS) == {"conv"}
