"""A run's folder: what it reads, refuses and writes, without TensorFlow."""

import json
import os

import pytest

from tf1_rnn import files
from tf1_rnn.errors import RunError
from tf1_rnn.trainer import model_dir
from tf1_rnn.trainer.model_dir import ModelDir
from tf1_rnn.trainer.settings import Settings

DATA = {
    "n_classes": 2,
    "step_shape": [4],
    "time_steps": 3,
    "data": "a.npz",
    "data_fingerprint": "aa",
}
CONFIGURATION = {**Settings(cell="gru").configuration(), **DATA}
ROWS = [
    {"epoch": n, "step": 5 * n, "train_loss": 0.1 + 0.2, "valid_loss": 1 / 3, "valid_accuracy": 0.5}
    for n in (1, 2, 3)
]


@pytest.fixture
def folder(tmp_path):
    made = ModelDir(str(tmp_path / "run"))
    with made.locked():
        made.write_config(CONFIGURATION, ([0.5], [1.5]))
    return ModelDir(made.path)


def checkpoint(folder, *steps, named=None):
    for step in steps:
        open(folder.join(f"model.ckpt-{step}.index"), "w").close()
    if named:
        with open(folder.join("checkpoint"), "w") as file:
            file.write(f'model_checkpoint_path: "{named}"\n')


def test_a_folder_that_is_not_there_is_empty_and_is_not_made(tmp_path):
    folder = ModelDir(str(tmp_path / "none"))
    assert (folder.kept, folder.statistics) == (None, None)
    assert folder.checkpoints() == [] and folder.read_history(100) == []
    folder.check(CONFIGURATION, training=True)
    assert not os.path.exists(folder.path)


@pytest.mark.parametrize("part", ["best", "tensorboard", "best/", "./best/../best", "link"])
def test_a_part_of_another_run_is_no_folder_for_a_run(folder, monkeypatch, part):
    monkeypatch.chdir(os.path.dirname(folder.path))
    for name in ("best", "tensorboard"):
        os.mkdir(folder.join(name))
    os.symlink(folder.join("best"), folder.join("link"))
    with pytest.raises(RunError, match="is part of the run in .*run; give --model_dir=.*run, "):
        ModelDir(f"run/{part}")


def test_a_folder_may_be_called_best_where_it_is_no_part_of_a_run(tmp_path):
    (tmp_path / "best").mkdir()
    assert ModelDir(str(tmp_path / "best")).kept is None


def test_the_runs_of_train_all_are_no_folder_for_a_run(folder):
    with open(folder.join("command.json"), "w") as file:
        file.write("{}")
    with pytest.raises(RunError, match="holds the runs of tf1-rnn train-all; give one of the"):
        ModelDir(folder.path)


@pytest.mark.parametrize("name", ["config.json", "metrics.json", "report.html", "epoch.json"])
@pytest.mark.parametrize("kind, words", [("pipe", "a pipe or device"), ("folder", "a folder")])
def test_what_takes_the_place_of_a_file_is_named_before_anything_is_written(
    tmp_path, name, kind, words
):
    place = tmp_path / "run" / name
    place.parent.mkdir()
    os.mkfifo(place) if kind == "pipe" else place.mkdir()
    with pytest.raises(RunError, match=f"run/{name}: {words}; expected a"):
        ModelDir(str(tmp_path / "run"))


def test_a_file_in_the_place_of_a_folder_is_named(tmp_path):
    (tmp_path / "best").write_text("")
    with pytest.raises(RunError, match="best is a file; expected a folder"):
        ModelDir(str(tmp_path))


def test_the_configuration_comes_back(folder):
    assert folder.kept == CONFIGURATION
    assert folder.statistics == [[0.5], [1.5]]


def test_a_run_of_other_labels_is_refused_where_it_has_no_names_for_them(tmp_path):
    made = ModelDir(str(tmp_path / "run"))
    with made.locked():
        made.write_config({**CONFIGURATION, "classes": ["down", "up"]}, None)
    kept = ModelDir(made.path)
    with pytest.raises(RunError, match="names of the classes down,up, now none: give"):
        kept.check(CONFIGURATION, training=True)
    kept.check(CONFIGURATION, training=False)  # what is evaluated takes the names from the folder


@pytest.mark.parametrize("statistics", [([0], [1e-300]), ([1e39], [1]), ([0], [1e39])])
def test_statistics_that_float32_cannot_hold_are_damage(folder, statistics):
    with folder.locked():
        folder.write_config({**CONFIGURATION, "standardize": True}, statistics)
    with pytest.raises(RunError, match="config.json is damaged"):
        ModelDir(folder.path)


def test_a_flag_younger_than_the_folder_has_its_default(folder):
    with open(folder.join("config.json")) as file:
        config = json.load(file)
    del config["configuration"]["standardize"]
    with open(folder.join("config.json"), "w") as file:
        json.dump(config, file)
    assert ModelDir(folder.path).kept == CONFIGURATION


@pytest.mark.parametrize(
    "changes, training, words",
    [
        ({}, True, None),
        ({"epochs": 1}, True, None),
        ({"num_units": 3}, True, "made with --num_units=128, this run asks for --num_units=3"),
        ({"num_units": 3}, False, "made with --num_units=128, this run asks for --num_units=3"),
        ({"seed": 3}, True, "made with --seed=0, this run asks for --seed=3"),
        ({"seed": 3}, False, None),
        (
            {"standardize": True},
            False,
            "--nostandardize, this run asks for --standardize",
        ),
        ({"data": "b.npz", "data_fingerprint": "bb"}, False, None),
        (
            {"data": "b.npz", "data_fingerprint": "bb"},
            True,
            "other data: file a.npz, now b.npz; the sequences or their labels differ: give the",
        ),
        ({"data_fingerprint": "bb"}, True, "other data: the sequences or their labels differ: "),
        ({"n_classes": 3}, False, "was made with other data: classes 2, now 3: give the same"),
        (
            {"step_shape": [3, 2], "target": "number", "classes": ["a", "b"]},
            True,
            "numbers in a step 4, now 3 x 2; labels none, now numbers; names of the classes none, "
            "now a,b: give",
        ),
    ],
)
def test_what_must_agree(folder, changes, training, words):
    if words is None:
        folder.check({**CONFIGURATION, **changes}, training)
        return
    with pytest.raises(RunError) as caught:
        folder.check({**CONFIGURATION, **changes}, training)
    assert words in str(caught.value)


def test_a_run_that_does_not_train_has_no_name_for_its_data(folder):
    given = {name: value for name, value in CONFIGURATION.items() if name != "data"}
    with pytest.raises(
        RunError, match="was made with other data: numbers in a step 4, now 5: give"
    ):
        folder.check({**given, "step_shape": [5]}, False)


def test_a_user_reads_no_name_of_a_kept_value():
    assert {*model_dir.IN_WORDS, "data_fingerprint"} == {*model_dir.DATA}


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "[1]", '{"configuration": 3}'])
def test_a_damaged_configuration_is_named(folder, text):
    with open(folder.join("config.json"), "w") as file:
        file.write(text)
    with pytest.raises(RunError, match="config.json is damaged: restore it"):
        ModelDir(folder.path)


def test_what_is_no_folder_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="file is a file; expected a folder"):
        ModelDir(str(tmp_path / "file"))
    (tmp_path / "model.ckpt-3.index").write_text("")
    with pytest.raises(RunError, match="is a checkpoint; expected the folder it is in"):
        ModelDir(str(tmp_path / "model.ckpt-3"))


def test_history_comes_back_to_the_last_digit_and_ends_at_the_step(folder):
    folder.write_history(ROWS)
    assert folder.read_history(100) == ROWS
    assert folder.read_history(10) == ROWS[:2]


def test_metrics(folder):
    metrics = {"test_loss": 1 / 3, "chosen_by": None, "configuration": CONFIGURATION}
    folder.write_metrics(metrics)
    with open(folder.join("metrics.json")) as file:
        assert json.load(file) == metrics


def test_a_history_may_lack_validation_and_have_tests(folder):
    # As runs before there was a validation set left it, and how they resume.
    old = {"epoch": 1, "step": 5, "train_loss": 0.5, "test_loss": 0.25, "test_accuracy": 0.75}
    folder.write_history([old, {"epoch": 2, "step": 10, "train_loss": 0.5}])
    assert folder.read_history(100) == [old, {"epoch": 2, "step": 10, "train_loss": 0.5}]


def test_a_folder_older_than_validation_was_made_without(folder):
    with open(folder.join("config.json")) as file:
        config = json.load(file)
    for name in ("validation", "patience", "dropout", "clip_norm", "decay", "class_weights"):
        del config["configuration"][name]
    with open(folder.join("config.json"), "w") as file:
        json.dump(config, file)
    old = ModelDir(folder.path)
    assert old.kept == {**CONFIGURATION, "validation": 0.0}
    with pytest.raises(RunError, match="--validation=0.0, this run asks for --validation=0.1"):
        old.check(CONFIGURATION, training=True)
    old.check({**CONFIGURATION, "validation": 0.0}, training=True)
    with pytest.raises(RunError, match="no --clip_norm, this run asks for --clip_norm=5.0"):
        old.check({**CONFIGURATION, "validation": 0.0, "clip_norm": 5.0}, training=True)


@pytest.mark.parametrize(
    "steps, named, last", [((5, 10, 9), None, "10"), ((5, 10), "/elsewhere/model.ckpt-5", "5")]
)
def test_the_last_checkpoint_is_the_named_one_or_that_of_the_highest_step(
    folder, steps, named, last
):
    checkpoint(folder, *steps, named=named)
    found = folder.checkpoints()
    assert found[-1] == folder.join(f"model.ckpt-{last}") and len(found) == len(steps)


def test_a_named_checkpoint_that_is_not_there(folder):
    checkpoint(folder, 5, named="model.ckpt-10")
    with pytest.raises(RunError, match="names model.ckpt-10, which does not exist"):
        folder.checkpoints()


def test_only_checkpoints_of_the_history_are_its_own(folder):
    checkpoint(folder, 5, 7, 10)
    folder.write_history(ROWS)
    own = folder.own(folder.checkpoints())
    assert own == [folder.join("model.ckpt-5"), folder.join("model.ckpt-10")]


def test_what_a_killed_run_left_is_removed_and_nothing_else(folder):
    left = ["model.ckpt-5.data.tempstate3", "history.csv." + files.UNFINISHED]
    for name in [*left, "mine.writing", "notes.tempstate"]:
        open(folder.join(name), "w").close()
    folder.remove_unfinished()
    assert set(os.listdir(folder.path)) == {"config.json", "mine.writing", "notes.tempstate"}


def test_a_second_run_is_kept_out(folder):
    with folder.locked():
        with pytest.raises(RunError, match="in use by another run"), ModelDir(folder.path).locked():
            raise AssertionError("two runs in one folder")
    with ModelDir(folder.path).locked():
        pass


def test_a_folder_that_cannot_be_made_is_one_line():
    with pytest.raises(RunError, match="--model_dir=/proc/none cannot be written"):
        with ModelDir("/proc/none").locked():
            raise AssertionError("/proc was written to")
