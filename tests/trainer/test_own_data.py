"""Data of every kind of one's own: one command trains, another tests or predicts."""

import shutil

import pytest

from tests.trainer.test_session import run
from tf1_rnn.errors import RunError, UsageError
from tf1_rnn.trainer import plan
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
        assert "tested on the part that was held out" in kept
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
    with pytest.raises(RunError, match="the label 'RUNNING'.*trained are SITTING, WALKING"):
        run(str(tmp_path / "b.csv"), tmp_path / "run", mode="eval", epochs=1)
    (tmp_path / "b.csv").write_text("trial,acc x,activity\n1,1,WALKING\n")
    with pytest.raises(RunError, match="--features=acc y: no such column"):
        run(str(tmp_path / "b.csv"), tmp_path / "run", mode="eval", epochs=1)


@pytest.mark.parametrize("flag", ["sequence", "label", "split", "test_data"])
def test_flags_of_data_need_data(flag):
    with pytest.raises(UsageError, match=f"--{flag} was given without --data"):
        Settings(cell="gru", **{flag: "a"}).check()
    Settings(cell="gru", data="a.csv", **{flag: "a"}).check()


def test_describe_needs_no_cell():
    Settings(data="a.csv", describe=True).check()


def test_what_the_head_cannot_learn_is_refused(tmp_path):
    with pytest.raises(RunError, match="the labels are step classes"):
        plan.settle(Settings(cell="gru", data=f"{FIXTURES}/tags.tfrecord.gz", label="tag"))
