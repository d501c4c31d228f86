"""The command line: what it answers without TensorFlow, its exit codes, its silence."""

import inspect
import pathlib
import signal
import subprocess
import sys

import numpy as np
import pytest

from tests import waiting
from tf1_rnn import __version__, main
from tf1_rnn.errors import UsageError
from tf1_rnn.graphs import GRAPHS
from tf1_rnn.trainer import settings

ROOT = pathlib.Path(__file__).parent.parent
COMMAND = [sys.executable, "-m", "tf1_rnn.main"]


def parse(*arguments):
    return main.parse(["main", *arguments])


def test_flags_become_settings():
    given = parse(
        "--cell=multi_lstm",
        "--multi_units=20,10",
        "--rnn=static",
        "--batch_size=7",
        "--learning_rate=0.5",
        "--standardize",
        "--model_dir=x",
    )
    assert given == settings.Settings(
        cell="multi_lstm",
        multi_units=(20, 10),
        rnn="static",
        batch_size=7,
        learning_rate=0.5,
        standardize=True,
        model_dir="x",
    )
    chosen = given.configuration()
    assert chosen["multi_units"] == [20, 10] and chosen["epochs"] == 40


@pytest.mark.parametrize(
    "flags, steps_per_epoch, epochs",
    [
        ([], 45, 40),  # the digits
        ([], 1875, 40),
        ([], 9, 200),  # a few hundred sequences
        ([], 1, 1800),  # fewer than a batch
        (["--cell=conv_lstm"], 45, 10),
        (["--cell=conv_lstm"], 7, 65),
        (["--epochs=3"], 1, 3),
    ],
)
def test_a_small_set_is_gone_through_as_often_as_learning_needs(flags, steps_per_epoch, epochs):
    given = parse("--cell=gru", *flags)
    assert given.enough_epochs(given.configuration(), steps_per_epoch) == epochs


def test_evaluation_takes_from_the_folder_what_is_not_given():
    kept = parse("--cell=gru", "--num_units=5", "--standardize").configuration()
    assert parse("--mode=eval", "--model_dir=x").configuration(kept) == kept
    assert (
        parse("--mode=eval", "--model_dir=x", "--num_units=6", "--cell=gru").configuration(kept)[
            "num_units"
        ]
        == 6
    )
    assert parse("--cell=gru", "--model_dir=x").configuration(kept)["num_units"] == 128


def test_the_options_are_those_of_the_graphs():
    from tf1_rnn import variants

    functions = [name for name, value in vars(variants).items() if inspect.isfunction(value)]
    assert list(GRAPHS) == functions
    for graph in GRAPHS.values():
        options = dict(graph.options)
        assert options.pop("rnn") == ("static" if graph.loop == "static_rnn" else "dynamic")
        assert options == graph.arguments
        signature = inspect.signature(graph.function).parameters
        assert tuple(options) == tuple(signature)[4:]
        assert options == {name: signature[name].default for name in options}


@pytest.mark.parametrize(
    "arguments, words",
    [
        ([], "--cell was not given; expected one of basic_lstm"),
        (["--cell=rnn"], "--cell=rnn; expected one of basic_lstm, lstm, "),
        (["--cel=gru"], "unknown flag --cel; did you mean --cell?"),
        (["--cell=gru", "gru"], "gru: expected flags only"),
        (["--cell=gru", "--num_units=0"], "--num_units=0"),
        (["--cell=gru", "--num_units=many"], "--num_units=many"),
        (["--cell=gru", "--batch_size=-1"], "--batch_size=-1"),
        (["--cell=gru", "--epochs=0"], "--epochs=0"),
        (["--cell=gru", "--seed=-1"], "--seed=-1"),
        (["--cell=gru", "--learning_rate=0"], "--learning_rate=0.0; expected a positive number"),
        (["--cell=gru", "--learning_rate=nan"], "expected a positive number"),
        (["--cell=gru", "--learning_rate=inf"], "expected a positive number"),
        (["--cell=gru", "--use_peepholes"], "is not an option of --cell=gru"),
        (["--cell=multi_lstm", "--num_units=3"], "expected --multi_units, --rnn"),
        (["--cell=multi_lstm", "--multi_units=3,x"], "expected positive sizes, as 128,64"),
        (["--cell=multi_lstm", "--multi_units="], "expected positive sizes"),
        (["--cell=multi_lstm", "--multi_units=3,0"], "--multi_units=3,0"),
        (["--cell=conv_lstm", "--kernel_shape=3"], "two positive sizes"),
        (["--cell=gru", "--time_steps=3"], "for the moving digits"),
        (["--cell=conv_lstm", "--time_steps=3", "--data=x.npz"], "for the moving digits"),
        (["--cell=gru", "--mode=eval"], "expected --model_dir"),
        (["--cell=gru", "--sync=false", "--backup_workers=1"], "expected one of the two"),
        (["--mode=eval", "--model_dir=x", "--async"], "--sync was given with --mode=eval"),
        (["--cell=gru", "--output=x"], "--mode=predict"),
    ],
)
def test_a_wrong_command_line_is_one_line_and_exit_code_2(capsys, arguments, words):
    with pytest.raises(UsageError):
        parse(*arguments)
    assert main.main(["main", *arguments]) == 2
    said = capsys.readouterr()
    assert words in said.err and said.err.count("\n") == 1 and not said.out


@pytest.mark.parametrize(
    "flag, words",
    [
        ("--async", "--nosync was given without a cluster; expected tf1-rnn cluster, or TF_CONFIG"),
        (
            "--backup_workers=1",
            "--backup_workers=1 of 1 worker, the chief included; expected fewer",
        ),
    ],
)
def test_what_needs_a_cluster_is_refused_without_one(capsys, monkeypatch, flag, words):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    assert main.main(["tf1_rnn", "--cell=gru", flag]) == 2
    assert words in capsys.readouterr().err


def test_help_and_version(capsys):
    assert main.main(["main", "--help"]) == 0
    text = capsys.readouterr().out
    for name in ("cell", "num_units", "model_dir", "data", "fast"):
        assert f"--{name}" in text or f"--[no]{name}" in text
    for cell in GRAPHS:
        assert cell in text
    assert main.main(["main", "--version"]) == 0
    assert capsys.readouterr().out == f"tf1_rnn {__version__}\n"


def test_help_and_a_wrong_flag_load_neither_tensorflow_nor_numpy():
    code = (
        "import sys; from tf1_rnn import main\n"
        "codes = [main.main(['m', '--help']), main.main(['m', '--cel=gru'])]\n"
        "heavy = {'tensorflow', 'numpy', 'rich'} & set(sys.modules)\n"
        "assert codes == [0, 2] and not heavy, (codes, heavy)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)


def test_a_failure_is_one_line_and_exit_code_1(capsys, tmp_path):
    assert main.main(["main", "--cell=gru", f"--data={tmp_path}/none.npz"]) == 1
    said = capsys.readouterr()
    assert said.err == (
        f"tf1-rnn train: {tmp_path}/none.npz: no such file; --data expects .npz, .h5, .csv, .tsv, "
        ".parquet, .ts, .arff, TFRecords, or a folder of TFRecords or frames\n"
    )
    assert not said.out


def test_an_unexpected_failure_is_one_line_too(capsys, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError("first line\nsecond line")

    monkeypatch.setattr(main, "_carry_out", fail)
    assert main.main(["main", "--cell=gru"]) == 1
    assert capsys.readouterr().err == (
        "tf1-rnn train: unexpected ZeroDivisionError: first line; --verbose shows where\n"
    )
    with pytest.raises(ZeroDivisionError):
        main.main(["main", "--cell=gru", "--verbose"])


def test_a_run_says_what_it_does_and_nothing_else(tmp_path):
    x, y = np.random.RandomState(0).rand(20, 3, 2), np.arange(20) % 2
    np.savez(tmp_path / "data.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    done = subprocess.run(
        [
            *COMMAND,
            "--cell=gru",
            "--num_units=2",
            "--epochs=2",
            f"--data={tmp_path}/data.npz",
            f"--model_dir={tmp_path}/run",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and done.stderr == ""
    lines = done.stdout.splitlines()
    for start, words in (
        ("data ", "18 training, 2 validation and 20 test sequences of 3 steps of 2; 2 classes"),
        ("", "used unchanged"),
        ("", "2 training sequences held out for validation (by --seed)"),
        ("graph ", "num_units=2, rnn=dynamic"),
        ("device ", "TensorFlow"),
        ("train ", "2 epochs"),
        ("", "the epoch with the lowest validation loss is kept"),
        ("epoch 1/2", "sequences/s"),
        ("epoch 2/2", "accuracy"),
        ("result ", "test accuracy"),
        ("kept ", str(tmp_path)),
    ):
        assert lines[0].startswith(start) and words in lines.pop(0)
    assert not lines


@pytest.mark.parametrize("number, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopped_by_a_signal(tmp_path, number, code):
    process = subprocess.Popen(
        [*COMMAND, "--cell=gru", "--num_units=2", "--epochs=100000", f"--model_dir={tmp_path}/run"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    waiting.until((tmp_path / "run" / "metrics.json").exists, seconds=100)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == code
    assert said.startswith("python -m tf1_rnn.main: stopped by") and said.count("\n") == 1
    assert "run the same command again to resume from the last checkpoint in" in said
