"""TFRecords of `tf.train.SequenceExample` or `tf.train.Example`, a record a sequence.

Of a SequenceExample every feature list of numbers is a feature of the steps; `--label` names a
feature of the context (one class or number a sequence) or a feature list (one a step). An Example
has no steps: the values of a feature, one after another, are taken for them.

A set may be in shards: a folder of files, or a pattern. TensorFlow reads them.
"""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import difflib
import itertools
import os
import struct
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from tf1_rnn import memory
from tf1_rnn.errors import RunError, UsageError
from tf1_rnn.trainer import data_files, targets
from tf1_rnn.trainer.dividing import listed
from tf1_rnn.trainer.readers import library
from tf1_rnn.trainer.readers.source import Samples, require_usable
from tf1_rnn.wording import counted

if TYPE_CHECKING:
    from tf1_rnn.trainer.readers.source import Source

GZIP, ZLIB = b"\x1f\x8b", (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
WHAT = "TFRecords"
TYPES = {"bytes_list": "bytes", "float_list": "float", "int64_list": "int64", None: "nothing"}


def is_tfrecord(head: bytes, size: int) -> bool:
    """Return whether a file of `size` bytes begins with a record: its length and checksum fit."""
    if len(head) < 12:
        return False
    length, check = struct.unpack("<QI", head[:12])
    return length + 16 <= size and check == _masked_crc32c(head[:8])


def compression(path: str) -> str:
    """Return how a file is compressed: "GZIP", "ZLIB" or ""."""
    with open(path, "rb") as file:
        head = file.read(2)
    return "GZIP" if head == GZIP else "ZLIB" if head in ZLIB else ""


def shards_in(folder: str) -> list[str]:
    """Return the TFRecords in a folder, those in folders named for a part included."""
    found, folders = [], [folder]
    with contextlib.suppress(OSError):  # what cannot be listed is said by whoever reads it
        inside = [entry.path for entry in os.scandir(folder) if entry.is_dir()]
        folders += [path for path in inside if data_files.part_of(os.path.basename(path))]
        for each in folders:
            found += [entry.path for entry in os.scandir(each) if _is_shard(entry)]
    return sorted(found)


def read(path: str, source: Source, labels: bool) -> Samples:
    """Return the file's sequences as `Samples`."""
    paths, survey = _files(path), Survey()
    for _, _, example in examples(paths):
        survey.add(example)
    layout = layout_of(survey)
    label = choose_label(survey, source.label, labels)
    features, notes = choose_features(survey, layout, source, label)
    values, found, files = [], [], []
    for file, number, example in examples(paths):
        with _naming(file, paths):
            values.append(steps_of(layout, example, features, number))
            files.append(file)
            if label is not None:
                found.append(label_of(survey, example, label, len(values[-1]), number))
    widths = {value.shape[1] for value in values if len(value)}
    if len(widths) > 1:
        raise RunError(
            f"its steps hold {listed(sorted(widths))} numbers; expected the same in every sequence"
        )
    # An empty sequence does not tell how wide its steps would be.
    width = widths.pop() if widths else 1
    values = [value if len(value) else np.zeros([0, width], np.float32) for value in values]
    if len({np.asarray(one).dtype.kind for one in found}) > 1:
        raise RunError(f"the label {label} is not of one type in every record; expected one")
    parts = _parts(path, files)
    if parts:
        notes.append("training and test set by the names of the files")
    notes += [f"only a part of it: {lack}" for lack in data_files.missing_shards(paths)]
    by_step = label is not None and _is_by_step(survey, label, found, values)
    return Samples(
        values,
        found if label else None,
        by_step,
        parts,
        features=tuple(features),
        notes=[*layout.notes, *notes],
    )


def describe(path: str) -> list[str]:
    """Return lines on the records: how many, and what their context and steps hold."""
    paths, survey = _files(path), Survey()
    for _, _, example in examples(paths):
        survey.add(example)
    kind = "SequenceExample" if survey.lists else "Example"
    lines = [f"{counted(survey.records, 'record')} of tf.train.{kind}"]
    if len(paths) > 1:
        lines[0] += f" in {len(paths):,} files"
    head = "context   " if survey.lists else "feature   "
    for name, feature in sorted(survey.context.items()):
        lines.append(f"{head}{name}: {feature.text(survey.records)}")
    for name, feature in sorted(survey.lists.items()):
        lines.append(f"sequence  {name}: {feature.text(survey.records)}")
    return lines


def _is_shard(entry):
    """Return whether an entry of a folder is a file that begins with a record."""
    if not entry.is_file() or entry.name.startswith("."):
        return False
    try:
        with open(entry.path, "rb") as file:
            head, size = file.read(12), os.fstat(file.fileno()).st_size
    except OSError:
        return False
    suffixed = any(word in entry.name.lower() for word in (".tfrec", "-of-"))
    return is_tfrecord(head, size) or (suffixed and head[:2] in (b"", GZIP, *ZLIB))


def _files(path):
    """Return the files that a path names: one, those of a folder, or those of a pattern."""
    paths, asks_for_all = [path], False
    if os.path.isdir(path):
        paths, asks_for_all = shards_in(path), True
    elif data_files.is_pattern(path):
        paths, asks_for_all = data_files.matching(path), "[" not in path
    for lack in data_files.missing_shards(paths) if asks_for_all else ():
        raise RunError(f"{lack}; expected all, or a pattern as train-0000[0-2]-of-00004")
    return paths


def _parts(folder, files):
    """Return the part of each sequence, where files of a folder are named for theirs, or None."""
    if not os.path.isdir(folder):
        return None
    names = {file: os.path.relpath(file, folder).split(os.sep)[::-1] for file in set(files)}
    parts = {
        file: next(filter(None, map(data_files.part_of, name)), None)
        for file, name in names.items()
    }
    if set(parts.values()) in ({None}, {"train"}):
        return None
    unnamed = next((file for file, part in parts.items() if part is None), None)
    if unnamed is not None:
        raise RunError(
            f"{os.path.relpath(unnamed, folder)} is not named for training or the test, as "
            "other files are; expected names with train, test or valid"
        )
    return [parts[file] for file in files]


@contextlib.contextmanager
def _naming(file, files):
    """Let an error name the file that it is about, where there are several."""
    try:
        yield
    except RunError as error:
        if len(files) == 1:
            raise
        raise RunError(f"{os.path.basename(file)}: {error}") from None


@dataclasses.dataclass
class _Feature:
    """What all records together hold for one feature.

    Attributes:
        types: names of the types that were met.
        sizes: numbers of values, of one step where it is a feature list.
        steps: numbers of steps of a feature list.
        records: how many records have it.
    """

    types: set = dataclasses.field(default_factory=set)
    sizes: set = dataclasses.field(default_factory=set)
    steps: set = dataclasses.field(default_factory=set)
    records: int = 0

    def is_numeric(self):
        """Return whether it holds only numbers."""
        return bool(self.types) and self.types <= {"float", "int64"}

    def is_series(self):
        """Return whether it holds several numbers in some record, as the steps of an Example."""
        return self.is_numeric() and max(self.sizes) > 1

    def text(self, records):
        """Return the feature in words."""
        parts = [" or ".join(sorted(self.types)) or "nothing"]
        if self.steps:
            parts.append(f"steps {_range(self.steps)}, size of a step {_range(self.sizes)}")
        else:
            parts.append(f"size {_range(self.sizes)}")
        if self.records < records:
            parts.append(f"in {self.records:,} of the records")
        return ", ".join(parts)


class Survey:
    """The features in a file's records."""

    def __init__(self):
        self.records = 0
        self.context = collections.defaultdict(_Feature)
        self.lists = collections.defaultdict(_Feature)

    def add(self, example):
        """Count a record in."""
        self.records += 1
        for name, feature in example.context.feature.items():
            self._count(self.context[name], [feature])
        for name, steps in example.feature_lists.feature_list.items():
            self._count(self.lists[name], steps.feature)
            self.lists[name].steps.add(len(steps.feature))

    def _count(self, known, features):
        known.records += 1
        for feature in features:
            kind = feature.WhichOneof("kind")
            known.types.add(TYPES[kind])
            known.sizes.add(len(getattr(feature, kind).value) if kind else 0)


def _range(numbers):
    if not numbers:
        return "0"
    low, high = min(numbers), max(numbers)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def examples(paths: list[str], most: int | None = None) -> Iterator[tuple]:
    """Yield the file, the number in it, and the message of every record.

    Args:
        paths: the files.
        most: how many records, or None for all, which must fit into memory.
    """
    tf = library.load("tensorflow.compat.v1", WHAT, "tensorflow")
    shortage = most is None and memory.shortage(2 * sum(map(os.path.getsize, paths)))
    if shortage:
        raise RunError(f"too large: reading it {shortage}")
    room = memory.available()
    for path in paths:
        records = itertools.islice(_records(tf, path), most)
        for number in itertools.count(1):
            with _naming(path, paths), library.reading(WHAT):
                record = next(records, None)
                if record is None:
                    break
                if room is not None:
                    room -= 2 * len(record)
                    if room < 0:
                        raise RunError("too large: its records do not fit in the free memory")
                # An Example is a SequenceExample that has only a context.
                example = tf.train.SequenceExample.FromString(record)
            yield path, number, example


def _records(tf, path):
    kind = getattr(tf.io.TFRecordCompressionType, compression(path) or "NONE")
    # The iterator says by a log line that a newer one exists; it is the one that needs no session.
    level = tf.logging.get_verbosity()
    tf.logging.set_verbosity(tf.logging.ERROR)
    try:
        return iter(tf.io.tf_record_iterator(path, tf.io.TFRecordOptions(kind)))
    finally:
        tf.logging.set_verbosity(level)


@dataclasses.dataclass(frozen=True)
class Layout:
    """Where the records have their steps.

    Attributes:
        features: what each name holds, a dict of `_Feature`.
        word: what they are called in a message.
        notes: lines for a report.
        steps: a function of a record and a name that returns its steps, lists of numbers.
    """

    features: dict
    word: str
    notes: list
    steps: Callable


def layout_of(survey: Survey) -> Layout:
    """Return the `Layout` of the records."""
    if not survey.records:
        raise RunError("holds no records")
    if survey.lists:
        return Layout(survey.lists, "feature list", [], _steps_of_lists)
    if not any(feature.is_series() for feature in survey.context.values()):
        names = listed(sorted(survey.context), 20)
        raise RunError(
            f"holds tf.train.Example without a feature of several numbers; features: "
            f"{names or 'none'}; expected one whose values are the steps, or SequenceExample"
        )
    notes = ["tf.train.Example: each value of a feature is read as a step"]
    series = {name: each for name, each in survey.context.items() if each.is_series()}
    return Layout(series, "feature", notes, _steps_of_values)


def _steps_of_lists(example, name):
    return [_numbers(step) for step in example.feature_lists.feature_list[name].feature]


def _steps_of_values(example, name):
    features = example.context.feature
    return [[value] for value in _numbers(features[name])] if name in features else []


def choose_label(survey: Survey, label: str | None, needed: bool) -> str | None:
    """Return the name of the label, or None without one.

    Args:
        survey: a `Survey`.
        label: the name that was given, or None.
        needed: whether there must be one.
    """
    names = sorted({*survey.context, *survey.lists})
    if label is None:
        if needed:
            raise UsageError(
                "needs --label=FEATURE, the feature to predict; "
                + ("context features: " if survey.lists else "features: ")
                + (listed(sorted(survey.context), 20) or "none")
                + ("; sequence features: " + listed(sorted(survey.lists), 20)) * bool(survey.lists)
            )
        return None
    if label not in names:
        if not needed:
            return None
        near = difflib.get_close_matches(label, names, 1, 0.6)
        raise UsageError(
            f"--label={label}: no such feature; features: {listed(names, 20)}"
            + (f"; did you mean {near[0]}?" if near else "")
        )
    return label


def choose_features(
    survey: Survey, layout: Layout, source: Source, label: str | None
) -> tuple[list[str], list[str]]:
    """Return the names of the features to learn from, those of the source or all, and notes."""
    lists, word = sorted(layout.features), layout.word
    if source.features is None:
        chosen = [name for name in lists if name != label and layout.features[name].is_numeric()]
        if not chosen:
            raise RunError(
                f"has no {word} of numbers other than the label; {word}s: {listed(lists, 20)}"
            )
    else:
        chosen = list(source.features)
        for name in chosen:
            if name not in lists:
                raise source.without_feature(name, word, listed(lists, 20))
            if not layout.features[name].is_numeric():
                raise UsageError(f"--features={name}: holds bytes; expected numbers")
    names = dict.fromkeys([*lists, *sorted(survey.context)])
    unused = [name for name in names if name not in (*chosen, label)]
    notes = [f"features: {listed(chosen, 20)}"]
    return chosen, notes + ([f"not used: {listed(unused, 20)}"] if unused else [])


def _numbers(feature):
    kind = feature.WhichOneof("kind")
    return getattr(feature, kind).value if kind else ()


def steps_of(layout: Layout, example: Any, names: list[str], number: int) -> np.ndarray:
    """Return a record's steps, `[steps, numbers]`; those of several lists side by side."""
    columns = []
    for name in names:
        steps = layout.steps(example, name)
        if len({len(step) for step in steps}) > 1:
            raise RunError(
                f"record {number} has steps of different sizes in {name}; expected one size"
            )
        columns.append(np.array(steps, np.float64).reshape(len(steps), -1 if steps else 0))
    if len({len(column) for column in columns}) > 1:
        sizes = ", ".join(f"{n} {len(c)}" for n, c in zip(names, columns, strict=True))
        raise RunError(
            f"record {number} has {layout.word}s of different lengths: {sizes}; expected one "
            "number of steps, or --features=NAME to choose"
        )
    values = np.concatenate(columns, 1)
    require_usable(values, f"record {number}")
    return values


def label_of(survey: Survey, example: Any, label: str, steps: int, number: int) -> Any:
    """Return a record's label: one a step for a feature list, otherwise the feature's value."""
    if label in survey.lists:
        return _step_labels(example, label, steps, number)
    feature = example.context.feature
    values = _label_values(feature[label]) if label in feature else ()
    if len(values) == 1:
        return values[0]
    # One-hot rows, several numbers, or one a step; all records alike.
    if survey.lists or not values or survey.context[label].sizes == {1}:
        raise RunError(
            f"record {number} has {len(values)} values of the label {label}; expected one"
        )
    return np.array(values)


def _is_by_step(survey, label, found, values):
    """Return whether labels are those of steps; refuse those of different sizes."""
    if label in survey.lists or all(np.ndim(one) == 0 for one in found):
        return label in survey.lists
    sizes = [np.size(one) for one in found]
    if sizes == [len(steps) for steps in values]:
        rows = np.stack(found) if len(set(sizes)) == 1 else None
        # One-hot rows of as many classes as steps could be either; who checks labels says so.
        return rows is None or rows.dtype.kind == "U" or not targets.is_one_hot(rows).all()
    if len(set(sizes)) > 1:
        raise RunError(
            f"the label {label} has {min(sizes)} to {max(sizes)} values; expected one in every "
            "record, one a step, or one-hot rows"
        )
    return False


def _step_labels(example, label, steps, number):
    values = [
        value
        for feature in example.feature_lists.feature_list[label].feature
        for value in _label_values(feature)
    ]
    if len(values) != steps:
        raise RunError(
            f"record {number} has {len(values)} values of the label {label} for {steps} steps; "
            "expected one a step"
        )
    return np.array(values) if values else np.array([], np.int64)


def _label_values(feature):
    values = _numbers(feature)
    if feature.WhichOneof("kind") == "bytes_list":
        return [value.decode("utf-8", "replace") for value in values]
    return values


def _masked_crc32c(data):
    """Return the checksum that TFRecords have: CRC-32C, rotated and shifted."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
