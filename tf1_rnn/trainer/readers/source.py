"""Where data are, how to read them, and what a reader returns."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence

import numpy as np

from tf1_rnn import memory
from tf1_rnn.errors import RunError, UsageError

PARTS = ("train", "test", "valid")


@dataclasses.dataclass(frozen=True)
class Source:
    """Data as the command line names them; None is a flag that was not given.

    Attributes:
        path: a file, or a folder of frames.
        sequence: of tables, the column that tells the sequences apart.
        label: the column, attribute or feature to be learned.
        features: the columns or features to learn from, in that order; None for all others.
        remembered: names of attributes that are a trained model's rather than the command line's.
        split: of tables, the column that says which sequences are for training, which for test.
        test_path: a second file that holds the test set.
        stream: whether shards are read piece by piece.
        target: "class", "steps" or "number", where type and shape of the labels do not tell it.
    """

    path: str
    sequence: str | None = None
    label: str | None = None
    features: tuple | None = None
    split: str | None = None
    test_path: str | None = None
    target: str | None = None
    stream: bool | None = None
    remembered: tuple = ()

    def without_feature(self, name: str, what: str, others: str) -> RunError:
        """Return the error on one of `features` that the data do not have.

        Args:
            name: the feature.
            what: what it is called there, as "column".
            others: those that there are.
        """
        if "features" in self.remembered:
            return RunError(
                f"has no {what} {name}, which the model is trained on; {what}s: {others}"
            )
        return UsageError(f"--features={name}: no such {what}; {what}s: {others}")


@dataclasses.dataclass
class Content:
    """Arrays by name as in an `.npz`, in whatever type the file has them.

    Attributes:
        arrays: `x_train`, `y_train`, `lengths_train`, the same of `test` and `valid`, and others.
        left_out: names of what is no array of numbers or text, with the reason.
        notes: lines for a report.
        features: names of the features, or None.
        classes: names of the classes in their order, or None where only the labels tell.
        target: one of `targets.TARGETS`, or None to tell it by the arrays.
        as_names: whether integers name classes rather than count them from 0.
        ids: by part, what each sequence is called.
        is_whole: whether the test part is all that a file holds which says nothing of parts.
    """

    arrays: dict
    left_out: dict = dataclasses.field(default_factory=dict)
    notes: list = dataclasses.field(default_factory=list)
    features: tuple | None = None
    classes: tuple | None = None
    target: str | None = None
    as_names: bool = False
    ids: dict = dataclasses.field(default_factory=dict)
    is_whole: bool = False


@dataclasses.dataclass
class Samples:
    """Sequences one by one, as most formats hold them.

    Attributes:
        values: of each sequence an array `[steps, features]` or `[steps, height, width, channels]`.
        labels: of each sequence a text or number, or an array of them, one a step; None without.
        by_step: whether the labels are those of steps.
        parts: of each sequence "train", "test" or "valid", or None where the file does not tell.
        ids: what each sequence is called, or None.
        features, classes, notes: as of `Content`.
        number: whether the file says that its labels are numbers to learn.
    """

    values: list
    labels: list | None
    by_step: bool = False
    parts: list | None = None
    ids: list | None = None
    features: tuple | None = None
    classes: tuple | None = None
    notes: list = dataclasses.field(default_factory=list)
    number: bool = False

    def __len__(self):
        return len(self.values)

    def joined(self, other: Samples, parts: Sequence[str]) -> Samples:
        """Return these samples and others, of a second file, each being one part."""
        if (self.labels is None) != (other.labels is None) or self.by_step != other.by_step:
            raise RunError(
                "the two files do not have the same labels; expected one class a sequence in both, "
                "or one a step in both"
            )
        return dataclasses.replace(
            self,
            values=self.values + other.values,
            labels=None
            if self.labels is None or other.labels is None
            else self.labels + other.labels,
            parts=[parts[0]] * len(self) + [parts[1]] * len(other)
            if self.parts is None
            else self.parts + [parts[1]] * len(other),
            ids=self.ids and other.ids and self.ids + other.ids,
            notes=list(dict.fromkeys(self.notes + other.notes)),
        )

    def content(self) -> Content:
        """Return the sequences padded to one length, as a `Content`."""
        if not self.values:
            raise RunError("holds no sequences")
        steps = max(len(values) for values in self.values)
        self._check_memory(steps)
        arrays, ids = {}, {}
        varying = any(len(values) != steps for values in self.values)
        for part in PARTS:
            chosen = [i for i, own in enumerate(self.parts or ()) if own == part]
            if not chosen:
                continue
            arrays[f"x_{part}"] = padded([self.values[i] for i in chosen], steps)
            if self.labels is not None:
                labels = [self.labels[i] for i in chosen]
                arrays[f"y_{part}"] = padded(labels, steps) if self.by_step else np.array(labels)
            if varying:
                arrays[f"lengths_{part}"] = np.array([len(self.values[i]) for i in chosen])
            if self.ids:
                ids[part] = tuple(str(self.ids[i]) for i in chosen)
        target = "number" if self.number else "step classes" if self.by_step else None
        return Content(
            arrays, {}, self.notes, self.features, self.classes, target, as_names=True, ids=ids
        )

    def _check_memory(self, steps):
        """Refuse padding that needs too much memory: one long sequence among many short ones."""
        size = len(self.values) * steps * int(np.prod(self.values[0].shape[1:])) * 8
        shortage = memory.shortage(size)
        if shortage:
            raise RunError(
                f"padding {len(self.values):,} sequences to the {steps:,} steps of the longest "
                f"{shortage}: split the long ones"
            )


def is_unusable(values: np.ndarray) -> np.ndarray:
    """Return where numbers are missing, infinite or beyond float32, in which a model computes."""
    with np.errstate(over="ignore"):
        return ~np.isfinite(np.asarray(values).astype(np.float32))


def unusable(value: float) -> tuple[str, str]:
    """Return what is wrong with a value for which `is_unusable` is True, and what to do."""
    if np.isnan(value):
        return "no value", "fill it in"
    if np.isinf(value):
        return "an infinite value", "replace it"
    return f"the value {value:g}, which is beyond float32", "rescale the values"


def require_usable(values: np.ndarray, where: str) -> None:
    """Refuse missing and infinite values of a sequence, `[steps, features]`.

    Args:
        values: the sequence.
        where: which one it is, as "line 3".

    Raises:
        RunError: it has such a value.
    """
    bad = is_unusable(values)
    if bad.any():
        what, how = unusable(values[bad][0])
        raise RunError(
            f"{where} has {what} at step {int(np.argwhere(bad)[0][0]) + 1}; expected numbers: "
            f"{how}, or leave that sequence out"
        )


def padded(sequences: list[np.ndarray], steps: int) -> np.ndarray:
    """Return sequences as one array, zeros (for text, empty text) after the end of each."""
    kind = np.result_type(*{array.dtype for array in sequences})
    out = np.zeros([len(sequences), steps, *sequences[0].shape[1:]], kind)
    for row, values in zip(out, sequences, strict=True):
        row[: len(values)] = values
    return out


def split_at(array: np.ndarray, sizes: Sequence[int]) -> list[np.ndarray]:
    """Return an array's rows as consecutive arrays of these sizes."""
    ends = list(itertools.accumulate(sizes))
    return [array[end - size : end] for size, end in zip(sizes, ends, strict=True)]
