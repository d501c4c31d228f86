"""Legacy checkpoints: what is inside is told, and both TensorFlows go on from the other's."""

import os
import shutil
import subprocess
import sys

import numpy as np
import pytest

from tf1_rnn import checkpoint
from tf1_rnn.baseline import document, trace
from tf1_rnn.baseline.cases import CASES
from tools import legacy_model, oracle

TOOL = os.path.join(os.path.dirname(__file__), "..", "tools", "legacy_model.py")
LOSSES = 1e-4  # relative, after 50 more steps in float32


def fixture(variant):
    return os.path.join(legacy_model.FIXTURES, variant)


def run_tool(python, *arguments):
    subprocess.run([python, "-W", "ignore", TOOL, *arguments], check=True, capture_output=True)


def assert_went_on_equally(folder):
    want, _ = trace.load(os.path.join(folder, "next.npz"))
    got, _ = trace.load(os.path.join(folder, "went_on.npz"))
    assert list(got) == list(want)
    assert got["variable/global_step"] == legacy_model.BEFORE + legacy_model.AFTER
    for name in want:
        assert trace.errors(got[name], want[name])[1] <= LOSSES, name
    assert len(want["losses"]) == legacy_model.AFTER


@pytest.mark.parametrize("variant", document.BLOCKS)
def test_a_checkpoint_of_1_15_5_goes_on_here(variant, tmp_path):
    import tf1_rnn.v1 as tf

    folder = str(tmp_path / variant)
    shutil.copytree(fixture(variant), folder)
    legacy_model.go_on(tf, variant, folder)
    assert_went_on_equally(folder)


@pytest.mark.oracle
@pytest.mark.skipif(oracle.python() is None, reason="no TensorFlow 1.15.5 here")
def test_checkpoints_saved_here_go_on_under_1_15_5(tmp_path):
    import tf1_rnn.v1 as tf

    for variant in document.BLOCKS:
        legacy_model.save(tf, variant, str(tmp_path / variant))
    run_tool(oracle.python(), "go_on", str(tmp_path))
    for variant in document.BLOCKS:
        assert_went_on_equally(str(tmp_path / variant))


@pytest.mark.oracle
@pytest.mark.skipif(oracle.python() is None, reason="no TensorFlow 1.15.5 here")
def test_fresh_checkpoints_of_1_15_5_go_on_here(tmp_path):
    import tf1_rnn.v1 as tf

    run_tool(oracle.python(), "save", str(tmp_path))
    for variant in document.BLOCKS:
        legacy_model.go_on(tf, variant, str(tmp_path / variant))
        assert_went_on_equally(str(tmp_path / variant))


@pytest.mark.parametrize("variant", document.BLOCKS)
def test_the_command_has_the_variables_of_a_legacy_checkpoint(variant):
    import tf1_rnn.v1 as tf
    from tf1_rnn.classifier import Classifier

    options = {"conv_lstm": {"output_channels": 1}, "multi_lstm": {"multi_units": (4, 3)}}
    conv = variant == "conv_lstm"
    with tf.Graph().as_default():
        Classifier(
            variant,
            options.get(variant, {"num_units": 4}),
            3 if conv else 8,
            (28, 28, 1) if conv else (8,),
            10,
            0.01,
        )
        here = {v.name.split(":")[0]: v.shape.as_list() for v in tf.global_variables()}
    assert checkpoint.read_shapes(fixture(variant)) == here


# What is inside, told from names and shapes.


def contents_of(case):
    _, meta = trace.load(trace.path(case))
    return checkpoint.contents({name: shape for name, shape, _, _ in meta["variables"]})


@pytest.mark.parametrize(
    "case, layers",
    [
        ("basic_lstm", [("BasicLSTMCell", {"inputs": 3, "num_units": 4}, "", None)]),
        (
            "lstm",
            [
                (
                    "LSTMCell or LSTMBlockCell",
                    {"inputs": 3, "num_units": 4, "peepholes": "yes"},
                    "",
                    None,
                )
            ],
        ),
        ("gru", [("GRUCell or GRUBlockCellV2", {"inputs": 3, "num_units": 4}, "", None)]),
        (
            "multi_lstm",
            [
                (
                    "LSTMCell or LSTMBlockCell",
                    {"inputs": 3, "num_units": 4, "peepholes": "no"},
                    "",
                    0,
                ),
                (
                    "LSTMCell or LSTMBlockCell",
                    {"inputs": 4, "num_units": 3, "peepholes": "no"},
                    "",
                    1,
                ),
            ],
        ),
        (
            "bilstm",
            [
                (
                    "LSTMCell or LSTMBlockCell",
                    {"inputs": 3, "num_units": 4, "peepholes": "yes"},
                    way,
                    None,
                )
                for way in ("forward", "backward")
            ],
        ),
        (
            "conv_lstm",
            [
                (
                    "ConvLSTMCell",
                    {
                        "input_channels": 1,
                        "output_channels": 32,
                        "kernel_shape": [3, 3],
                        "use_bias": "yes",
                    },
                    "",
                    None,
                )
            ],
        ),
        (
            "lstm_projection",
            [
                (
                    "LSTMCell",
                    {"inputs": 2, "num_units": 3, "num_proj": 2, "peepholes": "no"},
                    "",
                    None,
                )
            ],
        ),
        (
            "lstm_shards",
            [
                (
                    "LSTMCell",
                    {"inputs": 2, "num_units": 3, "num_proj": 2, "peepholes": "no"},
                    "",
                    None,
                )
            ],
        ),
        (
            "basic_named",
            [
                (
                    "LSTMCell or BasicLSTMCell, named by its owner",
                    {"inputs": 2, "num_units": 3, "peepholes": "no"},
                    "",
                    None,
                )
            ],
        ),
        (
            "conv_2d_no_bias",
            [
                (
                    "ConvLSTMCell",
                    {
                        "input_channels": 1,
                        "output_channels": 2,
                        "kernel_shape": [3, 3],
                        "use_bias": "no",
                    },
                    "",
                    None,
                )
            ],
        ),
        (
            "coupled_shards",
            [
                (
                    "CoupledInputForgetGateLSTMCell",
                    {"inputs": 2, "num_units": 4, "num_proj": 2, "peepholes": "no"},
                    "",
                    None,
                )
            ],
        ),
        (
            "glstm_projection",
            [
                (
                    "GLSTMCell",
                    {"inputs": 4, "num_units": 4, "number_of_groups": 2, "num_proj": 2},
                    "",
                    None,
                )
            ],
        ),
        (
            "nas_projection_bias",
            [
                (
                    "NASCell",
                    {"inputs": 2, "num_units": 3, "num_proj": 2, "use_bias": "yes"},
                    "",
                    None,
                )
            ],
        ),
        (
            "phased_peepholes",
            [("PhasedLSTMCell", {"inputs": 2, "num_units": 3, "peepholes": "yes"}, "", None)],
        ),
        ("gru_block", [("GRUBlockCell", {"inputs": 2, "num_units": 3}, "", None)]),
        (
            "highway",
            [
                ("GRUCell or GRUBlockCellV2", {"inputs": 3, "num_units": 3}, "", None),
                ("HighwayWrapper", {"inputs": 3, "coupled": "yes"}, "", None),
            ],
        ),
        (
            "grid_shared_coupled",
            [
                (
                    "GridLSTMCell",
                    {
                        "num_units": 2,
                        "feature_size": 2,
                        "frequency_blocks": 1,
                        "shared": "yes",
                        "coupled": "yes",
                        "peepholes": "yes",
                    },
                    "",
                    None,
                )
            ],
        ),
        (
            "time_freq",
            [
                (
                    "TimeFreqLSTMCell",
                    {"num_units": 2, "feature_size": 2, "peepholes": "no"},
                    "",
                    None,
                )
            ],
        ),
    ],
)
def test_layers_of_a_recorded_list_of_names(case, layers):
    found = contents_of(case)
    assert [
        (kind, dict(sizes), direction, depth)
        for _, kind, sizes, direction, depth, _ in found.layers
    ] == layers
    assert found.unrecognised == []


@pytest.mark.parametrize("case", CASES)
def test_every_recorded_cell_is_recognised(case):
    found = contents_of(case)
    assert found.unrecognised == []
    kinds = " ".join(layer.kind for layer in found.layers)
    for kind, units in _cells(CASES[case].cell):
        if kind in ("LSTMBlockCell", "LSTMCell", "BasicLSTMCell") and "named" in kinds:
            continue
        assert kind in kinds
        assert units is None or any(
            layer.sizes["num_units"] == units for layer in found.layers if kind in layer.kind
        )


def _cells(spec):
    """The kinds with variables of their own in a specification, and their num_units."""
    if spec and isinstance(spec[0], list):
        return [pair for one in spec for pair in _cells(one)]
    if not spec:
        return []
    kind, options = spec
    inner = [
        pair
        for value in options.values()
        if isinstance(value, list)
        and value
        and isinstance(value[0], (str, list))
        and value[0] not in ("initializers.ones", "initializers.constant")
        for pair in _cells(value)
    ]
    wrappers = (
        "MultiRNNCell",
        "ResidualWrapper",
        "DropoutWrapper",
        "DeviceWrapper",
        "CompiledWrapper",
        "FusedRNNCellAdaptor",
        "TimeReversedFusedRNN",
    )
    own = {"Conv1DLSTMCell": "Conv1DLSTMCell"}.get(kind, kind)
    return inner + ([] if kind in wrappers else [(own, options.get("num_units"))])


def test_slots_counters_and_the_unknown():
    found = checkpoint.contents(
        {
            "rnn/gru_cell/gates/kernel": [5, 6],
            "rnn/gru_cell/gates/bias": [6],
            "rnn/gru_cell/candidate/kernel": [5, 3],
            "rnn/gru_cell/candidate/bias": [3],
            "rnn/gru_cell/gates/kernel/Adam": [5, 6],
            "rnn/gru_cell/gates/kernel/Adam_1": [5, 6],
            "softmax/weights": [3, 2],
            "softmax/weights/Momentum": [3, 2],
            "global_step": [],
            "beta1_power": [],
            "beta2_power_1": [],
            "Momentum": [2],
        }
    )
    assert found.slots == {"Adam (m)": 1, "Adam (v)": 1, "momentum": 1}
    assert found.optimiser == ["global_step", "beta1_power", "beta2_power_1"]
    assert found.unrecognised == ["softmax/weights", "Momentum"]
    assert len(found.layers) == 1


@pytest.mark.parametrize(
    "shapes",
    [
        {"dense/kernel": [5, 12], "dense/bias": [12]},  # not in a loop: any dense layer looks so
        {"rnn/kernel": [3, 3, 2], "rnn/bias": [2]},
        {"rnn/out/kernel": [5, 7], "rnn/out/bias": [7]},
        {},
    ],
)
def test_what_is_no_cell_is_not_recognised(shapes):
    found = checkpoint.contents(shapes)
    assert found.layers == []
    assert found.unrecognised == list(shapes)


def test_a_layer_with_a_variable_missing_is_still_listed():
    found = checkpoint.contents({"rnn/lstm_cell/bias": [12]})
    assert [layer.scope for layer in found.layers] == ["rnn/lstm_cell"]


# The command.


def test_command_tells_the_fixture(capsys):
    assert checkpoint.main([fixture("bilstm")]) == 0
    out = capsys.readouterr().out
    for part in (
        "bidirectional_rnn/fw/lstm_cell: LSTMCell",
        "forward",
        "backward",
        "num_units 4",
        "peepholes yes",
        "Adam (m) of",
        "global_step",
        "not recognised: softmax/biases, softmax/weights",
    ):
        assert part in out


@pytest.mark.parametrize("ending", ["", ".index", ".data-00000-of-00001"])
def test_a_prefix_and_its_files_are_one_checkpoint(ending):
    prefix = os.path.join(fixture("gru"), "model-20")
    assert checkpoint.prefix_of(prefix + ending) == prefix


def test_a_folder_is_its_newest_checkpoint(tmp_path):
    for step in (1, 2):
        (tmp_path / f"model-{step}.index").write_bytes(b"")
        os.utime(tmp_path / f"model-{step}.index", (step, step))
    assert checkpoint.prefix_of(str(tmp_path)) == str(tmp_path / "model-2")
    (tmp_path / "checkpoint").write_text('model_checkpoint_path: "/elsewhere/model-1"\n')
    assert checkpoint.prefix_of(str(tmp_path)) == str(tmp_path / "model-1")


@pytest.mark.parametrize(
    "make",
    [
        lambda path: None,
        lambda path: path.mkdir(),
        lambda path: path.write_bytes(b"nothing of the kind"),
        lambda path: path.with_suffix(".index").write_bytes(b""),
        lambda path: path.with_suffix(".index").write_bytes(b"x" * 100),
    ],
)
def test_a_bad_file_is_told_in_one_line(tmp_path, capsys, make):
    make(tmp_path / "model")
    assert checkpoint.main([str(tmp_path / "model")]) == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert str(tmp_path / "model") in err


def test_help_needs_no_tensorflow(tmp_path):
    (tmp_path / "tensorflow.py").write_text("raise ImportError('not here')")
    done = subprocess.run(
        [sys.executable, "-m", "tf1_rnn.checkpoint", "--help"],
        env=dict(os.environ, PYTHONPATH=str(tmp_path)),
        capture_output=True,
    )
    assert done.returncode == 0


def test_the_fixtures_are_small():
    assert (
        sum(
            os.path.getsize(os.path.join(folder, file))
            for folder, _, files in os.walk(legacy_model.FIXTURES)
            for file in files
        )
        < 300_000
    )


def test_batches_are_the_same_wherever_they_are_made():
    xs, ys = next(legacy_model.batches("gru", 7, 1))
    assert xs.shape == (4, 8, 8)
    assert ys.sum() == 4
    np.testing.assert_array_equal(xs, next(legacy_model.batches("gru", 7, 1))[0])
