"""TFRecords of `tf.train.SequenceExample`, a record a sequence, read by TensorFlow.

Every feature list of numbers is a feature of the steps; `--label` names a feature of the context
(one class or number a sequence) or a feature list (one a step).
"""

import collections
import dataclasses
import difflib
import os
import struct

import numpy as np

from tf1_rnn import memory
from tf1_rnn.errors import RunError
from tf1_rnn.trainer.dividing import listed
from tf1_rnn.trainer.readers import library
from tf1_rnn.trainer.readers.source import Samples

GZIP, ZLIB = b"\x1f\x8b", (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
WHAT = "TFRecords"
TYPES = {"bytes_list": "bytes", "float_list": "float", "int64_list": "int64", None: "nothing"}


def is_tfrecord(head, size):
    """Return whether a file of `size` bytes begins with a record: its length and checksum fit."""
    if len(head) < 12:
        return False
    length, check = struct.unpack("<QI", head[:12])
    return length + 16 <= size and check == _masked_crc32c(head[:8])


def read(path, source, labels):
    """Return the file's sequences as `Samples`."""
    survey = _Survey()
    for example in _examples(path):
        survey.add(example)
    _require_sequences(survey)
    label = _label(survey, source.label, labels)
    features, notes = _features(survey, source.features, label)
    by_step = label in survey.lists
    values, found = [], []
    for number, example in enumerate(_examples(path), 1):
        values.append(_values(example, features, number))
        if label is None:
            continue
        if by_step:
            found.append(_step_labels(example, label, len(values[-1]), number))
        else:
            found.append(_context_label(example, label, number))
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
    found = found if label else None
    return Samples(values, found, by_step, features=tuple(features), notes=notes)


def describe(path):
    """Return lines on the records: how many, and what their context and steps hold."""
    survey = _Survey()
    for example in _examples(path):
        survey.add(example)
    kind = "tf.train.SequenceExample" if survey.lists else "tf.train.Example, no feature lists"
    lines = [f"{survey.records:,} records of {kind}"]
    for name, feature in sorted(survey.context.items()):
        lines.append(f"context   {name}: {feature.text(survey.records)}")
    for name, feature in sorted(survey.lists.items()):
        lines.append(f"sequence  {name}: {feature.text(survey.records)}")
    return lines


@dataclasses.dataclass
class _Feature:
    """What all records together hold under one name.

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
        """Return whether it holds numbers alone."""
        return bool(self.types) and self.types <= {"float", "int64"}

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


class _Survey:
    """What features a file's records hold."""

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


def _examples(path):
    """Yield the records of a file, parsed."""
    tf = library.load("tensorflow.compat.v1", WHAT, "tensorflow")
    shortage = memory.shortage(2 * os.path.getsize(path))
    if shortage:
        raise RunError(f"too large: reading it {shortage}")
    room = memory.available()
    records = _records(tf, path)
    while True:
        with library.reading(WHAT):
            record = next(records, None)
            if record is None:
                return
            if room is not None:
                room -= 2 * len(record)
                if room < 0:
                    raise RunError("too large: its records do not fit in the free memory")
            example = tf.train.SequenceExample.FromString(record)
        yield example


def _records(tf, path):
    with open(path, "rb") as file:
        head = file.read(2)
    kinds = tf.io.TFRecordCompressionType
    kind = kinds.GZIP if head == GZIP else kinds.ZLIB if head in ZLIB else kinds.NONE
    # The iterator says by a log line that a newer one exists; it is the one that needs no session.
    level = tf.logging.get_verbosity()
    tf.logging.set_verbosity(tf.logging.ERROR)
    try:
        return iter(tf.io.tf_record_iterator(path, tf.io.TFRecordOptions(kind)))
    finally:
        tf.logging.set_verbosity(level)


def _require_sequences(survey):
    if not survey.records:
        raise RunError("holds no records")
    if not survey.lists:
        names = listed(sorted(survey.context), 20)
        raise RunError(
            "holds tf.train.Example, not SequenceExample: no feature lists, features "
            f"{names or 'none'}; expected a feature list, a feature for each step"
        )


def _label(survey, label, needed):
    names = sorted({*survey.context, *survey.lists})
    if label is None:
        if needed:
            raise RunError(
                "needs --label=FEATURE, what is to be learned; context features: "
                f"{listed(sorted(survey.context), 20) or 'none'}; sequence features: "
                f"{listed(sorted(survey.lists), 20)}"
            )
        return None
    if label not in names:
        if not needed:
            return None
        near = difflib.get_close_matches(label, names, 1, 0.6)
        raise RunError(
            f"--label={label}: no such feature; features: {listed(names, 20)}"
            + (f"; did you mean {near[0]}?" if near else "")
        )
    return label


def _features(survey, asked, label):
    """Return the names of the feature lists to learn from, and notes."""
    lists = sorted(survey.lists)
    if asked is None:
        chosen = [name for name in lists if name != label and survey.lists[name].is_numeric()]
        if not chosen:
            raise RunError(f"has no feature list of numbers; feature lists: {listed(lists, 20)}")
    else:
        chosen = list(asked)
        for name in chosen:
            if name not in lists:
                raise RunError(
                    f"--features={name}: no such feature list; feature lists: {listed(lists, 20)}"
                )
            if not survey.lists[name].is_numeric():
                raise RunError(f"--features={name}: holds bytes; expected numbers")
    unused = [name for name in [*lists, *sorted(survey.context)] if name not in (*chosen, label)]
    notes = [f"features: {listed(chosen, 20)}"]
    return chosen, notes + ([f"not used: {listed(unused, 20)}"] if unused else [])


def _numbers(feature):
    kind = feature.WhichOneof("kind")
    return getattr(feature, kind).value if kind else ()


def _values(example, names, number):
    """Return a record's steps, `[steps, numbers]`; those of several lists beside each other."""
    columns = []
    for name in names:
        steps = [_numbers(step) for step in example.feature_lists.feature_list[name].feature]
        if len({len(step) for step in steps}) > 1:
            raise RunError(
                f"record {number} has steps of different sizes in {name}; expected one size"
            )
        columns.append(np.array(steps, np.float64).reshape(len(steps), -1 if steps else 0))
    if len({len(column) for column in columns}) > 1:
        sizes = ", ".join(f"{n} {len(c)}" for n, c in zip(names, columns, strict=True))
        raise RunError(
            f"record {number} has feature lists of different lengths: {sizes}; expected one "
            "number of steps, or --features=NAME to choose"
        )
    values = np.concatenate(columns, 1)
    bad = ~np.isfinite(values)
    if bad.any():
        step = int(np.argwhere(bad)[0][0])
        raise RunError(
            f"record {number} holds NaN or infinity at step {step + 1}; expected finite numbers: "
            "leave that sequence out"
        )
    return values


def _context_label(example, label, number):
    feature = example.context.feature
    values = _label_values(feature[label]) if label in feature else ()
    if len(values) != 1:
        raise RunError(
            f"record {number} has {len(values)} values of the label {label}; expected one"
        )
    return values[0]


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
