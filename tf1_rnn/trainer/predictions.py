"""What a model predicts, as CSV. Needs only NumPy.

One class a sequence: a row a sequence, the class and the probability of each. One class a step: a
row a step, counted from 0, of those that belong to the sequence. Numbers: a row a sequence.
Sequences that have names in their file are called by them in the first column.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from tf1_rnn.trainer.datasets import Dataset, Split


def as_csv(dataset: Dataset, found: Iterable[tuple[Split, np.ndarray]]) -> Iterator[str]:
    """Yield predictions of the test set as text, a piece for each batch.

    Args:
        dataset: the `Dataset`.
        found: pairs of a batch, a `Split`, and what was predicted for it: probabilities
            `[n, n_classes]`, of steps `[n, time_steps, n_classes]`, or numbers `[n, outputs]`.
    """
    count = 0
    for batch, predicted in found:
        if not count:
            yield _as_text([_head(dataset, batch, predicted)])
        yield _as_text(_rows(dataset, batch, predicted, count))
        count += len(batch)


def _head(dataset, batch, predicted):
    """Return the names of the columns."""
    width = predicted.shape[-1]
    columns = ["sequence"] if batch.ids or dataset.target == "step classes" else []
    if dataset.target == "number":
        return [*columns, *([f"number_{i}" for i in range(width)] if width > 1 else ["number"])]
    steps = ["step"] if dataset.target == "step classes" else []
    classes = dataset.classes or range(width)
    return [*columns, *steps, "class", *(f"probability_{name}" for name in classes)]


def _rows(dataset, batch, predicted, first):
    """Yield the rows of a batch whose first sequence is the `first` of all, counted from 0."""
    names = [[name] for name in batch.ids] if batch.ids else [[]] * len(predicted)
    if dataset.target == "number":
        for name, row in zip(names, predicted, strict=True):
            yield [*name, *row.tolist()]
        return
    classes = dataset.classes or range(predicted.shape[-1])
    if dataset.target == "step classes":
        names, predicted = _of_steps(batch, names, predicted, first)
    for name, row in zip(names, predicted, strict=True):
        yield [*name, classes[row.argmax()], *row.tolist()]


def _of_steps(batch, names, predicted, first):
    """Return the name, with the number of the step, and the probabilities of each valid step."""
    valid = batch.is_valid()
    named = [
        [*(name or [first + i]), step]
        for i, (name, steps) in enumerate(zip(names, valid.sum(1), strict=True))
        for step in range(steps)
    ]
    return named, predicted[valid]


def _as_text(rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
