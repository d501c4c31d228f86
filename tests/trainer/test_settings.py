"""What was asked for: defaults, what a model_dir adds, and flags that do not fit each other."""

import dataclasses

import pytest

from tf1_rnn.errors import UsageError
from tf1_rnn.graphs import GRAPHS
from tf1_rnn.trainer.flags import CONFIGURED, FLAGS
from tf1_rnn.trainer.settings import Settings, defaults


def test_there_is_a_field_for_every_flag():
    assert [field.name for field in dataclasses.fields(Settings)] == list(FLAGS)


def test_what_is_not_given_is_none_or_its_default():
    settings = Settings()
    assert (settings.mode, settings.fast, settings.verbose) == ("train", False, False)
    assert all(getattr(settings, name) is None for name in CONFIGURED)


def test_settings_are_frozen_and_know_no_other_flags():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().cell = "gru"
    with pytest.raises(TypeError, match="num_unit"):
        Settings(num_unit=3)


@pytest.mark.parametrize("cell", GRAPHS)
def test_the_configuration_holds_every_option_of_the_cell_and_no_other(cell):
    configuration = Settings(cell=cell).configuration()
    options = {name for graph in GRAPHS.values() for name in graph.options}
    assert set(configuration) & options == set(GRAPHS[cell].options)
    assert configuration["cell"] == cell
    assert configuration == {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in defaults(cell).items()
    }


KEPT = Settings(cell="gru", num_units=5, batch_size=7, standardize=True).configuration()


@pytest.mark.parametrize(
    "given, expected",
    [
        ({"mode": "eval"}, KEPT),
        ({"mode": "predict", "cell": "gru", "num_units": 6}, {**KEPT, "num_units": 6}),
        ({"mode": "eval", "standardize": False}, {**KEPT, "standardize": False}),
        # Another cell's sizes mean nothing to this one.
        ({"mode": "eval", "cell": "lstm"}, Settings(cell="lstm").configuration()),
        # Training takes nothing from the folder, and is refused where it differs.
        ({"cell": "gru"}, Settings(cell="gru").configuration()),
    ],
)
def test_evaluation_takes_what_is_not_given_from_the_folder(given, expected):
    assert Settings(**given).configuration(KEPT) == expected


@pytest.mark.parametrize("kept", [None, {}, {"num_units": 3}])
def test_a_cell_that_is_named_nowhere(kept):
    with pytest.raises(UsageError, match="--cell was not given, and --model_dir=x does not"):
        Settings(mode="eval", model_dir="x").configuration(kept)


def test_options_are_held_against_the_folders_cell():
    with pytest.raises(UsageError, match="--kernel_shape is not an option of --cell=gru"):
        Settings(mode="eval", model_dir="x", kernel_shape=(3, 3)).configuration(KEPT)


@pytest.mark.parametrize(
    "given, words",
    [
        ({"cell": "gru", "learning_rate": 0.0}, "--learning_rate=0.0; expected a positive number"),
        ({"cell": "multi_lstm", "multi_units": ()}, "--multi_units=; expected positive sizes"),
        ({"cell": "conv_lstm", "kernel_shape": (3, 3, 3)}, "expected two positive sizes, as 3,3"),
        ({"cell": "gru", "output": "x"}, "given with --mode=train; expected --mode=predict"),
        ({"mode": "eval"}, "expected --model_dir=FOLDER"),
        ({"cell": "gru", "validation": 1.0}, "--validation=1.0; expected a fraction of the train"),
        (
            {"cell": "gru", "dropout": 1.0},
            "--dropout=1.0; expected a fraction, at least 0",
        ),
        (
            {"cell": "gru", "decay": 1.5},
            "--decay=1.5; expected a factor greater than 0",
        ),
        ({"cell": "gru", "clip_norm": 0.0}, "--clip_norm=0.0; expected a positive number"),
        ({"cell": "gru", "patience": 3, "validation": 0.0}, "--patience=3 was given with"),
    ],
)
def test_what_does_not_fit_is_refused(given, words):
    with pytest.raises(UsageError, match=words):
        Settings(**given).check()


def test_what_fits_is_not_refused(tmp_path):
    Settings(cell="multi_lstm", multi_units=(3,), learning_rate=1e-9).check()
    Settings(mode="predict", model_dir="x", output=str(tmp_path / "y.csv")).check()
    Settings(cell="conv_lstm", time_steps=3).check()


@pytest.mark.parametrize("backups, workers", [(0, 1), (1, 2), (3, 4)])
def test_fewer_backup_workers_than_workers(backups, workers):
    Settings(cell="gru", backup_workers=backups).check_workers(workers)


@pytest.mark.parametrize("backups, workers", [(1, 1), (2, 2), (5, 2)])
def test_as_many_backup_workers_as_workers(backups, workers):
    with pytest.raises(UsageError, match=f"--backup_workers={backups} of {workers} worker"):
        Settings(cell="gru", backup_workers=backups).check_workers(workers)
