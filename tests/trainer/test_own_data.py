"""Data of every kind of one's own: one command trains, another tests or predicts."""

import csv
import io
import json
import shutil

import numpy as np
import pytest

from tests.trainer.test_session import run
from tf1_rnn.errors import RunError, UsageError
from tf1_rnn.trainer.settings import Settings

FIXTURES = "tests/fixtures/data"
WALKING = {"sequence": "trial", "label": "activity", "features": ("acc x", "acc y")}
# A file of each kind that a user brings, and the flags that it needs.
FILES = {
    "walking.csv": WALKING,
    "Gestures_TRAIN.ts": {},
    "waves.tfrecord": {"label": "class"},
}


@pytest.mark.parametrize("name", FILES)
def test_one_command_trains_and_the_folder_remembers_how_to_read(name, tmp_path, capsys):
    data, folder = f"{FIXTURES}/{name}", tmp_path / "run"
    said = run(data, folder, epochs=1, **FILES[name])
    assert "result  test accuracy" in said
    kept = run(data, folder, mode="eval", epochs=1)
    if name != "Gestures_TRAIN.ts":  # whose test half is a file of its own
        assert "evaluated on the part that was held out" in kept
    assert said.split("test accuracy ")[1][:6] == kept.split("test accuracy ")[1][:6]
    run(data, folder, mode="predict", epochs=1)
    rows = [row.split(",") for row in capsys.readouterr().out.splitlines()]
    names = {"walking.csv": ["SITTING", "WALKING"], "waves.tfrecord": ["fast", "slow"]}
    classes = names.get(name, ["left", "right"])
    ids = ["sequence"] if name == "walking.csv" else []
    assert rows[0] == [*ids, "class", *(f"probability_{c}" for c in classes)]
    assert {row[len(ids)] for row in rows[1:]} <= set(classes)
    assert len(rows) == {"walking.csv": 5, "Gestures_TRAIN.ts": 3, "waves.tfrecord": 31}[name]
    if ids:
        assert [row[0] for row in rows[1:]] == ["1", "2", "3", "4"]


def test_the_same_content_under_another_name_goes_on(tmp_path):
    run(f"{FIXTURES}/walking.csv", tmp_path / "run", epochs=1, **WALKING)
    shutil.copy(f"{FIXTURES}/walking.csv", tmp_path / "renamed.csv")
    assert "epoch 2/2" in run(str(tmp_path / "renamed.csv"), tmp_path / "run", epochs=2, **WALKING)
    other = (tmp_path / "renamed.csv").read_text().replace("0.5", "0.75")
    (tmp_path / "renamed.csv").write_text(other)
    with pytest.raises(RunError, match="made with other data"):
        run(str(tmp_path / "renamed.csv"), tmp_path / "run", epochs=3, **WALKING)


def test_classes_of_another_name_are_refused(tmp_path):
    run(f"{FIXTURES}/walking.csv", tmp_path / "run", epochs=1, **WALKING)
    (tmp_path / "b.csv").write_text("trial,acc x,acc y,activity\n1,1,1,RUNNING\n")
    with pytest.raises(RunError, match="the label 'RUNNING'.*the model are SITTING, WALKING"):
        run(str(tmp_path / "b.csv"), tmp_path / "run", mode="eval", epochs=1)
    (tmp_path / "b.csv").write_text("trial,acc x,activity\n1,1,WALKING\n")
    with pytest.raises(RunError, match="has no column acc y, which the model is trained on"):
        run(str(tmp_path / "b.csv"), tmp_path / "run", mode="eval", epochs=1)


@pytest.mark.parametrize("flag", ["sequence", "label", "split", "test_data"])
def test_flags_of_data_need_data(flag):
    with pytest.raises(UsageError, match=f"--{flag} was given without --data"):
        Settings(cell="gru", **{flag: "a"}).check()
    Settings(cell="gru", data="a.csv", **{flag: "a"}).check()


def test_describe_needs_no_cell():
    Settings(data="a.csv", describe=True).check()


def test_a_class_a_step_is_learned_and_predicted(tmp_path, capsys):
    data, folder = f"{FIXTURES}/tags.tfrecord.gz", tmp_path / "run"
    how = {"options": {"num_units": 16}, "epochs": 100, "label": "tag"}
    said = run(data, folder, training={"learning_rate": 0.03}, **how)
    assert "2 classes, one for each step" in said
    accuracy = json.loads((folder / "metrics.json").read_text())["test_accuracy"]
    assert accuracy > 0.8
    assert f"test accuracy {accuracy:.6f}" in run(data, folder, mode="eval", **how)
    run(data, folder, mode="predict", **how)
    table = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    lengths = [3 + n % 3 for n in range(20)]
    assert [(row["sequence"], row["step"]) for row in table] == [
        (str(n), str(step)) for n, length in enumerate(lengths) for step in range(length)
    ]
    x = [(n * 7 + step * step) % 5 for n, length in enumerate(lengths) for step in range(length)]
    right = [int(row["class"]) == value % 2 for row, value in zip(table, x, strict=True)]
    assert sum(right) / len(right) > 0.9


def test_numbers_are_learned_and_predicted(tmp_path, capsys):
    random = np.random.RandomState(0)
    x = random.rand(60, 4, 2)
    y = x.mean((1, 2)) * 2 - 1
    data, folder = str(tmp_path / "a.npz"), tmp_path / "run"
    np.savez(data, x_train=x[:40], y_train=y[:40], x_test=x[40:], y_test=y[40:])
    said = run(data, folder, epochs=150, training={"learning_rate": 0.01})
    assert "a number to predict" in said and "R2" in said
    metrics = json.loads((folder / "metrics.json").read_text())
    assert metrics["test_r2"] > 0.9 and "test_accuracy" not in metrics
    assert (folder / "history.csv").read_text().splitlines()[0].endswith("valid_loss,valid_r2")
    assert f"test R2 {metrics['test_r2']:.6f}" in run(data, folder, mode="eval", epochs=150)
    assert "epoch 151/151" in run(data, folder, epochs=151, training={"learning_rate": 0.01})
    run(data, folder, mode="predict", epochs=150)
    head, *rows = capsys.readouterr().out.splitlines()
    assert head == "number"
    residual = np.mean((np.array(rows, float) - y[40:]) ** 2)
    assert 1 - residual / y[40:].var() > 0.9
    np.savez(data, x_test=x, y_test=np.stack([y, y], 1))
    with pytest.raises(RunError, match="2 numbers a sequence, the model learned 1"):
        run(data, folder, mode="eval", epochs=150)
