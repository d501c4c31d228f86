"""How good predictions are: accuracy for classes, R² for numbers. Needs only NumPy.

R² is 1 where every number is exact, and 0 where the mean of the labels would do as well; for
several numbers a sequence, it is the mean of their R².
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tf1_rnn.trainer.moments import Moments

if TYPE_CHECKING:
    from tf1_rnn.trainer.datasets import Part, Split

# The measure for each target; in a history as `valid_accuracy`.
OF_TARGET = {"class": "accuracy", "step classes": "accuracy", "number": "r2"}
WORDS = {"accuracy": "accuracy", "r2": "R2"}


def as_fed(y: np.ndarray, target: str, n_outputs: int) -> np.ndarray:
    """Return labels as the placeholder takes them: one-hot classes, or the numbers themselves."""
    return y if target == "number" else np.eye(n_outputs, dtype=np.float32)[y]


def balanced(split: Part, target: str, n_classes: int) -> np.ndarray:
    """Return a weight for each class, so that all together weigh the same in a split's loss.

    Args:
        split: the training set, a `Part`.
        target: what its labels are, "class" or "step classes".
        n_classes: number of classes.

    Returns:
        `[n_classes]` floats whose mean over the samples is 1; a class without samples has 0.
    """
    counts = split.counts(target, n_classes)
    return np.where(counts, counts.sum() / np.maximum(counts, 1) / (counts > 0).sum(), 0)


class Tally:
    """The loss and the measure of a part of the data, added up batch by batch."""

    def __init__(self, target: str, class_weights: tuple | None = None) -> None:
        """Count nothing yet.

        Args:
            target: what the labels are (see `targets`).
            class_weights: what each class weighs in the loss, or None.
        """
        self._target, self._weights = target, class_weights
        self._count, self._losses, self._right, self._residual = 0, 0.0, 0, np.zeros(())
        self._labels = Moments()

    def add(self, batch: Split, losses: np.ndarray, answers: np.ndarray) -> None:
        """Count a batch.

        Args:
            batch: the `Split`.
            losses: of each sequence, `[n]`, or of each step, `[n, time_steps]`.
            answers: whether each class is right, in the shape of `losses`; or the predicted
                numbers, `[n, outputs]`.
        """
        y = batch.labels
        if self._target == "step classes":
            valid = batch.is_valid()
            y, losses, answers = y[valid], losses[valid], answers[valid]
        losses = losses.astype(np.float64)
        if self._weights is not None:
            losses = losses * np.asarray(self._weights)[y]
        self._count += len(losses)
        self._losses += losses.sum()
        if self._target == "number":
            self._labels.add(y)
            self._residual = self._residual + ((y.astype(np.float64) - answers) ** 2).sum(0)
        else:
            self._right += answers.sum()

    def numbers(self, part: str) -> dict[str, float]:
        """Return the loss and the measure by the names of a history's columns, as "test_loss"."""
        measure = self._r2() if self._target == "number" else float(self._right / self._count)
        return {
            f"{part}_loss": float(self._losses / self._count),
            f"{part}_{OF_TARGET[self._target]}": measure,
        }

    def _r2(self):
        """Return the coefficient of determination, the mean of all outputs'."""
        residual, total = self._residual, self._labels.squares
        # If all numbers are the same, there is nothing to explain.
        constant = np.where(residual == 0, 1.0, 0.0)
        explained = 1 - residual / np.where(total > 0, total, 1)
        return float(np.where(total > 0, explained, constant).mean())


def confusion(split: Split, target: str, found: np.ndarray, n_classes: int) -> np.ndarray:
    """Return the confusion matrix of a part of the data.

    Args:
        split: the `Split`.
        target: what its labels are, "class" or "step classes".
        found: the predicted class of each sequence, `[n]`, or of each step,
            `[n, time_steps]`.
        n_classes: number of classes.

    Returns:
        `[n_classes, n_classes]` integers, the right class in the rows.
    """
    y = split.labels
    if target == "step classes":
        y, found = y[split.is_valid()], found[split.is_valid()]
    pairs = y * n_classes + found
    return np.bincount(pairs, minlength=n_classes**2).reshape([n_classes] * 2)


def recall(confusion: np.ndarray) -> np.ndarray:
    """Return the share of each class that was found, `[n_classes]`; NaN for one without samples.

    Args:
        confusion: as `confusion` returns it.
    """
    counts = confusion.sum(1)
    with np.errstate(invalid="ignore"):
        return np.where(counts, np.diag(confusion) / counts, np.nan)


def of_row(row: dict, part: str) -> tuple[str, float] | None:
    """Return the word and the value of a part's measure among numbers, or None without one."""
    for name, word in WORDS.items():
        if f"{part}_{name}" in row:
            return word, row[f"{part}_{name}"]
    return None
