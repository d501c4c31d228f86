"""Legacy checkpoints: their content is listed, and each TensorFlow resumes from the other's."""

import os
import re
import shutil
import subprocess
import sys

import numpy as np
import pytest

from tf1_rnn import checkpoint, exporting
from tf1_rnn.baseline import document, trace
from tf1_rnn.checkpoints import reading
from tf1_rnn.exporting import layers
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
    from tf1_rnn.trainer.classifier import Classifier, Specification

    options = {"conv_lstm": {"output_channels": 1}, "multi_lstm": {"multi_units": (4, 3)}}
    conv = variant == "conv_lstm"
    with tf.Graph().as_default():
        specification = Specification(
            cell=variant,
            time_steps=3 if conv else 8,
            step_shape=(28, 28, 1) if conv else (8,),
            n_classes=10,
            learning_rate=0.01,
            options=options.get(variant, {"num_units": 4}),
        )
        Classifier(specification)
        here = {v.name.split(":")[0]: v.shape.as_list() for v in tf.global_variables()}
    assert reading.read_shapes(fixture(variant)) == here


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
        "softmax: dense layer",
        "inputs 8, outputs 10",
    ):
        assert part in out


def test_command_takes_a_checkpoint_of_before_1_2(tmp_path, capsys):
    import tf1_rnn.v1 as tf

    with tf.Graph().as_default(), tf.Session() as session:
        kernel = tf.get_variable("rnn/basic_lstm_cell/weights", [5, 8])
        tf.get_variable("rnn/basic_lstm_cell/biases", [8])
        session.run(tf.global_variables_initializer())
        prefix = tf.train.Saver().save(session, str(tmp_path / "old"))
        inputs = session.run(kernel)[:3]
    assert checkpoint.main([prefix]) == 0
    out = capsys.readouterr().out
    assert (
        "rnn/basic_lstm_cell: BasicLSTMCell" in out
        and "2 variables have names from before TensorFlow 1.2" in out
    )
    found, arrays = reading.read(prefix)
    assert found.unrecognised == []
    np.testing.assert_array_equal(arrays["rnn/basic_lstm_cell/kernel"][:3], inputs)


@pytest.mark.parametrize("ending", ["", ".index", ".data-00000-of-00001"])
def test_a_prefix_and_its_files_are_one_checkpoint(ending):
    prefix = os.path.join(fixture("gru"), "model-20")
    assert reading.prefix_of(prefix + ending) == prefix


def test_a_folder_is_its_newest_checkpoint(tmp_path):
    for step in (1, 2):
        (tmp_path / f"model-{step}.index").write_bytes(b"")
        os.utime(tmp_path / f"model-{step}.index", (step, step))
    assert reading.prefix_of(str(tmp_path)) == str(tmp_path / "model-2")
    (tmp_path / "checkpoint").write_text('model_checkpoint_path: "/elsewhere/model-1"\n')
    assert reading.prefix_of(str(tmp_path)) == str(tmp_path / "model-1")


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


@pytest.mark.parametrize("target", exporting.TARGETS)
def test_every_framework_has_a_module_that_knows_it(target):
    pytest.importorskip("onnx" if target == "onnx" else "numpy")
    assert layers.knowing(target).LAYERS


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


# What `--to` writes.

SAVED_GRU = os.path.join(legacy_model.FIXTURES, "gru")


@pytest.mark.parametrize(
    "flags",
    [
        ["--to=keras"],
        ["--to=onnx", "--output=w.npz"],
        ["--to=tflite", "--output=w.npz"],
        ["--to=keras", "--output=w.csv"],
        ["--output=w.npz"],
        ["--forget_bias=0"],
        ["--to=keras", "--output=w.npz", "--forget_bias=nan"],
    ],
)
def test_a_wrong_command_line(flags, capsys):
    assert checkpoint.main([SAVED_GRU, *flags]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1


def test_a_file_that_cannot_be_written_is_told_in_one_line(tmp_path, capsys):
    (tmp_path / "folder.npz").mkdir()
    for output in (tmp_path / "missing" / "w.npz", tmp_path / "folder.npz"):
        assert checkpoint.main([SAVED_GRU, "--to=keras", f"--output={output}"]) == 1
        out, err = capsys.readouterr()
        assert out == "" and err.count("\n") == 1 and str(output) in err
    assert [file.name for file in tmp_path.iterdir()] == ["folder.npz"]


def test_a_file_is_overwritten_whole_or_not_at_all(tmp_path, monkeypatch, capsys):
    output = tmp_path / "w.npz"
    output.write_text("mine")
    command = [SAVED_GRU, "--to=torch", f"--output={output}"]
    with monkeypatch.context() as broken:

        def stop(*_, **__):
            raise KeyboardInterrupt

        broken.setattr(np.lib.format, "write_array", stop)
        assert checkpoint.main(command) == 130
    assert capsys.readouterr().err.count("\n") == 1
    assert output.read_text() == "mine"
    assert [file.name for file in tmp_path.iterdir()] == ["w.npz"]
    assert checkpoint.main(command) == 0
    assert "softmax/weight" in np.load(output).files


def test_a_checkpoint_without_its_data_is_told_in_one_line(tmp_path, capsys):
    with open(os.path.join(SAVED_GRU, "model-20.index"), "rb") as index:
        (tmp_path / "model.index").write_bytes(index.read())
    output = tmp_path / "w.npz"
    assert checkpoint.main([str(tmp_path / "model"), "--to=keras", f"--output={output}"]) == 1
    assert re.fullmatch(r"tf1-rnn checkpoint: .*model is not .*\n", capsys.readouterr().err)
    assert not output.exists()
