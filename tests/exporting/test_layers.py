"""What the command prints is run, by Keras and by PyTorch, and gives 1.15.5's numbers."""

import importlib.util
import os
import subprocess
import sys

import ml_dtypes  # TensorFlow brings it
import numpy as np
import pytest

from tests.exporting import cases as exporting_cases
from tf1_rnn import checkpoint
from tf1_rnn.baseline import trace
from tf1_rnn.baseline.cases import CASES
from tf1_rnn.checkpoints import reading
from tf1_rnn.checkpoints.recognising import contents
from tf1_rnn.exporting import layers
from tools import legacy_model

RUNS = os.path.join(os.path.dirname(__file__), "runs.py")

# Recorded cases of what both targets have, and of what only one has.
BOTH = [
    *("basic_lstm", "lstm_alternative", "basic_static", "basic_named", "basic_float32"),
    *("basic_forget_bias_0", "basic_forget_bias_half", "basic_random_state"),
    *("lstm_plain", "lstm_plain_float32", "lstm_batch_1", "lstm_one_step", "lstm_forget_bias_0"),
    *("lstm_block", "lstm_block_fused", "layer_norm_off", "multi_lstm", "multi_random_state"),
    *("rnn_random_state", "rnn_float32", "rnn_static", "cudnn_gru"),
]
ONE = {
    "keras": [
        *("gru", "gru_random_state", "gru_float32", "gru_block", "bidirectional_dynamic_mixed"),
        *("conv_1d", "conv_1d_even_kernel", "conv_2d", "conv_2d_float32", "conv_2d_even_kernel"),
        *("conv_2d_no_bias", "conv_2d_forget_bias_0", "conv_2d_static", "conv_3d", "conv_lstm"),
        *("conv_1d_by_its_own_name", "conv_2d_by_its_own_name", "conv_3d_by_its_own_name"),
    ],
    "torch": ["lstm_projection", "lstm_shards"],
}
# Checkpoints that 1.15.5 saved, where no layer has peepholes.
SAVED = {"keras": ["basic_lstm", "gru", "multi_lstm", "conv_lstm"],
         "torch": ["basic_lstm", "multi_lstm"]}  # fmt: skip
NOT_IN = {
    "keras": {"both_ways_projected", "stack_projected"},
    "torch": {"both_ways_gru", "both_ways_conv"},
}
NO_PEEPHOLES = "LSTM has no peepholes"


def export(arrays, target, forget_bias=1.0):
    """Export variables as if a checkpoint held them."""
    shapes = {name: array.shape for name, array in sorted(arrays.items())}
    found = contents(shapes)
    return layers.export(found, reading.arrays(found, arrays.get), target, forget_bias)


def zeros(target, shapes):
    """Export zeros, given by name and shape."""
    return export({name: np.zeros(shape, "f") for name, shape in shapes.items()}, target)


def recorded(target):
    """Pairs (name, arrays) of every recorded case that a target can express."""
    for name in BOTH + ONE[target]:
        arrays, meta = trace.load(trace.path(name))
        if meta["case"]["time_major"]:
            for label in ("input/x", "outputs"):
                arrays[label] = arrays[label].swapaxes(0, 1)
        yield name, arrays
    every, _ = trace.load(exporting_cases.RECORDED)
    for name in exporting_cases.CASES:
        if name not in NOT_IN[target]:
            yield name, {k.split(":")[1]: a for k, a in every.items() if k.split(":")[0] == name}


def variables(arrays):
    return {name[len("variable/") :]: a for name, a in arrays.items() if name[:9] == "variable/"}


def inputs(arrays):
    """What `exporting_runs` runs the layers on: x, and c and h of every layer that has a state."""
    given = {"x": arrays["input/x"]}
    for name in [name for name in arrays if name.startswith("initial_state")]:
        parts = name.split("/")
        given[f"state/{parts[1] if len(parts) == 3 else 0}/{parts[-1]}"] = arrays[name]
    return given


def outputs(arrays):
    ways = [arrays[name] for name in ("outputs", "outputs/fw", "outputs/bw") if name in arrays]
    return np.concatenate(ways, -1)


def forget_bias(name):
    return 0.0 if "forget_bias_0" in name else 0.5 if "forget_bias_half" in name else 1.0


@pytest.mark.parametrize("target", ["keras", "torch"])
def test_the_printed_layers_give_the_numbers_of_1_15_5(target, tmp_path, capsys):
    """All in one process: a framework takes longer to import than to run them."""
    if importlib.util.find_spec(target) is None:
        pytest.skip(target + " is not installed")
    wanted = {}
    for name, arrays in recorded(target):
        prepare(tmp_path / name, name, arrays, target)
        wanted[name] = outputs(arrays)
    for variant in SAVED[target]:
        prepare_saved(tmp_path / f"saved_{variant}", variant, target, capsys)
    environment = dict(os.environ, KERAS_BACKEND="tensorflow")
    subprocess.run([sys.executable, RUNS, str(tmp_path)], check=True, env=environment)
    for name, want in wanted.items():
        got = np.load(tmp_path / f"{name}.out.npz")["outputs"]
        assert got.dtype == want.dtype and got.shape == want.shape, name
        assert trace.errors(got, want)[1] <= trace.VALUES[str(want.dtype)], name
    for variant in SAVED[target]:
        got = np.load(tmp_path / f"saved_{variant}.out.npz")["outputs"]
        weights = np.load(tmp_path / f"saved_{variant}.npz")
        then, _ = trace.load(os.path.join(legacy_model.FIXTURES, variant, "next.npz"))
        np.testing.assert_allclose(loss(variant, got, weights), then["losses"][0], 2e-6)
        assert_head(np.load(tmp_path / f"saved_{variant}.out.npz")["softmax"], variant)


def assert_head(of_ones, variant):
    """Compare what a dense layer made of ones with the checkpoint's own matrix and vector."""
    _, arrays = reading.read(os.path.join(legacy_model.FIXTURES, variant))
    expected = arrays["softmax/weights"].sum(0) + arrays["softmax/biases"]
    np.testing.assert_allclose(of_ones[0], expected, atol=2e-6)


def prepare(path, name, arrays, target):
    """Write the program of a recorded case, and what to run it on."""
    exported = export(variables(arrays), target, forget_bias(name))
    assert exported.refused == [], name
    layers.write(f"{path}.npz", exported)
    with open(f"{path}.py", "w", encoding="utf-8") as file:
        file.write("\n".join(layers.program(exported, f"{path}.npz")))
    np.savez(f"{path}.in.npz", **inputs(arrays))


def prepare_saved(path, variant, target, capsys):
    """Write the program of a checkpoint as the command prints it, and the batch that came next."""
    folder = os.path.join(legacy_model.FIXTURES, variant)
    assert checkpoint.main([folder, f"--to={target}", f"--output={path}.npz"]) == 0
    with open(f"{path}.py", "w", encoding="utf-8") as file:
        file.write(capsys.readouterr().out)
    x, _ = next(legacy_model.batches(variant, legacy_model.BEFORE, 1))
    np.savez(f"{path}.in.npz", x=x)


def loss(variant, outputs, weights):
    """The loss of the first batch after a checkpoint was saved, its head taken from the file."""
    last = outputs[:, -1]
    if variant == "conv_lstm":
        last = last.reshape(-1, 7, 4, 7, 4, 1).max((2, 4))
    kernel = (
        weights["softmax/kernel"] if "softmax/kernel" in weights else weights["softmax/weight"].T
    )
    logits = last.reshape(len(last), -1) @ kernel + weights["softmax/bias"]
    _, labels = next(legacy_model.batches(variant, legacy_model.BEFORE, 1))
    return np.mean(np.log(np.exp(logits).sum(1)) - (logits * labels).sum(1))


# What cannot be expressed is said, and kept.


@pytest.mark.parametrize(
    "case, target, why",
    [
        ("lstm_peepholes", "keras", NO_PEEPHOLES),
        ("bilstm", "torch", NO_PEEPHOLES),
        ("lstm_block_peephole_clip", "keras", NO_PEEPHOLES),
        ("lstm_projection", "keras", "no projection"),
        ("gru", "torch", "reset gate after the product"),
        ("gru_block", "torch", "reset gate after the product"),
        ("conv_lstm", "torch", "no convolutional LSTM"),
        ("layer_norm", "keras", "no layer normalisation"),
        ("nas", "keras", "no such layer"),
        ("coupled_shards", "torch", "no such layer"),
        ("highway", "keras", "carry_w"),
        ("attention", "torch", "loop over time"),
        ("grid_rnn_lstm", "torch", "a grid, each of whose steps"),
        ("grid_rnn_gru_tied", "keras", "inside the Grid2GRUCell"),
    ],
)
def test_what_a_target_cannot_express_is_kept_as_it_was(case, target, why):
    arrays, _ = trace.load(trace.path(case))
    exported = export(variables(arrays), target)
    printed = " ".join(layers.program(exported, "weights.npz")).replace(" # ", " ")
    assert why in printed
    for layer, _ in exported.refused:
        assert layer.scope in printed
        for name in layer.variables.values():
            assert name in printed
            np.testing.assert_array_equal(exported.arrays[name], arrays["variable/" + name])


@pytest.mark.parametrize("case", sorted(CASES))
@pytest.mark.parametrize("target", ["keras", "torch"])
def test_no_number_of_a_recorded_cell_is_lost(case, target):
    arrays, _ = trace.load(trace.path(case))
    exported = export(variables(arrays), target, 0.0)
    there = np.concatenate([array.ravel() for array in exported.arrays.values()])
    for name, array in variables(arrays).items():
        assert np.isin(array, there).all(), name
    compile("\n".join(layers.program(exported, "w.npz")), case, "exec")


def test_a_cell_that_its_shapes_do_not_fit_is_kept_as_it_was():
    for shapes in ({"kernel": (5, 12)}, {"kernel": (5, 12), "bias": (9,)}, {"kernel": (12,)},
                   {"kernel": (5, 12), "bias": (12,), "scale": (3,)}):  # fmt: skip
        exported = zeros("keras", {"rnn/lstm_cell/" + k: s for k, s in shapes.items()})
        ((_, why),) = exported.refused
        assert "has kernel, bias of shapes that fit, not " in why
        assert set(exported.arrays) == {"rnn/lstm_cell/" + k for k in shapes}


def test_what_plain_numpy_cannot_keep_is_said_or_becomes_float32():
    words, half = np.array([b"a", b"b"], object), np.array([0.5, 3.0], ml_dtypes.bfloat16)
    exported = export({"table": words, "dense/kernel": np.ones([2, 3]), "half": half}, "keras")
    assert list(exported.arrays) == ["dense/kernel", "half"]
    assert exported.arrays["half"].dtype == np.float32
    assert exported.arrays["half"].tolist() == [0.5, 3.0]
    printed = "\n".join(layers.program(exported, "w.npz"))
    assert "Not in the file: table" in printed and "No recurrent layer" in printed


def test_the_forget_bias_of_a_cudnn_compatible_cell_is_none():
    scope = "rnn/cudnn_compatible_lstm_cell/"
    exported = zeros("torch", {scope + "kernel": (5, 12), scope + "bias": (12,)})
    assert not any(array.any() for array in exported.arrays.values())
    exported = zeros("torch", {"rnn/lstm_cell/kernel": (5, 12), "rnn/lstm_cell/bias": (12,)})
    assert exported.arrays["rnn/lstm_cell/bias_ih_l0"].tolist() == [0] * 3 + [1] * 3 + [0] * 6
