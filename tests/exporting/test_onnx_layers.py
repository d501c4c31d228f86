"""A checkpoint's layers as ONNX, run by ONNX Runtime, give 1.15.5's numbers."""

import numpy as np
import pytest

from tests.exporting import cases as exporting_cases
from tests.exporting.test_layers import BOTH, ONE, export, forget_bias, variables
from tf1_rnn import checkpoint
from tf1_rnn.baseline import trace
from tf1_rnn.exporting import layers
from tools import legacy_model

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")

TOLERANCE = 2e-6
ONLY_HERE = [
    *("lstm", "bilstm", "lstm_peepholes", "lstm_peepholes_float32", "lstm_projection_peepholes"),
    *("lstm_lengths", "lstm_lengths_static", "lstm_lengths_float32", "lstm_time_major"),
    *("lstm_unknown_shapes", "lstm_static", "lstm_raw", "basic_lengths", "gru_lengths"),
    *("rnn_lengths", "gru_static", "multi_mixed", "multi_three_lengths", "cudnn_lstm"),
    *("gru_block_v2", "bidirectional_dynamic_peepholes", "device"),
]
RECORDED = [*BOTH, *ONE["keras"], *ONE["torch"], *ONLY_HERE]


def load(name):
    """The arrays of a recorded case, batch-major."""
    if name in exporting_cases.CASES:
        every, _ = trace.load(exporting_cases.RECORDED)
        return {k.split(":")[1]: a for k, a in every.items() if k.split(":")[0] == name}
    arrays, meta = trace.load(trace.path(name))
    if meta["case"]["time_major"]:
        for label in ("input/x", "outputs"):
            arrays[label] = arrays[label].swapaxes(0, 1)
    return arrays


def session(exported, path):
    layers.write(str(path), exported)
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])


def states(arrays, kind, module):
    """The recorded states of a case by the scope of their cell and their letter."""
    ways = {"fw": "/fw/", "bw": "/bw/"}
    cells = [cell for level in module.levels for cell in level]
    found = {}
    for label, array in arrays.items():
        if label.split("/")[0] != kind:
            continue
        _, *place = label.split("/")
        own = cells
        if place and place[0] in ways:
            own = [cell for cell in cells if ways[place[0]] in cell.layer.scope]
            place = place[1:]
        if len(own) > 1:
            own = [cell for cell in own if cell.layer.depth == int(place[0])]
            place = place[1:]
        if own:
            letter = {"0": "c", "1": "h"}.get(place[0], place[0]) if place else "h"
            found[f"{own[0].layer.scope}/{letter}"] = array
    return found


@pytest.mark.parametrize("case", [*RECORDED, *exporting_cases.CASES])
def test_every_layer_gives_the_numbers_of_1_15_5(case, tmp_path):
    arrays = load(case)
    exported = export(variables(arrays), "onnx", forget_bias(case))
    assert exported.refused == []
    run = session(exported, tmp_path / "layers.onnx")
    modules = sorted(exported.modules, key=lambda module: "/bw/" in module.name)
    shared = {"x": arrays["input/x"]}
    if "input/sequence_length" in arrays:
        shared["sequence_length"] = arrays["input/sequence_length"].astype("int32")
    outputs = []
    for module in modules:
        feed = {f"{module.name}/{key}": each for key, each in shared.items()}
        for name, state in states(arrays, "initial_state", module).items():
            feed[name.rpartition("/")[0] + "/initial_" + name[-1]] = state
        feed = {k: a.astype("float32") if a.dtype.kind == "f" else a for k, a in feed.items()}
        names = [output.name for output in run.get_outputs()]
        got = dict(zip(names, run.run(names, feed), strict=True))
        outputs.append(got[module.name + "/outputs"])
        for name, state in states(arrays, "final_state", module).items():
            scope, _, letter = name.rpartition("/")
            np.testing.assert_allclose(got[f"{scope}/final_{letter}"], state, atol=TOLERANCE)
    wanted = [arrays[n] for n in ("outputs", "outputs/fw", "outputs/bw") if n in arrays]
    wanted = np.concatenate(wanted, -1)
    np.testing.assert_allclose(np.concatenate(outputs, -1), wanted, atol=TOLERANCE)


@pytest.mark.parametrize(
    "case, operators",
    [
        ("lstm", ["LSTM"]),
        ("gru", ["GRU"]),
        ("rnn_float32", ["RNN"]),
        ("multi_lstm", ["LSTM", "LSTM"]),
        ("bilstm", ["LSTM"]),
        ("both_ways_gru", ["GRU"]),
        ("stack_of_both_ways", ["LSTM", "LSTM"]),
        ("both_ways_of_two_sizes", ["LSTM", "LSTM"]),
        ("lstm_projection", ["Scan"]),
        ("conv_lstm", ["Scan"]),
    ],
)
def test_a_layer_or_a_pair_is_one_node(case, operators, tmp_path):
    exported = export(variables(load(case)), "onnx")
    layers.write(str(tmp_path / "layers.onnx"), exported)
    model = onnx.load(tmp_path / "layers.onnx")
    found = [n.op_type for n in model.graph.node]
    assert [n for n in found if n in ("LSTM", "GRU", "RNN", "Scan", "Loop", "If")] == operators


def test_the_same_checkpoint_is_the_same_bytes(tmp_path):
    written = []
    for name in ("a.onnx", "b.onnx"):
        layers.write(str(tmp_path / name), export(variables(load("bilstm")), "onnx"))
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]


def test_what_has_no_node_is_named_and_left_out(tmp_path):
    exported = export(variables(load("layer_norm")), "onnx")
    printed = " ".join(layers.program(exported, "w.onnx")).replace(" # ", " ")
    assert "NOT CONVERTED: ONNX's LSTM has no layer normalisation inside" in printed
    assert "Not in the file: rnn/layer_norm_basic_lstm_cell/" in printed


@pytest.mark.parametrize("variant", ["lstm", "gru", "multi_lstm", "bilstm", "conv_lstm"])
def test_the_command_writes_what_its_printed_lines_run(variant, tmp_path, capsys):
    """The head is a module of its own; each runs without the other."""
    folder = f"{legacy_model.FIXTURES}/{variant}"
    output = str(tmp_path / "layers.onnx")
    assert checkpoint.main([folder, "--to=onnx", f"--output={output}"]) == 0
    found = {}
    exec(capsys.readouterr().out, found)
    run = found["session"]
    names = [each.name for each in run.get_outputs()]
    assert "softmax/outputs" in names and len(names) > 2
    head = next(each for each in run.get_overridable_initializers() if each.name == "softmax/x")
    ones = np.ones([3, head.shape[1]], np.float32)
    (logits,) = run.run(["softmax/outputs"], {"softmax/x": ones})
    assert logits.shape == (3, 10) and np.ptp(logits) > 0
