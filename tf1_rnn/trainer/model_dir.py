"""A run's folder: its configuration, history, metrics and checkpoints, each written whole.

    config.json      the configuration, written before the first step
    history.csv      a row an epoch
    epoch.json       what checkpoints inside an epoch know of it: losses so far, by step
    metrics.json     the numbers of the chosen epoch, with the configuration
    best/            a checkpoint of the best epoch's model, where there is a validation set
    model.ckpt-*     TensorFlow checkpoints, the last two
    checkpoint       TensorFlow's note of which is the last
    tensorboard/     summaries for TensorBoard
    report.html      the run on one page, made at its end
    shards.csv, index.npz    of data in shards, what they are and what is known of them

The order of writes is history, best, checkpoint, metrics; the latter three belong together.
Whenever a run is killed, the checkpoint tells how far it had come: later rows are dropped when it
resumes.
"""

from __future__ import annotations

import contextlib
import csv
import glob
import io
import itertools
import json
import math
import os
import re
from collections.abc import Iterable, Iterator, Mapping

from tf1_rnn import files, inputs
from tf1_rnn.checkpoints import folder
from tf1_rnn.errors import RunError
from tf1_rnn.trainer.flags import ALWAYS, FLAGS, LARGEST, NEVER, assignment, show
from tf1_rnn.trainer.settings import OWN_FILES, of_older

# Of a history; those of the test are of runs from before there was a validation set.
COLUMNS = (
    *("epoch", "step", "train_loss", "valid_loss", "valid_accuracy", "valid_r2"),
    *("test_loss", "test_accuracy", "test_r2"),
)
REQUIRED = COLUMNS[:3]
SMALLEST = 1.2e-38  # of a float32 that can be divided by
FOLDERS = ("best", "tensorboard")
# These come from the data; True for those that shape the graph, None for a mere name.
DATA = {
    "data": None,  # the same content under another name is the same data
    "data_fingerprint": False,
    "time_steps": False,
    "step_shape": True,
    "n_classes": True,
    "target": True,
    "classes": True,
    "features": False,
}
# What those are called that the user can see, and compare.
IN_WORDS = {
    "data": "file",
    "time_steps": "time steps",
    "step_shape": "numbers in a step",
    "n_classes": "classes",
    "target": "labels",
    "classes": "names of the classes",
    "features": "features",
}
TARGETS = {
    "class": "a class for each sequence",
    "step classes": "a class for each step",
    "number": "numbers",
}

# What reading a file raises that may hold anything at all.
DAMAGE = (
    *(ValueError, LookupError, TypeError, AttributeError),
    *(OverflowError, RecursionError, csv.Error),
)


def _is_size(value):
    return type(value) is int and value > 0


def _are_names(value):
    return value is None or (isinstance(value, list) and all(type(v) is str for v in value))


# What the values that come from the data are, where they are kept.
IS_OF_DATA = {
    "data": lambda value: type(value) is str,
    "data_fingerprint": lambda value: value is None or type(value) is str,
    "time_steps": _is_size,
    "step_shape": lambda value: type(value) is list and len(value) and all(map(_is_size, value)),
    "n_classes": _is_size,
    "target": lambda value: value in ("class", "step classes", "number"),
    "classes": _are_names,
    "features": _are_names,
}


class ModelDir:
    """The folder of one run.

    Attributes:
        path: the folder.
        kept: the configuration it was made with, or None.
        statistics: mean and deviation of a standardized run, or None.
    """

    def __init__(self, path: str) -> None:
        """Read the folder, and write nothing.

        Raises:
            RunError: the path is no folder, or its config.json cannot be read.
        """
        self.path = path = os.path.normpath(path)
        if os.path.exists(path) and not os.path.isdir(path):
            raise RunError(f"--model_dir={path} is a file; expected a folder")
        if os.path.exists(path + ".index"):
            raise RunError(f"--model_dir={path} is a checkpoint; expected the folder it is in")
        _refuse_a_part_of_runs(path)
        for place in (path, self.best):
            _require_own_files(place)
        self.kept, self.statistics = self._read("config.json", _parse_config) or (None, None)

    def join(self, name: str) -> str:
        """Return the path of a file in the folder."""
        return os.path.join(self.path, name)

    def check(self, configuration: Mapping, training: bool) -> None:
        """Refuse a configuration that is not the one the folder was made with."""
        if self.kept is None:
            return
        # What training takes from the data may be lacking in this run, as names of classes are.
        lacking = [name for name in DATA if training and name not in configuration]
        other = [
            name
            for name in [*configuration, *lacking]
            if _must_agree(name, training) and configuration.get(name) != self.kept.get(name)
        ]
        if not other:
            return
        flags = [name for name in other if name not in DATA]
        if not flags:
            raise RunError(
                f"--model_dir={self.path} was made with other data: "
                f"{_differences(self.kept, configuration, other)}: give the same data, or another "
                "--model_dir"
            )
        was, now = (
            " ".join(assignment(name, values[name]) for name in flags if name in values)
            for values in (self.kept, configuration)
        )
        raise RunError(
            f"--model_dir={self.path} was made with {was}, this run asks for {now}: give "
            "the same, or another --model_dir"
        )

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Make the folder if needed and keep other training runs out of it."""
        with self.writing():
            os.makedirs(self.path, exist_ok=True)
            handle = os.open(self.path, os.O_RDONLY)
        try:
            _lock(handle, self.path)
            yield
        finally:
            os.close(handle)

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Turn a failing write into one line."""
        try:
            yield
        except OSError as error:
            raise RunError(
                f"--model_dir={self.path} cannot be written: {error.strerror or error}; "
                "earlier files are intact: free space or fix permissions, and run the same command "
                "again"
            ) from None

    def write_config(self, configuration: Mapping, statistics: tuple | None) -> None:
        """Keep the configuration, before the first step."""
        self._write(
            "config.json", _json({"configuration": dict(configuration), "statistics": statistics})
        )

    def write_metrics(self, metrics: dict) -> None:
        """Keep the numbers of a run, a dict."""
        self._write("metrics.json", _json(metrics))

    def read_history(self, step: float) -> list[dict]:
        """Return the rows up to a step; later ones belong to steps that are done again."""
        rows = self._read("history.csv", _parse_history) or []
        return [row for row in rows if row["step"] <= step]

    def write_history(self, rows: list[dict]) -> None:
        """Keep every epoch's row."""
        text = io.StringIO()
        there = {name for row in rows for name in row}
        columns = [name for name in COLUMNS if name in there]
        table = csv.DictWriter(text, columns, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
        self._write("history.csv", text.getvalue())

    def read_unfinished(self) -> dict:
        """Return by step what checkpoints inside an epoch know of it: sum of losses, sequences."""
        return self._read("epoch.json", _parse_unfinished) or {}

    def write_unfinished(self, unfinished: dict) -> None:
        """Keep what `read_unfinished` returns."""
        self._write("epoch.json", _json(unfinished))

    @property
    def best(self) -> str:
        """The folder with the checkpoint of the best epoch."""
        return self.join("best")

    def best_checkpoints(self) -> list[str]:
        """Return the prefixes of the best epoch's checkpoints, the named one last; mostly one.

        Raises:
            RunError: the file `checkpoint` of the folder is damaged, or names a missing one.
        """
        return self._checkpoints(self.best)

    def checkpoints(self) -> list[str]:
        """Return the prefixes of the complete checkpoints in the folder, the last one last.

        Raises:
            RunError: its file `checkpoint` is damaged, or names one that does not exist.
        """
        return self._checkpoints(self.path)

    def _checkpoints(self, path):
        note = os.path.join(path, "checkpoint")
        found = folder.prefixes(path)
        try:
            last = folder.named(path)
        except inputs.Unreadable as error:
            raise RunError(f"{note}: {error}") from None
        except ValueError:
            raise RunError(f"{note} is damaged: restore it, or {_instead(note, found)}") from None
        if last is not None and last not in found:
            raise RunError(
                f"--model_dir={self.path} is damaged: {note} names {os.path.basename(last)}, which "
                f"does not exist: restore it, or {_instead(note, found)}"
            )
        return found

    def own(self, prefixes: Iterable[str]) -> list[str]:
        """Return those of the checkpoints that this command wrote: it has kept their steps."""
        steps = {row["step"] for row in self.read_history(math.inf)}
        steps |= self.read_unfinished().keys()
        return [prefix for prefix in prefixes if step_of(prefix) in steps]

    def remove_unfinished(self) -> None:
        """Delete what a killed run left half written."""
        for folder_of_it in (self.path, self.best):
            for pattern in ("model.ckpt-*.tempstate*", "*" + files.UNFINISHED):
                for name in glob.glob(os.path.join(glob.escape(folder_of_it), pattern)):
                    os.remove(name)

    def _read(self, name, parse):
        if not os.path.lexists(self.join(name)):
            return None
        try:
            return parse(inputs.read(self.join(name)).decode("utf-8"))
        except inputs.Unreadable as error:
            raise RunError(f"{self.join(name)}: {error}") from None
        except DAMAGE:
            raise RunError(
                f"{self.join(name)} is damaged: restore it, or give another --model_dir"
            ) from None

    def _write(self, name, text):
        with files.writing(self.join(name)) as file:
            file.write(text)


def _differences(kept, given, other):
    """Return in words in what the data of two configurations differ, of the values `other`."""
    told = [
        f"{words} {_in_words(kept.get(name))}, now {_in_words(given.get(name))}"
        for name, words in IN_WORDS.items()
        if name in other or (name == "data" and name in given and kept.get(name) != given[name])
    ]
    if "data_fingerprint" in other and len(other) == 1:
        told.append("the sequences or their labels differ")
    return "; ".join(told)


def _in_words(value):
    if value is None:
        return "none"
    if isinstance(value, list) and value and isinstance(value[0], int):
        return " x ".join(map(str, value))
    return show(TARGETS.get(value, value) if isinstance(value, str) else value)


def _refuse_a_part_of_runs(path):
    """Refuse a folder inside another run's, and one that holds the runs of train-all."""
    name, run = os.path.basename(os.path.realpath(path)), os.path.join(path, os.pardir)
    if name in FOLDERS and os.path.isfile(os.path.join(run, "config.json")):
        run = os.path.normpath(run) if os.path.basename(path) == name else os.path.realpath(run)
        raise RunError(
            f"--model_dir={path} is part of the run in {run}; give --model_dir={run}, whose best "
            "model is evaluated, or another folder"
        )
    if os.path.isfile(os.path.join(path, "command.json")):
        raise RunError(
            f"--model_dir={path} holds the runs of tf1-rnn train-all; give one of the folders in it"
        )


def _require_own_files(place):
    """Refuse a folder in which what a run reads or writes is no regular file, or no folder."""
    try:
        names = os.listdir(place) if os.path.isdir(place) else ()
    except OSError as error:
        raise RunError(f"{place} cannot be read: {error.strerror}") from None
    for name in names:
        path = os.path.join(place, name)
        if not re.match(OWN_FILES, name) or not os.path.exists(path):
            continue
        if name in FOLDERS:
            if not os.path.isdir(path):
                raise RunError(f"{path} is a file; expected a folder")
            continue
        if name.startswith("model.ckpt") and os.path.isdir(path):
            continue  # nothing of ours
        try:
            inputs.require_regular(path)
        except inputs.Unreadable as error:
            raise RunError(f"{path}: {error}") from None


def step_of(prefix: str) -> int:
    """Return the step that a checkpoint's name ends with, or -1 where it has none."""
    step = prefix.rpartition("-")[2]
    return int(step) if step.isdecimal() else -1


def _instead(note, found):
    """Return what to do without a damaged note of the last checkpoint."""
    if not found:
        return "give another --model_dir"
    return f"remove {note} to resume from {found[-1]}"


def _parse_config(text):
    """Return the configuration and the statistics of a config.json.

    The configuration gets the defaults of flags that came after it was written.
    """
    kept = json.loads(text)
    configuration, statistics = of_older(kept["configuration"]), kept.get("statistics")
    for name, value in configuration.items():
        is_value = IS_OF_DATA.get(name) or (FLAGS[name].is_value if name in FLAGS else None)
        if is_value and not is_value(value):
            raise ValueError(f"{name} is {value}")
    if configuration["standardize"] and statistics is None:
        raise ValueError("standardized by nothing")
    if statistics is not None:
        mean, deviation = statistics
        if len(mean) != len(deviation) or not all(map(math.isfinite, [*mean, *deviation])):
            raise ValueError("statistics are two lists of numbers")
        if min(deviation) < SMALLEST or max(map(abs, [*mean, *deviation])) > LARGEST:
            raise ValueError("a deviation is positive, and all fit in float32")
    return configuration, statistics


def _parse_history(text):
    """Return the rows of a history.csv, which has the columns that its run had numbers for."""
    rows = []
    for row in csv.DictReader(io.StringIO(text)):
        numbers = {name: float(row[name]) for name in COLUMNS if row.get(name)}
        if not all(name in numbers for name in REQUIRED):
            raise ValueError("a row without one of its numbers")
        if not all(map(math.isfinite, numbers.values())):
            raise ValueError("a number that no run would keep")
        rows.append({**numbers, "epoch": int(row["epoch"]), "step": int(row["step"])})
    if any(b[name] <= a[name] for a, b in itertools.pairwise(rows) for name in ("epoch", "step")):
        raise ValueError("epochs out of order")
    return rows


def _parse_unfinished(text):
    """Return the sums of an epoch.json."""
    found = {int(step): (float(losses), int(n)) for step, (losses, n) in json.loads(text).items()}
    if not all(math.isfinite(losses) and n > 0 for losses, n in found.values()):
        raise ValueError("a number that no run would keep")
    return found


def _must_agree(name, training):
    """Return whether a run must have the value of a configuration that a folder was made with."""
    if name in DATA:
        return DATA[name] is not None and (training or DATA[name])
    return FLAGS[name].agree == ALWAYS or (training and FLAGS[name].agree != NEVER)


def _json(values):
    return json.dumps(values, indent=2) + "\n"


def _lock(handle, path):
    try:
        import fcntl
    except ImportError:  # no such locks on Windows: there two runs are the user's own care
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise RunError(
            f"--model_dir={path} is in use by another run: wait for it, or give another --model_dir"
        ) from None
