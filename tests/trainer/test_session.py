"""Runs: the same numbers twice, and after every kind of interruption; what a folder accepts."""

import csv
import errno
import io
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests import waiting
from tf1_rnn import files
from tf1_rnn.console import Console
from tf1_rnn.errors import RunError
from tf1_rnn.trainer import best, keeper, model_dir, plan
from tf1_rnn.trainer.session import Run
from tf1_rnn.trainer.settings import Settings

EPOCHS = 3


class Killed(BaseException):
    """Stands for a process that is gone: nothing in the package may catch it."""


@pytest.fixture(autouse=True)
def a_checkpoint_an_epoch(monkeypatch):
    monkeypatch.setattr(keeper, "SECONDS_BETWEEN_CHECKPOINTS", 0)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Return a file of 50 short sequences of different lengths, in two classes."""
    random = np.random.RandomState(0)
    path = tmp_path_factory.mktemp("data") / "data.npz"
    y = random.randint(0, 2, 50)
    x = random.randn(50, 5, 2) + y[:, None, None]
    lengths = random.randint(0, 6, 50)
    np.savez(
        path,
        x_train=x[:30],
        y_train=y[:30],
        lengths_train=lengths[:30],
        x_test=x[30:],
        y_test=y[30:],
        lengths_test=lengths[30:],
    )
    return str(path)


def run(data, folder=None, mode="train", cell="gru", console=None, **changes):
    """Carry out a small run and return what it said."""
    said = io.StringIO()
    defaults = {"epochs": EPOCHS, "batch_size": 8, "learning_rate": 0.01}
    options = changes.pop("options", {"num_units": 3} if cell else {})
    training = changes.pop("training", {})
    flags = {**defaults, **options, **training, **changes}
    settings = Settings(cell=cell, data=data, mode=mode, model_dir=folder and str(folder), **flags)
    Run(plan.settle(settings), Console(said)).carry_out()
    return said.getvalue()


@pytest.fixture(scope="module")
def finished(data, tmp_path_factory):
    """Return the folder of a run that nothing interrupted."""
    folder = tmp_path_factory.mktemp("runs") / "finished"
    run(data, folder)
    return folder


@pytest.fixture
def copy(finished, tmp_path):
    """Return a copy of that folder to do harm to."""
    return pathlib.Path(shutil.copytree(finished, tmp_path / "copy"))


def numbers(folder):
    """Return what must be the same after every interruption, as bytes.

    A former best may stay next to the best, for the checkpoint before the last.
    """
    found, wanted = listing(folder), ["metrics.json", "history.csv"]
    if "best/checkpoint" in found:
        best = found["best/checkpoint"].decode().split('"')[1]
        wanted += ["best/checkpoint", *(n for n in found if n.startswith(f"best/{best}."))]
    return {name: found[name] for name in wanted}


def listing(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_metrics_and_history(finished):
    metrics = json.loads((finished / "metrics.json").read_text())
    assert (metrics["epochs"], metrics["steps"]) == (3, 12)  # 30 samples, 4 batches of 8
    assert metrics["configuration"]["cell"] == "gru"
    assert metrics["configuration"]["num_units"] == 3
    rows = list(csv.DictReader((finished / "history.csv").open()))
    assert [row["epoch"] for row in rows] == ["1", "2", "3"]
    best = min(rows, key=lambda row: float(row["valid_loss"]))
    assert (metrics["chosen_by"], metrics["chosen_epoch"]) == ("valid_loss", int(best["epoch"]))
    for name in ("train_loss", "valid_loss", "valid_accuracy"):
        assert float(best[name]) == metrics[name]
    # The test set is evaluated once, at the end: no epoch has numbers of it.
    assert {"test_loss", "test_accuracy"} <= metrics.keys() and "test_loss" not in rows[0]
    assert float(rows[-1]["train_loss"]) < float(rows[0]["train_loss"])


def test_a_checkpoint_holds_tensorflow_1_variables_and_nothing_else(finished):
    names = set(
        tf.train.load_checkpoint(str(finished / "model.ckpt-12")).get_variable_to_shape_map()
    )
    weights = {
        f"rnn/gru_cell/{part}"
        for part in ("gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias")
    }
    weights |= {"softmax/weights", "softmax/biases"}
    slots = {f"{name}/{slot}" for name in weights for slot in ("Adam", "Adam_1")}
    assert names == weights | slots | {"beta1_power", "beta2_power", "global_step"}


def test_the_same_seed_gives_the_same_numbers(data, tmp_path):
    for name in ("a", "b"):
        run(data, tmp_path / name, cell="bilstm", options={"num_units": 40})
    assert numbers(tmp_path / "a") == numbers(tmp_path / "b")
    run(data, tmp_path / "c", cell="bilstm", options={"num_units": 40}, training={"seed": 1})
    assert numbers(tmp_path / "a") != numbers(tmp_path / "c")


def test_conv_lstm_gives_the_same_numbers_twice(tmp_path):
    random = np.random.RandomState(0)
    x, y = random.rand(24, 2, 9, 10, 1), random.randint(0, 2, 24)
    path = str(tmp_path / "frames.npz")
    np.savez(path, x_train=x[:16], y_train=y[:16], x_test=x[16:], y_test=y[16:])
    for name in ("a", "b"):
        run(path, tmp_path / name, cell="conv_lstm", options={"output_channels": 8})
    assert numbers(tmp_path / "a") == numbers(tmp_path / "b")


def places(monkeypatch, kill_at):
    """Count every write of a run, and kill it at one of them, before or after it is done."""
    count = [0]

    def around(function):
        def wrapped(*args, **kwargs):
            count[0] += 1
            if count[0] == kill_at:
                raise Killed
            result = function(*args, **kwargs)
            count[0] += 1
            if count[0] == kill_at:
                raise Killed
            return result

        return wrapped

    monkeypatch.setattr(files.os, "replace", around(os.replace))
    monkeypatch.setattr(files.os, "remove", around(os.remove))
    monkeypatch.setattr(tf.train.Saver, "save", around(tf.train.Saver.save))
    monkeypatch.setattr(best.Best, "write", around(best.Best.write))
    return count


# It is over before the last epoch, for want of patience.
IMPATIENT = {
    "epochs": 30,
    "learning_rate": 0.1,
    "validation": 0.2,
    "patience": 2,
    "dropout": 0.3,
    "clip_norm": 1.0,
    "decay": 0.9,
    "class_weights": "balanced",
}


@pytest.fixture(scope="module")
def impatient(data, tmp_path_factory):
    """Return the folder of a run with everything on, and how many writes it took."""
    folder = tmp_path_factory.mktemp("runs") / "impatient"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keeper, "SECONDS_BETWEEN_CHECKPOINTS", 0)
        count = places(patch, None)
        run(data, folder, training=IMPATIENT)
    return folder, count[0]


def test_patience_ends_a_run_and_the_best_epoch_is_kept(data, impatient):
    folder, _ = impatient
    metrics = json.loads((folder / "metrics.json").read_text())
    losses = [float(row["valid_loss"]) for row in csv.DictReader((folder / "history.csv").open())]
    assert metrics["epochs"] == len(losses) == metrics["chosen_epoch"] + 2 < 30
    assert losses.index(min(losses)) + 1 == metrics["chosen_epoch"]
    steps_per_epoch = metrics["steps"] // metrics["epochs"]
    named = (folder / "best" / "checkpoint").read_text()
    assert f'"model.ckpt-{metrics["chosen_epoch"] * steps_per_epoch}"' in named
    assert f"test loss {metrics['test_loss']:.6f}" in run(data, folder, "eval", cell=None)


@pytest.mark.parametrize("part", range(12))
def test_killed_at_a_write_and_resumed_ends_the_same(data, impatient, tmp_path, monkeypatch, part):
    whole, count = impatient
    kill_at = 2 + part * (count - 3) // 11  # from the first file to the last
    with monkeypatch.context() as patch, pytest.raises(Killed):
        places(patch, kill_at)
        run(data, tmp_path / "killed", training=IMPATIENT)
    run(data, tmp_path / "killed", training=IMPATIENT)
    assert numbers(tmp_path / "killed") == numbers(whole)
    assert not list((tmp_path / "killed").glob("*" + files.UNFINISHED))


@pytest.mark.parametrize("kill_at", [6, 8, 13, 40, 77, 110])
def test_killed_inside_an_epoch_and_resumed_ends_the_same(
    data, impatient, tmp_path, monkeypatch, kill_at
):
    folder = tmp_path / "killed"
    with monkeypatch.context() as patch:
        patch.setattr(keeper, "SECONDS_INSIDE_AN_EPOCH", 0)  # a checkpoint a step
        with pytest.raises(Killed):
            places(patch, kill_at)
            run(data, folder, training=IMPATIENT)
    kept = model_dir.ModelDir(str(folder))
    assert any(model_dir.step_of(prefix) % 3 for prefix in kept.checkpoints()) == (kill_at > 7)
    assert kept.own(kept.checkpoints()) == kept.checkpoints()
    run(data, folder, training=IMPATIENT)
    assert numbers(folder) == numbers(impatient[0])
    assert len(kept.checkpoints()) <= 2  # those inside an epoch were deleted as any other


def test_a_damaged_note_of_an_unfinished_epoch_is_refused(data, copy):
    (copy / "epoch.json").write_text('{"3": [1]}')
    with pytest.raises(RunError, match="epoch.json is damaged"):
        run(data, copy, training={"epochs": 4})


def test_without_validation_the_last_epoch_is_kept(data, tmp_path):
    said = run(data, tmp_path / "run", validation=0.0)
    assert "no validation set: the last epoch is kept" in said and "epoch 3 of 3, the last" in said
    assert not (tmp_path / "run" / "best").exists()
    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert (metrics["chosen_by"], metrics["chosen_epoch"]) == (None, 3)
    assert (tmp_path / "run" / "history.csv").read_text().startswith("epoch,step,train_loss\n")
    assert f"test loss {metrics['test_loss']:.6f}" in run(data, tmp_path / "run", "eval", cell=None)


def test_a_folder_of_the_former_version_is_read_and_goes_on_as_it_was(data, tmp_path):
    whole, old = tmp_path / "whole", tmp_path / "old"
    run(data, whole, training={"epochs": 5, "validation": 0.0})
    run(data, old, training={"validation": 0.0})
    config = json.loads((old / "config.json").read_text())
    for name in ("validation", "patience", "dropout", "clip_norm", "decay", "class_weights"):
        del config["configuration"][name]
    (old / "config.json").write_text(json.dumps(config))
    rows = list(csv.DictReader((old / "history.csv").open()))
    with (old / "history.csv").open("w") as file:
        table = csv.DictWriter(file, [*rows[0], "test_loss", "test_accuracy"])
        table.writeheader()
        table.writerows({**row, "test_loss": 0.5, "test_accuracy": 0.5} for row in rows)
    metrics = json.loads((old / "metrics.json").read_text())
    assert f"test loss {metrics['test_loss']:.6f}" in run(data, old, "eval", cell=None)
    run(data, old, "predict", cell=None, output=str(tmp_path / "out.csv"))
    with pytest.raises(RunError, match="--validation=0.0, this run asks for --validation=0.1"):
        run(data, old, training={"epochs": 5})
    run(data, old, training={"epochs": 5, "validation": 0.0})
    after, expected = (json.loads((at / "metrics.json").read_text()) for at in (old, whole))
    for name in ("test_loss", "test_accuracy", "train_loss", "chosen_epoch"):
        assert after[name] == expected[name]


def test_kill_9_and_the_same_command(data, finished, tmp_path):
    folder = tmp_path / "killed"
    command = [
        sys.executable,
        "-m",
        "tf1_rnn.main",
        "--cell=gru",
        "--num_units=3",
        f"--data={data}",
        "--batch_size=8",
        "--learning_rate=0.01",
        f"--model_dir={folder}",
    ]
    # Far more epochs than it will live to see.
    process = subprocess.Popen([*command, "--epochs=100000"], stdout=subprocess.DEVNULL)
    try:
        waiting.until(lambda: list(folder.glob("model.ckpt-*.index")), seconds=100)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    rows = max(
        json.loads((folder / "metrics.json").read_text())["epochs"]
        if (folder / "metrics.json").exists()
        else 0,
        1,
    )
    epochs = rows + 5
    said = run(data, folder, training={"epochs": epochs})
    assert f"epoch {epochs}/{epochs}" in said and f"epoch 1/{epochs}" not in said
    whole = tmp_path / "whole"
    run(data, whole, training={"epochs": epochs})
    assert numbers(folder) == numbers(whole)


def test_more_epochs_go_on_where_fewer_ended(data, finished, tmp_path):
    run(data, tmp_path, training={"epochs": 2})
    run(data, tmp_path)
    assert numbers(tmp_path) == numbers(finished)


def test_a_finished_run_is_left_as_it_is_and_its_metrics_are_made_again(data, finished, copy):
    (copy / "metrics.json").unlink()
    assert "epoch 3/3" not in run(data, copy)
    assert numbers(copy) == numbers(finished)


def test_many_epochs_are_told_in_a_hundred_lines(data):
    said = run(data, training={"epochs": 150, "batch_size": 30})
    told = re.findall(r"^epoch (\d+)/150", said, re.M)
    assert told == [str(epoch) for epoch in range(2, 151, 2)]


def test_fewer_epochs_than_kept(data, copy):
    before = listing(copy)
    with pytest.raises(RunError, match="--epochs=2 asks for fewer than the 3"):
        run(data, copy, training={"epochs": 2})
    assert listing(copy) == before


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"options": {"num_units": 4}}, "--num_units=3, this run asks for --num_units=4"),
        ({"cell": "lstm"}, "--cell=gru"),
        ({"training": {"seed": 5}}, "--seed=0"),
        ({"training": {"batch_size": 4}}, "--batch_size=8"),
        ({"standardize": True}, "--nostandardize, this run asks for --standardize"),
    ],
)
def test_another_configuration_is_refused_and_the_folder_untouched(data, copy, changes, words):
    before = listing(copy)
    with pytest.raises(RunError, match=words):
        run(data, copy, **changes)
    assert listing(copy) == before


def test_other_data_are_refused(data, copy, tmp_path):
    other = dict(np.load(data))
    other["x_train"][0, 0, 0] += 1
    other["lengths_train"][0] = 5
    np.savez(tmp_path / "data.npz", **other)
    with pytest.raises(
        RunError, match="made with other data: the sequences or their labels differ: give"
    ):
        run(str(tmp_path / "data.npz"), copy)


@pytest.mark.parametrize(
    "mode, name",
    [
        ("train", "model.ckpt-12.index"),
        ("eval", "best/model.ckpt-12.data-00000-of-00001"),
        ("train", "best/model.ckpt-12.index"),
        ("eval", "best/checkpoint"),
        ("train", "checkpoint"),
        ("predict", "config.json"),
    ],
)
def test_a_damaged_folder_is_named_and_untouched(data, copy, mode, name):
    path = copy / name
    path.write_bytes(path.read_bytes()[:20])
    before = listing(copy)
    with pytest.raises(RunError, match="damaged"):
        run(data, copy, mode, training={"epochs": 5})
    assert listing(copy) == before


def test_of_a_damaged_checkpoint_the_former_one_is_offered(data, impatient, tmp_path):
    whole, _ = impatient
    folder = pathlib.Path(shutil.copytree(whole, tmp_path / "run"))
    last = (folder / "checkpoint").read_text().split('"')[1]
    content = (folder / f"{last}.index").read_bytes()
    (folder / f"{last}.index").write_bytes(content[:20])
    with pytest.raises(RunError, match=r"or remove (\S+) and (\S+) to resume from \S+") as error:
        run(data, folder, training={**IMPATIENT, "epochs": 31})
    for pattern in re.search(r"remove (\S+) and (\S+) to", str(error.value)).groups():
        for path in folder.parent.glob(os.path.relpath(pattern, folder.parent)):
            path.unlink()
    run(data, folder, training=IMPATIENT)
    assert numbers(folder) == numbers(whole)
    best = next((folder / "best").glob("*.index"))
    best.write_bytes(best.read_bytes()[:20])
    with pytest.raises(RunError, match="or remove .*best to resume from .*model.ckpt-") as error:
        run(data, folder, "eval", cell=None)
    shutil.rmtree(folder / "best")
    run(data, folder, "eval", cell=None)


def test_a_byte_wrong_in_a_checkpoint(data, copy):
    path = copy / "model.ckpt-12.data-00000-of-00001"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(RunError, match="model.ckpt-12 is damaged"):
        run(data, copy, training={"epochs": 5})


def test_two_runs_in_one_folder(data, copy):
    with model_dir.ModelDir(str(copy)).locked():
        before = listing(copy)
        with pytest.raises(RunError, match="in use by another run"):
            run(data, copy, training={"epochs": 5})
        assert listing(copy) == before
    run(data, copy, training={"epochs": 4})


def test_a_file_where_the_folder_should_be(data, tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(RunError, match="is a file"):
        run(data, tmp_path / "file")
    with pytest.raises(RunError, match="cannot be written"):
        run(data, "/proc/none")


def test_a_full_disk_keeps_what_was_kept(data, finished, copy, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(tf.train.Saver, "save", full)
        with pytest.raises(RunError, match="No space left on device"):
            run(data, copy, training={"epochs": 5})
    with monkeypatch.context() as patch:
        patch.setattr(files.os, "replace", full)
        with pytest.raises(RunError, match="No space left on device"):
            run(data, copy, training={"epochs": 5})
    run(data, copy)
    assert json.loads((copy / "metrics.json").read_text())["epochs"] == EPOCHS


def test_a_loss_that_turns_nan_keeps_the_last_good_checkpoint(data, finished, copy, monkeypatch):
    config = json.loads((copy / "config.json").read_text())
    config["configuration"]["learning_rate"] = 1e38
    (copy / "config.json").write_text(json.dumps(config))
    with pytest.raises(RunError, match="loss is (nan|inf) at epoch .*last good checkpoint is kept"):
        run(data, copy, training={"epochs": 50, "learning_rate": 1e38})
    history = list(csv.DictReader((copy / "history.csv").open()))
    assert np.isfinite(float(history[-1]["valid_loss"]))
    assert (copy / f"model.ckpt-{history[-1]['step']}.index").exists()


def test_eval_gives_the_kept_numbers_and_changes_nothing(data, copy):
    before = listing(copy)
    metrics = json.loads(before["metrics.json"])
    said = run(data, copy, "eval", cell=None, options={}, training={})
    assert f"test accuracy {metrics['test_accuracy']:.6f}" in said
    assert f"test loss {metrics['test_loss']:.6f}" in said
    assert listing(copy) == before


def test_predict_writes_a_row_a_sample(data, copy, tmp_path, capsys):
    before = listing(copy)
    run(data, copy, "predict", output=str(tmp_path / "out.csv"))
    run(data, copy, "predict")
    text = (tmp_path / "out.csv").read_text()
    assert capsys.readouterr().out == text
    rows = np.loadtxt(io.StringIO(text), delimiter=",", skiprows=1)
    assert rows.shape == (20, 3) and text.startswith("class,probability_0,probability_1\n")
    np.testing.assert_array_equal(rows[:, 0], rows[:, 1:].argmax(1))
    np.testing.assert_allclose(rows[:, 1:].sum(1), 1, rtol=1e-6)
    y_test = np.load(data)["y_test"]
    metrics = json.loads(before["metrics.json"])
    assert np.mean(rows[:, 0] == y_test) == metrics["test_accuracy"]
    losses = -np.log(rows[np.arange(20), 1 + y_test])
    np.testing.assert_allclose(losses.mean(), metrics["test_loss"], rtol=1e-5)
    assert listing(copy) == before


def test_predict_needs_neither_labels_nor_training_data(data, copy, tmp_path):
    arrays = np.load(data)
    np.savez(tmp_path / "new.npz", x_test=arrays["x_test"], lengths_test=arrays["lengths_test"])
    run(data, copy, "predict", output=str(tmp_path / "a.csv"))
    run(
        str(tmp_path / "new.npz"),
        copy,
        "predict",
        cell=None,
        options={},
        training={},
        output=str(tmp_path / "b.csv"),
    )
    assert (tmp_path / "a.csv").read_text() == (tmp_path / "b.csv").read_text()


def test_a_checkpoint_without_our_files_is_accepted_and_kept(data, finished, tmp_path):
    for name in ("checkpoint", "model.ckpt-12.index", "model.ckpt-12.data-00000-of-00001"):
        shutil.copy(finished / name, tmp_path)
    metrics = json.loads((finished / "metrics.json").read_text())
    assert f"{metrics['test_loss']:.6f}" in run(data, tmp_path, "eval")
    run(data, tmp_path, training={"epochs": 7})
    assert (tmp_path / "model.ckpt-12.index").exists()
    whole = tmp_path / "whole"
    run(data, whole, training={"epochs": 7})
    assert (tmp_path / "metrics.json").read_bytes() == (whole / "metrics.json").read_bytes()


def test_a_foreign_checkpoint_of_another_shape_is_refused(data, finished, tmp_path):
    for name in ("checkpoint", "model.ckpt-12.index", "model.ckpt-12.data-00000-of-00001"):
        shutil.copy(finished / name, tmp_path)
    before = listing(tmp_path)
    with pytest.raises(RunError, match=r"gates/kernel \[7, 10\], the checkpoint it as \[5, 6\]"):
        run(data, tmp_path, options={"num_units": 5})
    with pytest.raises(RunError, match="the checkpoint none of that name"):
        run(data, tmp_path, "eval", cell="lstm")
    assert listing(tmp_path) == before


def test_nothing_is_left_behind_without_a_folder(data, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "--model_dir=FOLDER keeps" in run(data)
    assert not list(tmp_path.iterdir())


def test_standardized_runs_keep_their_statistics(data, tmp_path):
    run(data, tmp_path / "run", standardize=True)
    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text())
    said = run(data, tmp_path / "run", "eval", cell=None, options={}, training={})
    assert f"test loss {metrics['test_loss']:.6f}" in said


def test_standardize_is_suggested_where_values_are_large(data, tmp_path):
    with np.load(data) as file:
        arrays = {name: file[name] * (100 if name[0] == "x" else 1) for name in file.files}
    np.savez(tmp_path / "large.npz", **arrays)
    assert "--standardize may" not in run(data)
    assert "--standardize may" in run(str(tmp_path / "large.npz"))
    assert "--standardize may" not in run(str(tmp_path / "large.npz"), standardize=True)


@pytest.mark.parametrize(
    "shape, cell, words",
    [
        ((20, 5, 4, 4), "gru", r"gru expects \[n, time_steps, length\]"),
        ((20, 28, 28), "conv_lstm", r"reshape\(n, 1, height, width\)"),
    ],
)
def test_data_that_do_not_fit_the_cell(tmp_path, shape, cell, words):
    path = str(tmp_path / "data.npz")
    x, y = np.zeros(shape), np.arange(20) % 2
    np.savez(path, x_train=x, y_train=y, x_test=x, y_test=y)
    with pytest.raises(RunError, match=words):
        run(path, cell=cell, options={})
