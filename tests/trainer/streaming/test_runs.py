"""Runs on shards: every mode, every graph, and the same numbers after every interruption."""

import csv
import io
import json
import shutil
import signal
import subprocess
import sys

import numpy as np
import pytest

from tests import waiting
from tests.trainer.streaming.cases import save_npz, save_records
from tests.trainer.test_session import Killed, numbers
from tf1_rnn.console import Console
from tf1_rnn.errors import RunError
from tf1_rnn.trainer import keeper, plan
from tf1_rnn.trainer.session import Run
from tf1_rnn.trainer.settings import Settings
from tf1_rnn.trainer.streaming import split, surveying

FLAGS = {"epochs": 2, "batch_size": 8, "learning_rate": 0.01, "num_units": 3}


@pytest.fixture(autouse=True)
def small_windows(monkeypatch):
    monkeypatch.setattr(split, "BLOCK", 500)
    monkeypatch.setattr(split, "BUFFER", 4000)


@pytest.fixture(scope="module")
def shards(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data") / "d"
    save_npz(folder)
    return str(folder)


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data") / "r"
    save_records(folder)
    return str(folder)


def run(data, folder=None, mode="train", cell="gru", **flags):
    """Carry out a run and return what it said."""
    said = io.StringIO()
    flags = {**(FLAGS if mode == "train" else {}), **flags}
    flags = {name: value for name, value in flags.items() if value is not None}
    settings = Settings(cell=cell, data=data, mode=mode, model_dir=folder and str(folder), **flags)
    settings.check()
    Run(plan.settle(settings), Console(said)).carry_out()
    return said.getvalue()


def test_train_evaluate_predict_and_export(shards, tmp_path):
    folder = tmp_path / "run"
    said = run(shards, folder, standardize=True)
    assert "65 training, 7 validation and 18 test sequences of up to 12 steps" in said
    assert "3 shards" in said and "read piece by piece" in said
    metrics = json.loads((folder / "metrics.json").read_text())
    said = run(shards, folder, "eval", cell=None)
    assert f"test loss {metrics['test_loss']:.6f}" in said and "was held out" in said
    output = tmp_path / "predictions.csv"
    said = run(shards, folder, "predict", cell=None, output=str(output))
    assert "predictions for 90 sequences" in said
    rows = list(csv.DictReader(output.open()))
    assert len(rows) == 90 and {row["class"] for row in rows} <= {"0", "1", "2"}
    said = run(shards, folder, "export", cell=None, output=str(tmp_path / "saved"))
    assert "same class for 100.0%" in said
    listed = list(csv.DictReader((folder / "shards.csv").open()))
    assert [row["sequences"] for row in listed] == ["40", "20", "30"]


def test_numbers_of_a_run_do_not_depend_on_the_format(shards, records, monkeypatch):
    for name in ("BLOCK", "BUFFER"):
        monkeypatch.setattr(split, name, 2**20)  # a block a shard, whatever it takes

    def result(said):
        return next(line for line in said.splitlines() if line.startswith("result")).split(";")[0]

    one = result(run(shards))
    assert one == result(run(records, label="kind", features=("wave",), stream=True))


@pytest.mark.parametrize(
    "flags",
    [
        {"cell": "basic_lstm"},
        {"cell": "lstm", "rnn": "static"},
        {"cell": "bilstm", "fast": True},
        {"cell": "multi_lstm", "num_units": None, "multi_units": (3, 2)},
        {"cell": "lstm", "dropout": 0.5, "fast": True, "class_weights": "balanced"},
    ],
)
def test_every_graph_takes_shards(shards, flags):
    assert "result  test accuracy" in run(shards, **{"epochs": 1, **flags})


def test_conv_lstm_and_classes_of_steps(tmp_path, records):
    x = np.random.RandomState(0).rand(24, 3, 8, 8)
    for i in range(2):
        part = slice(12 * i, 12 * i + 12)
        lengths = np.arange(12) % 3 + 1
        np.savez(tmp_path / f"{i}.npz", x=x[part], y=np.arange(12) % 2, lengths=lengths)
    flags = {"num_units": None, "output_channels": 2, "epochs": 1}
    for fast in (False, True):
        assert "result" in run(str(tmp_path), cell="conv_lstm", fast=fast, **flags)
    tags = {
        "stream": True,
        "label": "tag",
        "features": ("wave",),
        "class_weights": "balanced",
        "epochs": 1,
    }
    said = run(records, tmp_path / "run", **tags)
    assert "2 classes, one for each step" in said and "test accuracy" in said
    output = tmp_path / "predictions.csv"
    run(records, tmp_path / "run", "predict", cell=None, output=str(output))
    assert {row["class"] for row in csv.DictReader(output.open())} == {"up", "down"}


def test_numbers_are_learned(records):
    flags = {"stream": True, "label": "size", "features": ("wave",), "target": "number"}
    assert "test R2" in run(records, **flags)


@pytest.fixture(scope="module")
def whole(shards, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "whole"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(split, "BLOCK", 500)
        patch.setattr(split, "BUFFER", 4000)
        run(shards, folder, standardize=True, dropout=0.2)
    return folder


@pytest.mark.parametrize("step", [1, 5, 11])
def test_killed_inside_an_epoch_and_resumed_ends_the_same(
    shards, whole, tmp_path, monkeypatch, step
):
    keep_inside = keeper.Keeper.keep_inside

    def killed(self, now, *sums):
        keep_inside(self, now, *sums)
        if now == step:
            raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(keeper, "SECONDS_INSIDE_AN_EPOCH", 0)
        patch.setattr(keeper.Keeper, "keep_inside", killed)
        run(shards, tmp_path / "killed", standardize=True, dropout=0.2)
    done, batches = [], split.StreamedSplit.batches

    def noted(self, *args):
        done.append(args[-1])
        return batches(self, *args)

    monkeypatch.setattr(split.StreamedSplit, "batches", noted)
    run(shards, tmp_path / "killed", standardize=True, dropout=0.2)
    assert done[0] == step % 9  # 65 sequences, 9 batches of 8
    assert numbers(tmp_path / "killed") == numbers(whole)


def test_kill_9_and_the_same_command(shards, tmp_path):
    flags = ["--cell=gru", "--num_units=3", "--batch_size=1", "--epochs=2", f"--data={shards}"]
    often = (
        "import sys; from tf1_rnn.main import main; from tf1_rnn.trainer import keeper; "
        "keeper.SECONDS_INSIDE_AN_EPOCH = 0; sys.exit(main())"
    )
    folder, command = tmp_path / "killed", [sys.executable, "-m", "tf1_rnn.main", *flags]
    process = subprocess.Popen(
        [sys.executable, "-c", often, *flags, f"--model_dir={folder}"], stdout=subprocess.DEVNULL
    )
    waiting.until(lambda: (folder / "model.ckpt-30.index").exists())
    assert not (folder / "history.csv").exists()  # inside the first epoch, of 65 steps
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    subprocess.run([*command, f"--model_dir={folder}"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(
        [*command, f"--model_dir={tmp_path / 'whole'}"], check=True, stdout=subprocess.DEVNULL
    )
    assert numbers(folder) == numbers(tmp_path / "whole")


def test_an_index_that_is_kept_is_not_made_again(shards, records, tmp_path, monkeypatch):
    looked, add = [], surveying._Surveyor.add
    monkeypatch.setattr(
        surveying._Surveyor, "add", lambda self, one: (looked.append(one), add(self, one))
    )
    kinds = {"stream": True, "features": ("wave",)}
    for data, flags in ((shards, {}), (records, {**kinds, "label": "tag"})):
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        run(data, folder, epochs=1, **flags)
        assert len(looked) == 3
        run(data, folder, **flags)
        assert len(looked) == 3
        (folder / "index.npz").write_bytes(b"damaged")
        run(data, folder, epochs=3, **flags)
        assert len(looked) == 6
        run(data, tmp_path / "another", epochs=3, **flags)
        assert numbers(tmp_path / "another") == numbers(folder)
        shutil.rmtree(tmp_path / "another")
        looked.clear()


def test_other_shards_are_refused(tmp_path):
    save_npz(tmp_path / "d")
    run(str(tmp_path / "d"), tmp_path / "run", epochs=1)
    save_npz(tmp_path / "d", seed=1)
    with pytest.raises(RunError, match="was made with other data: the sequences or their"):
        run(str(tmp_path / "d"), tmp_path / "run")
    save_npz(tmp_path / "d", names="zz-{}.npz")
    for path in (tmp_path / "d").glob("part-*"):
        path.unlink()
    run(str(tmp_path / "d"), tmp_path / "run")  # the same content under other names
