"""All graphs by one command: what it refuses, what it keeps, and how it resumes."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

from tf1_rnn import train_all
from tf1_rnn.command_line import TextOnly
from tf1_rnn.errors import RunError, UsageError
from tf1_rnn.graphs import GRAPHS


@pytest.mark.parametrize(
    "argument, message",
    [
        ("--cell=gru", "--cell is for one graph; expected --cells=gru,lstm"),
        ("--model-dir=x", "--model_dir is for one graph; expected --runs=FOLDER"),
        ("--mode=eval", "--mode is for one graph; expected it with tf1-rnn train"),
        ("--cells=gru,lstn", "--cells=gru,lstn: there is no graph 'lstn'; did you mean lstm?"),
        ("--cells=", "--cells=: there is no graph ''; expected names from basic_lstm, lstm"),
        ("--cells=gru,gru", "--cells=gru,gru names a graph twice; expected each once"),
        (
            "--kernel_shape=5,5",
            "--kernel_shape is not an option of basic_lstm, lstm, gru, multi_lstm, bilstm; "
            "expected it with --cells=conv_lstm",
        ),
        ("--time_steps=3", "--time_steps=3 is for the moving digits of conv_lstm"),
        ("--learning_rate=-1", "--learning_rate=-1.0; expected a positive number"),
        ("--epoch=1", "unknown flag --epoch; did you mean --epochs?"),
    ],
)
def test_what_cannot_be_honoured_is_refused(argument, message):
    with pytest.raises(UsageError) as error:
        train_all.parse([argument])
    assert str(error.value).startswith(message)


def test_all_graphs_by_default():
    request = train_all.parse([])
    assert request.cells == list(GRAPHS)
    assert request.flags == []


def test_flags_go_to_every_graph():
    request = train_all.parse(["--cells=gru,lstm", "--num-units=4", "--fast", "--seed", "1"])
    assert request.cells == ["gru", "lstm"]
    assert request.flags == ["--num_units=4", "--fast", "--seed=1"]


def test_help_lists_every_flag_but_those_of_one_graph():
    with pytest.raises(TextOnly) as text:
        train_all.parse(["--help"])
    for name in ("cells", "runs", "epochs", "[no]fast"):
        assert f"--{name} " in str(text.value)
    assert "--mode " not in str(text.value)


def run(folder, *arguments):
    root = str(pathlib.Path(__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-m", "tf1_rnn.train_all", "--epochs=1", "--num_units=3", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_resumes_and_ends_with_a_table(tmp_path):
    first = run(tmp_path, "--cells=gru,basic_lstm")
    (runs,) = (tmp_path / "runs").iterdir()
    table = (runs / "results.md").read_text()
    assert table in first
    rows = [line.split(" | ") for line in table.splitlines()[2:]]
    assert [row[0] for row in rows] == ["| gru", "| basic_lstm"]
    for row, cell in zip(rows, ("gru", "basic_lstm"), strict=True):
        metrics = json.loads((runs / cell / "metrics.json").read_text())
        assert row[1] == metrics["configuration"]["rnn"]
        assert row[3] == f"{metrics['test_accuracy']:.4f}"
    page = (runs / "report.html").read_text()
    assert 'href="gru/report.html"' in page and "Validation loss" in page
    assert (runs / "gru" / "report.html").exists()
    # As an interruption during the second graph leaves it.
    (runs / "results.md").unlink()
    (runs / "basic_lstm" / "seconds.json").unlink()
    again = run(tmp_path, "--cells=gru,basic_lstm")
    assert list((tmp_path / "runs").iterdir()) == [runs]
    assert "== gru: already trained\n\n== basic_lstm\n" in again
    assert (runs / "results.md").read_text().splitlines()[:3] == table.splitlines()[:3]


def test_a_file_in_the_place_of_the_runs_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match="--runs=.*/file is a file; expected a folder"):
        train_all.train(train_all.parse([f"--runs={tmp_path}/file", "--cells=gru"]))
