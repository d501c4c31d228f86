"""What the labels of many shards are, found block by block.

The rules are those of `targets`. Of one class a sequence the class is kept in memory, of numbers
the numbers; of classes of steps only which ones there are, so that they are read with the steps.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from tf1_rnn.errors import RunError
from tf1_rnn.trainer import targets


@dataclasses.dataclass(frozen=True)
class StepClasses:
    """How labels of steps become classes.

    Attributes:
        values: the distinct labels, ascending.
        numbers: the class of each, int64; None where labels are one-hot.
    """

    values: np.ndarray | None
    numbers: np.ndarray | None

    def of(self, y: np.ndarray, lengths: np.ndarray | None) -> np.ndarray:
        """Return the classes `[n, time_steps]` of labels as read, zeros after a sequence's end."""
        if self.values is None or self.numbers is None:
            y = y.argmax(-1)
        else:
            y = y[..., 0] if y.ndim == 3 else y
            place = np.minimum(np.searchsorted(self.values, y), len(self.values) - 1)
            y = self.numbers[place]
        if lengths is None:
            return y
        return np.where(np.arange(y.shape[1]) < lengths[:, np.newaxis], y, 0)

    def check(self, n_classes: int) -> None:
        """Raise RunError where a label is none of a model's classes."""
        if self.numbers is not None:
            targets.check_labels(self.numbers, n_classes)


@dataclasses.dataclass(frozen=True)
class Labels:
    """The labels of all sequences, in the order of the shards.

    Attributes:
        y: int32 classes `[n]`, float32 numbers `[n, outputs]`, or None for classes of steps.
        target, n_classes, classes: as of `targets.Labels`.
        steps: a `StepClasses`, or None for other targets.
    """

    y: np.ndarray | None
    target: str
    n_classes: int | None
    classes: tuple | None
    steps: StepClasses | None = None


class Collector:
    """Takes labels block by block."""

    def __init__(self) -> None:
        self._blocks: list[tuple] = []  # part, labels, and the width of rows that are one-hot
        self._distinct: dict[str, dict] = {}
        self._kind: tuple[bool, int, tuple] | None = None
        self._first: tuple[np.ndarray, np.ndarray] | None = None
        self._one_hot = self._whole = True

    def add(self, part: str, y: np.ndarray, valid: np.ndarray) -> None:
        """Take a block.

        Args:
            part: "train", "test" or "valid".
            y: labels as the file has them.
            valid: which steps are valid, `[n, time_steps]`.
        """
        y = np.char.decode(y, "utf-8", "replace") if y.dtype.kind == "S" else y
        if y.dtype.kind not in "biufU":
            raise RunError(f"y holds {y.dtype}; expected numbers or text")
        y = y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y
        by_step = y.ndim > 1 and y.shape[:2] == valid.shape
        if y.ndim > 3 or (y.dtype.kind == "U" and y.ndim > 1 and not by_step):
            raise RunError(
                f"y has shape {y.shape}; expected a label a sequence, ({len(y)},), or one a step, "
                f"{valid.shape}"
            )
        kind = (y.dtype.kind == "U", y.ndim, () if by_step else y.shape[1:])
        self._first = self._first or (y[:1], valid[:1])
        self._kind = self._kind or kind
        if kind != self._kind:
            raise RunError(
                f"y has shape {y.shape} of {y.dtype}; expected the same layout as in the first "
                "shard"
            )
        one_hot = y.dtype.kind != "U" and y.ndim > 1 and y.shape[-1] > 1
        self._one_hot &= bool(one_hot and targets.is_one_hot(y).all())
        self._take(part, y, valid, by_step)

    def _take(self, part, y, valid, by_step):
        if by_step:
            read = y[valid]
            if y.dtype.kind == "f":
                self._whole &= targets.is_whole(read[np.isfinite(read)])
            if self._whole and not (y.ndim == 3 and y.shape[2] > 1):
                self._add_distinct(part, np.unique(read))
        elif y.dtype.kind == "U":
            names, codes = np.unique(y, return_inverse=True)
            known = self._distinct.setdefault(part, {})
            table = np.array([known.setdefault(str(name), len(known)) for name in names], np.int32)
            self._blocks.append((part, table[codes]))
        elif y.ndim == 2 and self._one_hot:
            self._blocks.append((part, y.argmax(1).astype(np.int32), y.shape[1]))
        else:
            self._blocks.append((part, y))

    def _add_distinct(self, part, values):
        known = self._distinct.setdefault(part, {})
        for value in values.tolist():
            known.setdefault(value, len(known))

    def labels(self, asked: str | None, classes: tuple | None, as_names: bool) -> Labels:
        """Return the `Labels`, as `targets.read` tells them.

        Raises:
            RunError: in one line, with the name of the array.
        """
        if self._first is None or self._kind is None:
            raise RunError("y is empty; expected a label for each sequence")
        first, valid = self._first
        is_text, _, shape = self._kind
        by_step = first.ndim > 1 and first.shape[:2] == valid.shape
        if by_step:
            return self._of_steps(first, valid, asked, classes, as_names)
        if is_text:
            return self._of_names(classes)
        if asked == "step classes":
            raise RunError(f"y has no label for each step: {shape or 'one a sequence'}")
        parts = list(dict.fromkeys(part for part, *_ in self._blocks))
        y = {
            part: np.concatenate([_plain(block) for block in self._blocks if block[0] == part])
            for part in parts
        }
        # For classes of sequences, the steps do not matter.
        valid = {n: np.broadcast_to(True, [len(y[n]), valid.shape[1]]) for n in parts}
        found = targets.read(y, valid, asked, classes, as_names)
        kind = np.float32 if found.target == "number" else np.int32
        return Labels(
            self._in_order({part: array.astype(kind) for part, array in found.y.items()}),
            *(found.target, found.n_classes, found.classes),
        )

    def _of_names(self, classes):
        """Return labels of text, one a sequence."""
        values = {part: np.array(list(known)) for part, known in self._distinct.items()}
        found, n_classes, classes = targets.of_distinct(values, classes)
        y = {
            part: np.concatenate([found[part][b[1]] for b in self._blocks if b[0] == part])
            for part in found
        }
        return Labels(self._in_order(y).astype(np.int32), "class", n_classes, classes)

    def _of_steps(self, first, valid, asked, classes, as_names):
        """Return labels of steps, of which the first are given."""
        if self._one_hot and first.ndim == 2 and asked != "step classes":
            targets.read({"y": first}, {"y": valid}, asked)  # which asks what they are
        if first.ndim == 3 and first.shape[2] > 1:
            if not self._one_hot:
                raise RunError(f"y has shape {first.shape}; expected classes of steps, or one-hot")
            return Labels(None, "step classes", first.shape[2], None, StepClasses(None, None))
        if not self._whole or asked == "number":
            raise RunError(
                "y holds a number for each step, which shards cannot; expected classes of steps, "
                "or numbers of another count than time steps"
            )
        values = {part: np.array(list(known)) for part, known in self._distinct.items()}
        found, n_classes, classes = targets.of_distinct(values, classes, as_names)
        merged = dict(
            pair for part in found for pair in zip(values[part].tolist(), found[part], strict=True)
        )
        known = np.array(sorted(merged))
        numbers = np.array([merged[value] for value in known.tolist()], np.int64)
        return Labels(None, "step classes", n_classes, classes, StepClasses(known, numbers))

    def _in_order(self, y):
        """Return the labels of all parts in the order in which the blocks came."""
        taken, found = dict.fromkeys(y, 0), []
        for part, block, *_ in self._blocks:
            found.append(y[part][taken[part] : taken[part] + len(block)])
            taken[part] += len(block)
        return np.concatenate(found)


def _plain(block):
    """Return the labels of a block; those of one-hot rows as such rows again."""
    _, y, *width = block
    return np.eye(width[0], dtype=np.float32)[y] if width else y
