"""What is settled before a run starts, from flags, data and the folder; and that it stays so."""

import dataclasses
import os

import numpy as np
import pytest

from tf1_rnn.errors import RunError, UsageError
from tf1_rnn.trainer import loading, plan
from tf1_rnn.trainer.model_dir import ModelDir
from tf1_rnn.trainer.settings import Settings


def save(path, n=20, shape=(5, 2), classes=2, **changes):
    random = np.random.RandomState(0)
    arrays = {
        "x_train": random.randn(n, *shape) + 3,
        "y_train": np.arange(n) % classes,
        "x_test": random.randn(8, *shape) + 3,
        "y_test": np.arange(8) % classes,
        **changes,
    }
    np.savez(path, **{name: array for name, array in arrays.items() if array is not None})
    return str(path)


@pytest.fixture
def data(tmp_path):
    return save(tmp_path / "data.npz")


def trained(folder, settled):
    """Make a folder as a run of the plan leaves it; the checkpoint is only a name."""
    made = ModelDir(str(folder))
    with made.locked():
        made.write_config(settled.configuration, settled.statistics)
    (folder / "model.ckpt-3.index").write_text("")
    return str(folder)


def test_training(data):
    settled = plan.settle(Settings(cell="gru", data=data, batch_size=8))
    assert dict(settled.configuration) == {
        **Settings(cell="gru", batch_size=8).configuration(),
        "epochs": 600,  # 3 steps an epoch, 1,800 at least
        "n_classes": 2,
        "step_shape": [2],
        "time_steps": 5,
        "data": "data.npz",
    }
    assert (settled.cell, settled.n_classes, settled.steps_per_epoch) == ("gru", 2, 3)
    assert settled.model_dir is settled.checkpoint is settled.statistics is None


def test_a_plan_is_frozen(data):
    settled = plan.settle(Settings(cell="gru", data=data))
    with pytest.raises(dataclasses.FrozenInstanceError):
        settled.dataset = None
    with pytest.raises(TypeError):
        settled.configuration["epochs"] = 1


def test_planning_writes_nothing(data, tmp_path):
    settled = plan.settle(Settings(cell="gru", data=data, model_dir=str(tmp_path / "run")))
    assert not os.path.exists(settled.model_dir.path)
    # Of the data as they were given, whatever is held out of them.
    assert settled.configuration["data_fingerprint"] == loading.load(data).fingerprint()
    assert len(settled.dataset.train) == 18 and len(settled.dataset.valid) == 2


def test_a_folder_gives_what_is_not_asked_for(data, tmp_path):
    first = plan.settle(Settings(cell="gru", data=data, num_units=5, standardize=True))
    folder = trained(tmp_path / "run", first)
    new = save(tmp_path / "new.npz", x_train=None, y_train=None, y_test=None)
    settled = plan.settle(Settings(mode="predict", data=new, model_dir=folder))
    assert settled.cell == "gru" and settled.configuration["num_units"] == 5
    assert settled.n_classes == 2 and settled.dataset.test.y is None
    assert settled.checkpoint == os.path.join(folder, "model.ckpt-3")
    # By the training set's statistics, not by its own.
    x = (np.load(new)["x_test"] - first.statistics[0]) / first.statistics[1]
    np.testing.assert_allclose(settled.dataset.test.x, x, rtol=1e-5, atol=1e-6)


def test_more_epochs_may_be_asked_for_and_nothing_else(data, tmp_path):
    flags = {"cell": "gru", "data": data, "epochs": 1}
    folder = trained(tmp_path / "run", plan.settle(Settings(**flags, model_dir=str(tmp_path))))
    settled = plan.settle(Settings(**{**flags, "epochs": 9}, model_dir=folder))
    assert settled.configuration["epochs"] == 9 and settled.checkpoints
    with pytest.raises(RunError, match="--seed=0, this run asks for --seed=1"):
        plan.settle(Settings(**flags, seed=1, model_dir=folder))


@pytest.mark.parametrize("mode", ["eval", "predict"])
def test_nothing_to_read_from(data, tmp_path, mode):
    with pytest.raises(RunError, match="does not exist; train first"):
        plan.settle(Settings(mode=mode, cell="gru", data=data, model_dir=str(tmp_path / "none")))


def test_labels_that_were_not_trained(data, tmp_path):
    folder = trained(tmp_path / "run", plan.settle(Settings(cell="gru", data=data)))
    other = save(tmp_path / "other.npz", y_test=np.full(8, 2))
    with pytest.raises(RunError, match="y_test holds the label 2; expected 0 to 1"):
        plan.settle(Settings(mode="eval", data=other, model_dir=folder))


@pytest.mark.parametrize("name", ["data.npz", "mydigits.npz", "moving digits", "digits"])
def test_a_folder_of_other_data_does_not_fall_back_on_the_digits(name, tmp_path):
    data = save(tmp_path / "data.npz")
    os.rename(data, tmp_path / name)
    settled = plan.settle(Settings(cell="gru", data=str(tmp_path / name), model_dir=str(tmp_path)))
    folder = trained(tmp_path / "run", settled)
    with pytest.raises(UsageError, match=f"was trained on {name}: give --data=FILE"):
        plan.settle(Settings(mode="eval", model_dir=folder))


@pytest.mark.parametrize(
    "flags, name, shape",
    [
        ({"cell": "lstm"}, "digits", (8, 8)),
        ({"cell": "conv_lstm"}, "moving digits", (plan.MOVING_TIME_STEPS, 28, 28, 1)),
        ({"cell": "conv_lstm", "time_steps": 2}, "moving digits", (2, 28, 28, 1)),
    ],
)
def test_without_data_it_is_the_digits(flags, name, shape):
    settled = plan.settle(Settings(**flags))
    assert settled.dataset.name == settled.configuration["data"] == name
    assert settled.dataset.train.x.shape[1:] == shape
    assert (settled.n_classes, settled.steps_per_epoch) == (10, 41)


def test_moving_digits_are_as_long_as_those_that_were_trained_on(tmp_path):
    first = plan.settle(Settings(cell="conv_lstm", time_steps=2))
    folder = trained(tmp_path / "run", first)
    assert plan.settle(Settings(mode="eval", model_dir=folder)).dataset.time_steps == 2


@pytest.mark.parametrize(
    "cell, shape, words",
    [
        ("conv_lstm", (5, 2), "conv_lstm expects frames"),
        ("gru", (5, 4, 4), "gru expects .n, time_steps, length."),
    ],
)
def test_data_of_another_kind(tmp_path, cell, shape, words):
    with pytest.raises(RunError, match=words):
        plan.settle(Settings(cell=cell, data=save(tmp_path / "data.npz", shape=shape)))


def test_a_plan_reads_the_data_once(data, monkeypatch):
    read, times = loading.load, []
    monkeypatch.setattr(loading, "load", lambda *a, **k: times.append(1) or read(*a, **k))
    plan.settle(Settings(cell="gru", data=data))
    assert len(times) == 1


def test_a_validation_set_of_the_file_takes_the_place_of_a_fraction(tmp_path):
    x = np.full([3, 5, 2], 7.0)
    data = save(tmp_path / "data.npz", x_valid=x, y_valid=np.array([0, 1, 1]))
    settled = plan.settle(Settings(cell="gru", data=data, validation=0.5))
    assert len(settled.dataset.train) == 20
    np.testing.assert_array_equal(settled.dataset.valid.x, x)
    assert plan.settle(Settings(cell="gru", data=data, validation=0.0)).dataset.valid is None


def test_statistics_are_those_of_what_is_trained_on(data):
    settled = plan.settle(Settings(cell="gru", data=data, standardize=True))
    values = settled.dataset.train.valid_values()
    np.testing.assert_allclose(values.mean(0), 0, atol=1e-5)
    assert np.abs(settled.dataset.valid.valid_values().mean(0)).max() > 1e-3


def test_the_best_is_what_is_read_and_the_last_what_training_goes_on_from(data, tmp_path):
    first = plan.settle(Settings(cell="gru", data=data, model_dir=str(tmp_path)))
    folder = trained(tmp_path / "run", first)
    (tmp_path / "run" / "best").mkdir()
    (tmp_path / "run" / "best" / "model.ckpt-2.index").write_text("")
    read = plan.settle(Settings(mode="eval", data=data, model_dir=folder))
    assert read.checkpoint == os.path.join(folder, "best", "model.ckpt-2")
    again = plan.settle(Settings(cell="gru", data=data, model_dir=folder))
    assert again.checkpoint == os.path.join(folder, "model.ckpt-3")


def test_a_plan_goes_on_from_what_the_folder_holds_by_then(data, tmp_path):
    settled = plan.settle(Settings(cell="gru", data=data, model_dir=str(tmp_path / "run")))
    assert settled.checkpoint is None and settled.checkpoints == ()
    folder = trained(tmp_path / "run", settled)
    later = settled.going_on()
    assert later.checkpoint == later.checkpoints[-1] == os.path.join(folder, "model.ckpt-3")
    assert later.configuration is settled.configuration and settled.checkpoint is None


def test_class_weights(tmp_path):
    y = np.array([0] * 16 + [1] * 4)
    data = save(tmp_path / "data.npz", y_train=y)
    assert plan.settle(Settings(cell="gru", data=data)).class_weights is None
    settled = plan.settle(Settings(cell="gru", data=data, class_weights="balanced", validation=0.0))
    assert settled.class_weights == (20 / 16 / 2, 20 / 4 / 2)
    numbers = save(tmp_path / "numbers.npz", y_train=y + 0.5, y_test=np.arange(8) + 0.5)
    with pytest.raises(RunError, match="--class_weights=balanced is for classes; the labels are"):
        plan.settle(Settings(cell="gru", data=numbers, class_weights="balanced"))
