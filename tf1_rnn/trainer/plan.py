"""What a run will do, decided before it starts: `settle(settings)` returns a frozen `Plan`."""

from __future__ import annotations

import dataclasses
import functools
import math
import os
import types
from collections.abc import Mapping

from tf1_rnn.checkpoints import restoring
from tf1_rnn.errors import RunError, UsageError
from tf1_rnn.graphs import GRAPHS
from tf1_rnn.trainer import datasets, dividing, loading, measures, sizes, targets
from tf1_rnn.trainer.datasets import Dataset
from tf1_rnn.trainer.model_dir import ModelDir
from tf1_rnn.trainer.readers.source import Source
from tf1_rnn.trainer.settings import Settings
from tf1_rnn.wording import counted

MOVING_TIME_STEPS = 4


@dataclasses.dataclass(frozen=True)
class Plan:
    """Everything that a run depends on.

    Attributes:
        settings: the `Settings` it was asked for.
        configuration: every choice that the results depend on, including those from the data.
        dataset: the checked `Dataset`, standardized if that was asked for.
        statistics: mean and deviation that it was standardized with, or None.
        model_dir: the `ModelDir`, or None where nothing is kept.
        checkpoints: prefixes of the checkpoints that the model_dir held, the last one last.
        best: the prefix of its best epoch's checkpoint, for a plan that does not train, or None.
        source: the `restoring.Source` of the checkpoint that the run starts from, or None.
    """

    settings: Settings
    configuration: Mapping
    dataset: Dataset
    statistics: tuple | None
    model_dir: ModelDir | None
    checkpoints: tuple
    best: str | None = None
    source: restoring.Source | None = None

    @property
    def cell(self) -> str:
        """The name of the graph."""
        return self.configuration["cell"]

    @property
    def n_classes(self) -> int:
        """The width of the head: the classes, or how many numbers each sequence has."""
        return self.configuration["n_classes"]

    @property
    def checkpoint(self) -> str | None:
        """The prefix of the checkpoint that the run starts from, or None."""
        return self.source and self.source.prefix

    @functools.cached_property
    def class_weights(self) -> tuple | None:
        """What each class weighs in the loss, a tuple, or None where all samples weigh the same."""
        if self.configuration["class_weights"] == "none":
            return None
        train, target = self.dataset.train_set, self.dataset.target
        return tuple(measures.balanced(train, target, self.n_classes).tolist())

    @property
    def steps_per_epoch(self) -> int:
        """Training steps in an epoch; the last may have a smaller batch."""
        return _steps_per_epoch(self.dataset, self.configuration)

    @property
    def trained(self) -> tuple[restoring.Source, ModelDir]:
        """The checkpoint that the run starts from, and the folder that holds it.

        Raises:
            LookupError: it starts from none.
        """
        if self.source is None or self.model_dir is None:
            raise LookupError("the run does not start from a checkpoint")
        return self.source, self.model_dir

    def going_on(self) -> Plan:
        """Return the plan of resuming from what the model_dir holds by now."""
        if self.model_dir is None:
            return self
        checkpoints = tuple(self.model_dir.checkpoints())
        return dataclasses.replace(self, checkpoints=checkpoints, source=_source_of(checkpoints))


def settle(settings: Settings) -> Plan:
    """Return the plan of a run: read the model_dir and the data, and write nothing.

    Args:
        settings: a `Settings` whose `check` has passed.

    Returns:
        The `Plan`.

    Raises:
        RunError: in one line, what does not fit.
    """
    model_dir = ModelDir(settings.model_dir) if settings.model_dir else None
    kept = (model_dir.kept if model_dir else None) or {}
    checkpoints = tuple(model_dir.checkpoints()) if model_dir else ()
    best = known = None
    if model_dir and not settings.training:
        _require_trained(model_dir, checkpoints)
        best, known = next(reversed(model_dir.best_checkpoints()), None), model_dir.statistics
    source = _source_of(checkpoints, best)
    choices = settings.configuration(kept)
    dataset, statistics = _load(settings, choices, kept), None
    # Of the data as given. Hashing takes a while, and is only compared with what a folder holds.
    fingerprint = dataset.fingerprint() if settings.training and settings.model_dir else None
    if settings.training:
        dataset = _with_validation(dataset, choices)
    if choices["standardize"]:
        dataset, statistics = datasets.standardize(dataset, known)
    configuration = {
        **choices,
        "n_classes": dataset.n_outputs
        if settings.training
        # From the configuration; a checkpoint that a user's script wrote has none.
        else kept.get("n_classes") or (source and source.classes()),
        "step_shape": list(dataset.step_shape),
    }
    if settings.training:
        configuration.update(_of_training(settings, choices, dataset, fingerprint))
    elif dataset.test.y is not None:
        _check_labels(dataset, configuration["n_classes"])
    if model_dir:
        model_dir.check(configuration, settings.training)
    sizes.check(configuration, settings.training)
    configuration = types.MappingProxyType(configuration)
    return Plan(settings, configuration, dataset, statistics, model_dir, checkpoints, best, source)


def _require_trained(model_dir, checkpoints):
    """Refuse a folder without a trained model."""
    if not checkpoints:
        lack = "holds no checkpoint" if os.path.isdir(model_dir.path) else "does not exist"
        raise RunError(
            f"--model_dir={model_dir.path} {lack}; train first, with --mode=train and the same "
            "--model_dir"
        )


def _source_of(checkpoints, best=None):
    """Return what a run starts from, or None: training the last, all else the best."""
    return restoring.Source(best or checkpoints[-1]) if checkpoints else None


def _with_validation(dataset, choices):
    """Return the data with the validation set that is asked for, or none."""
    if choices["class_weights"] != "none" and dataset.target == "number":
        raise UsageError(
            f"--class_weights={choices['class_weights']} is for classes; the labels are numbers"
        )
    if choices["validation"] == 0:
        return dataclasses.replace(dataset, valid=None)
    return dividing.with_validation(dataset, choices["validation"], choices["seed"])


def _of_training(settings, choices, dataset, fingerprint):
    """Return what only training adds to a configuration."""
    steps_per_epoch = _steps_per_epoch(dataset, choices)
    added = {
        "epochs": settings.enough_epochs(choices, steps_per_epoch),
        "time_steps": dataset.time_steps,
        "data": dataset.name,
        "data_fingerprint": fingerprint,
        "target": None if dataset.target == "class" else dataset.target,
        "classes": _listed(dataset.classes),
        "features": _listed(dataset.features),
    }
    return {name: value for name, value in added.items() if value is not None}


def _check_labels(dataset, n_outputs):
    """Refuse labels that the trained model cannot predict."""
    if dataset.target != "number":
        targets.check_labels(dataset.test.labels, n_outputs)
    elif dataset.n_outputs != n_outputs:
        raise RunError(
            f"y_test has {counted(dataset.n_outputs, 'number')} a sequence, the model learned "
            f"{n_outputs}; expected the same"
        )


def _listed(names):
    """Return names as JSON gives them back."""
    return None if names is None else list(names)


def _steps_per_epoch(dataset, configuration):
    return math.ceil(len(dataset.train_set) / configuration["batch_size"])


def _load(settings, choices, kept):
    """Return the data that the settings ask for, of a kind that fits the cell."""
    cell = choices["cell"]
    if settings.data is not None:
        dataset = loading.load(
            source_of(settings, choices),
            ("train", "test") if settings.training or settings.quantize == "int8" else ("test",),
            settings.mode not in ("predict", "export"),
            None if settings.training else _trained(kept),
            settings.model_dir,
        )
    else:
        dataset = _digits(settings, cell, {} if settings.training else kept)
    _check_shape(settings.data, [len(dataset.test), dataset.time_steps, *dataset.step_shape], cell)
    # An unrolled loop and an exported model are of one width.
    static = "static" in (choices["rnn"], GRAPHS[cell].options["rnn"])
    return dataset.padded() if static or settings.mode == "export" else dataset


def _digits(settings, cell, kept):
    """Return the digits that come with the package, if it is these that the model was trained on.

    Args:
        settings: the `Settings`.
        cell: its name.
        kept: the configuration of a trained model, or nothing.
    """
    if GRAPHS[cell].takes_frames:
        time_steps = settings.time_steps or kept.get("time_steps") or MOVING_TIME_STEPS
        sizes.check_moving_digits(time_steps)
        dataset = datasets.moving_digits(time_steps)
    else:
        dataset = datasets.embedded_digits()
    # A user's file may have the same name; a folder of the former version has no fingerprint.
    known = kept.get("data_fingerprint")
    is_other = known and not settings.time_steps and dataset.fingerprint() != known
    if kept and (kept.get("data") != dataset.name or is_other):
        raise UsageError(
            f"--data was not given; {settings.model_dir} was trained on "
            f"{kept.get('data')}: give --data=FILE"
        )
    return dataset


def source_of(settings: Settings, choices: Mapping) -> Source:
    """Return how to read the data; a trained model remembers its columns.

    Args:
        settings: the `Settings` of the run.
        choices: its configuration, as far as it comes from flags.
    """
    features = choices["features"]
    return Source(
        settings.data,
        sequence=choices["sequence"],
        label=choices["label"],
        features=features and tuple(features),
        split=choices["split"],
        test_path=settings.test_data,
        target=settings.target,
        stream=choices["stream"],
        remembered=tuple(
            name
            for name in ("sequence", "label", "features", "split")
            if getattr(settings, name) is None
        ),
    )


def _trained(kept):
    """Return what the model of a folder knows about its data."""
    return loading.Trained(
        target=kept.get("target", "class"),
        classes=kept.get("classes"),
        features=kept.get("features"),
        fingerprint=kept.get("data_fingerprint"),
        n_classes=kept.get("n_classes"),
    )


def _check_shape(data, shape, cell):
    """Refuse sequences of plain steps for a graph over frames, and frames for the others."""
    frames = GRAPHS[cell].takes_frames
    if frames and len(shape) != 5:
        raise RunError(
            f"{data}: x_test has shape {shape}; {cell} expects frames, [n, "
            "time_steps, height, width] or [n, time_steps, height, width, channels]: "
            "single images are one frame each, x.reshape(n, 1, height, width), and "
            "sequences of plain steps are for the other cells"
        )
    if not frames and len(shape) != 3:
        raise RunError(
            f"{data}: x_test has shape {shape}; {cell} expects [n, time_steps, "
            "length]: give frames to --cell=conv_lstm, or flatten each of them, "
            "x.reshape(n, time_steps, -1)"
        )
