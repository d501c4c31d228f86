"""What a report shows of a test: confusion matrix and worst samples. Needs only NumPy."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from tf1_rnn.trainer import measures
from tf1_rnn.wording import counted

if TYPE_CHECKING:
    from tf1_rnn.trainer.datasets import Split
    from tf1_rnn.trainer.plan import Plan

WORST = 6
SHOWN_NUMBERS = 10_000  # of a test set of numbers to learn: a plot of more shows no more


@dataclasses.dataclass(frozen=True)
class Sample:
    """One sequence of the test set.

    Attributes:
        name: what it is called.
        x: its valid steps, `[steps, length]` or `[steps, height, width, channels]`.
        loss: its own; of classes of steps, the mean of its steps.
        verdict: what it is and what was predicted, in words.
    """

    name: str
    x: np.ndarray
    loss: float
    verdict: str


@dataclasses.dataclass(frozen=True)
class Findings:
    """The results of testing a model.

    Attributes:
        classes: names of the classes; empty for regression.
        confusion: confusion matrix, `[classes, classes]`, the right class in the rows; or None.
        numbers: expected and predicted values, two arrays `[count, outputs]`, of the first
            `SHOWN_NUMBERS` sequences; None for classes.
        worst: the samples with the highest loss, a list of `Sample`.
        lengths: valid steps of every sequence, by part, a dict of arrays.
    """

    classes: tuple[str, ...]
    confusion: np.ndarray | None
    numbers: tuple | None
    worst: list
    lengths: dict


def of(plan: Plan, tested: Iterable[tuple[Split, np.ndarray, np.ndarray]]) -> Findings:
    """Return the `Findings` of a test.

    Args:
        plan: the `Plan`.
        tested: of each batch of the test set, in order, the `Split`, its losses (of each sequence,
            `[n]`, or of each step, `[n, time_steps]`), and probabilities or numbers, as the model
            gives them.
    """
    dataset = plan.dataset
    target, classes = dataset.target, ()
    if target != "number":
        classes = tuple(map(str, dataset.classes or range(plan.n_classes)))
    confusion = np.zeros([len(classes)] * 2, np.int64)
    numbers, worst, count = [], [], 0
    for batch, losses, predictions in tested:
        if target == "number":
            if sum(len(expected) for expected, _ in numbers) < SHOWN_NUMBERS:
                numbers.append((batch.labels, predictions))
        else:
            confusion += measures.confusion(batch, target, predictions.argmax(-1), len(classes))
        if target == "step classes":
            valid = batch.is_valid()
            losses = (losses * valid).sum(1) / np.maximum(valid.sum(1), 1)
        worst += [
            _sample(target, classes, batch, i, losses[i], predictions[i], count)
            for i in np.argsort(-losses, kind="stable")[:WORST]
        ]
        worst = sorted(worst, key=lambda sample: -sample.loss)[:WORST]
        count += len(batch)
    numbers = tuple(map(np.concatenate, zip(*numbers, strict=True))) if numbers else None
    return Findings(classes, confusion if classes else None, numbers, worst, _lengths(dataset))


def _sample(target, classes, batch, i, loss, prediction, first):
    """Return the sequence `i` of a batch whose first one is the `first` of the test set."""
    name = batch.ids[i] if batch.ids else f"test sequence {first + i}"
    length = len(batch.x[i]) if batch.lengths is None else batch.lengths[i]
    if target == "number":
        expected, found = (_listed(each) for each in (batch.y[i], prediction))
        verdict = f"true {expected}, predicted {found}"
    elif target == "class":
        found = f"{classes[prediction.argmax()]} ({prediction.max():.0%})"
        verdict = f"true {classes[batch.y[i]]}, predicted {found}"
    else:
        wrong = int((prediction.argmax(-1) != batch.y[i])[:length].sum())
        verdict = f"{wrong} of {counted(int(length), 'step')} wrong"
    return Sample(str(name), batch.x[i, :length], float(loss), verdict)


def _listed(numbers):
    """Return numbers in words; several stand in brackets."""
    text = ", ".join(f"{number:.4g}" for number in numbers)
    return f"({text})" if len(numbers) > 1 else text


def _lengths(dataset):
    parts = {"training": dataset.train, "validation": dataset.valid, "test": dataset.test}
    return {
        name: np.full(len(split), split.time_steps) if split.lengths is None else split.lengths
        for name, split in parts.items()
        if split is not None
    }
