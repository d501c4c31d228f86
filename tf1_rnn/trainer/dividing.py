"""Hold out a fraction of a data set, by a seed, so that no class is lost. Needs only NumPy."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tf1_rnn.errors import RunError

if TYPE_CHECKING:
    from tf1_rnn.trainer.datasets import Dataset


def with_validation(dataset: Dataset, fraction: float, seed: int) -> Dataset:
    """Return the data with a fraction of the training sequences held out for validation.

    The classes keep their shares: of each one about the fraction is held out, and at least one
    sequence stays in training. The same data, fraction and seed give the same sequences.

    Args:
        dataset: a `Dataset`; one that has a validation set of its own is returned as it is.
        fraction: share of the training sequences, between 0 and 1; 0 holds nothing out.
        seed: an integer from 0.

    Raises:
        RunError: the training set is too small for that.
    """
    if dataset.valid is not None or dataset.train is None or fraction == 0:
        return dataset
    chosen = dataset.train.held_out(fraction, seed)
    if not len(chosen):
        raise RunError(
            f"--validation={fraction:g} of {len(dataset.train)} training sequences leaves none to "
            "validate on without losing a class: give more data, or --validation=0"
        )
    rest = np.setdiff1d(np.arange(len(dataset.train)), chosen)
    notes = [f"{len(chosen):,} training sequences held out for validation (by --seed)"]
    if dataset.target == "class":
        without = np.setdiff1d(dataset.train.labels, dataset.train.labels[chosen])
        if len(without):
            names = dataset.classes
            named = (names[i] if names else i for i in without)
            notes.append(f"no validation sequence of class {listed(named)}")
    return dataclasses.replace(
        dataset,
        train=dataset.train.take(rest),
        valid=dataset.train.take(chosen),
        notes=(*dataset.notes, *notes),
    )


def held_out(
    y: np.ndarray, lengths: Sequence[int] | np.ndarray | None, fraction: float, seed: int
) -> np.ndarray:
    """Return which sequences to hold out: indices in ascending order.

    Args:
        y: classes `[n]`, classes of the steps `[n, time_steps]`, or anything else of length n
            whose values are no classes, floats.
        lengths: valid steps `[n]`, or None; used only with classes of steps.
        fraction: share of the sequences, between 0 and 1.
        seed: an integer from 0.
    """
    n = len(y)
    wanted = min(max(1, round(fraction * n)), n - 1)
    # RandomState's stream is frozen by NumPy's compatibility policy; newer generators' is not.
    order = np.random.RandomState([seed, n]).permutation(n)
    if y.dtype.kind == "f":
        return np.sort(order[:wanted])
    if y.ndim == 1:
        return _by_class(y, order, wanted)
    return _by_steps(y, lengths, order, wanted)


def listed(names: Iterable, most: int = 5) -> str:
    """Return names between commas, the first few of many."""
    names = [str(name) for name in names]
    return ", ".join(names[:most]) + (", ..." if len(names) > most else "")


def _by_class(y, order, wanted):
    """Return as many of each class as its share says, the remainders to the largest of them."""
    _, codes, counts = np.unique(y, return_inverse=True, return_counts=True)
    shares = counts * (wanted / len(y))
    takes = np.floor(shares).astype(int)
    for code in np.argsort(takes - shares, kind="stable"):
        if takes.sum() >= wanted:
            break
        takes[code] = min(takes[code] + 1, counts[code] - 1)
    of_class = [order[codes[order] == code][:take] for code, take in enumerate(takes)]
    return np.sort(np.concatenate(of_class))


def _by_steps(y, lengths, order, wanted):
    """Return sequences such that each of their classes also occurs in a sequence that stays."""
    valid = np.full(len(y), y.shape[1]) if lengths is None else lengths
    of_sequence = [np.unique(row[:length]) for row, length in zip(y, valid, strict=True)]
    left = np.bincount(np.concatenate(of_sequence).astype(int))
    chosen = []
    for i in order:
        if len(chosen) < wanted and (left[of_sequence[i]] > 1).all():
            left[of_sequence[i]] -= 1
            chosen.append(i)
    return np.sort(np.array(chosen, int))
