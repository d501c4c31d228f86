"""The data of a run as checked arrays, and the digits that come with the package.

Needs only NumPy. Whatever the source, the arrays of a `Dataset` are checked, finite and
float32, so that no other module has to check them again.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator
from typing import Protocol

import numpy as np

from tf1_rnn import digits
from tf1_rnn.errors import RunError
from tf1_rnn.trainer import dividing
from tf1_rnn.trainer.moments import Moments
from tf1_rnn.wording import counted

SMALLEST = float(np.finfo(np.float32).tiny)  # of a deviation, which is divided by


class Part(Protocol):
    """What a run asks of one part of a data set: a `Split`, or a `StreamedSplit` of `streaming`."""

    @property
    def y(self) -> np.ndarray | None:
        """Labels, where they are in memory."""

    @property
    def labels(self) -> np.ndarray:
        """`y` of a part that has it."""
        ...

    @property
    def lengths(self) -> np.ndarray | None:
        """The valid time steps of each sequence, or None."""

    @property
    def time_steps(self) -> int:
        """Time steps of every sequence, padding included."""
        ...

    @property
    def step_shape(self) -> tuple[int, ...]:
        """Shape of one time step."""
        ...

    def __len__(self) -> int: ...

    def batches(self, batch_size: int, seed: int, epoch: int, done: int = 0) -> Iterator[Split]:
        """Yield the batches of an epoch."""
        ...

    def in_order(self, batch_size: int) -> Iterator[Split]:
        """Yield batches from the first sequence to the last."""
        ...

    def counts(self, target: str, n_classes: int) -> np.ndarray:
        """Return how many samples each class has."""
        ...

    def held_out(self, fraction: float, seed: int) -> np.ndarray:
        """Return which sequences to hold out."""
        ...

    def moments(self) -> Moments:
        """Return the `Moments` of the features."""
        ...

    def standardized(self, mean: np.ndarray, deviation: np.ndarray) -> Part:
        """Return the part with its features standardized."""
        ...

    def take(self, indices: np.ndarray) -> Part:
        """Return some of its sequences."""
        ...


@dataclasses.dataclass(frozen=True)
class Split:
    """One part of a data set, in memory.

    Attributes:
        x: float32, sequences `[n, time_steps, length]` or frames
            `[n, time_steps, height, width, channels]`; zeros after a sequence's end.
        y: by the data set's `target`: "class", int64 `[n]`, classes from 0; "step classes", int64
            `[n, time_steps]`, zeros after a sequence's end; "number", float32 `[n, outputs]`.
            None where only predictions are wanted.
        lengths: int32 `[n]`, the valid time steps of each sequence; None if all are.
        ids: names of the sequences in their file, or None where they have none.
    """

    x: np.ndarray
    y: np.ndarray | None
    lengths: np.ndarray | None = None
    ids: tuple | None = None

    def __len__(self):
        return len(self.x)

    @property
    def labels(self) -> np.ndarray:
        """`y` of a part that was read with labels.

        Raises:
            LookupError: it was not.
        """
        return labels_of(self.y)

    @property
    def time_steps(self) -> int:
        """Time steps of every sequence, padding included."""
        return self.x.shape[1]

    @property
    def step_shape(self) -> tuple[int, ...]:
        """Shape of one time step: `(length,)` or `(height, width, channels)`."""
        return self.x.shape[2:]

    def batches(self, batch_size: int, seed: int, epoch: int, done: int = 0) -> Iterator[Split]:
        """Yield the batches of an epoch, each a `Split`.

        The order depends only on the seed and the epoch's number, so that a run that resumes
        inside an epoch skips the batches that are done.

        Args:
            batch_size: sequences in a batch; the last one may have fewer.
            seed: an integer from 0.
            epoch: its number, from 0.
            done: how many batches to leave out.
        """
        order = np.random.RandomState([seed, epoch]).permutation(len(self))
        for begin in range(done * batch_size, len(self), batch_size):
            yield self.take(order[begin : begin + batch_size])

    def in_order(self, batch_size: int) -> Iterator[Split]:
        """Yield batches from the first sequence to the last, each a `Split`."""
        for begin in range(0, len(self), batch_size):
            yield self.take(np.arange(begin, min(begin + batch_size, len(self))))

    def counts(self, target: str, n_classes: int) -> np.ndarray:
        """Return how many sequences, or with "step classes" valid steps, each class has."""
        y = self.labels[self.is_valid()] if target == "step classes" else self.labels
        return np.bincount(y, minlength=n_classes)

    def held_out(self, fraction: float, seed: int) -> np.ndarray:
        """Return which sequences to hold out, as `dividing.held_out` does."""
        return dividing.held_out(self.labels, self.lengths, fraction, seed)

    def moments(self) -> Moments:
        """Return the `Moments` of the valid steps' features, of frames those of the channels."""
        found = Moments()
        found.add(self.valid_values())
        return found

    def standardized(self, mean: np.ndarray, deviation: np.ndarray) -> Split:
        """Return these sequences with their valid steps standardized, padding at zero.

        Raises:
            RunError: a value is then beyond float32.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            x = zero_padding((self.x - mean) / deviation, self.lengths)
        if not np.isfinite(x).all():
            raise RunError(
                "standardized values are beyond float32: they are too far from those of the "
                "training set; leave such samples out"
            )
        return dataclasses.replace(self, x=x)

    def take(self, indices: np.ndarray) -> Split:
        """Return only these sequences, in that order."""
        y, lengths = (None if array is None else array[indices] for array in (self.y, self.lengths))
        return Split(self.x[indices], y, lengths, self.ids and tuple(self.ids[i] for i in indices))

    def is_valid(self) -> np.ndarray:
        """Return which steps belong to their sequence, bool `[n, time_steps]`."""
        steps = np.arange(self.x.shape[1])
        if self.lengths is None:
            return np.ones(self.x.shape[:2], bool)
        return steps < self.lengths[:, np.newaxis]

    def valid_values(self) -> np.ndarray:
        """Return the values of every valid step, `[count, features]`; of frames, of each pixel."""
        x = self.x if self.lengths is None else self.x[self.is_valid()]
        return x.reshape(-1, x.shape[-1])


@dataclasses.dataclass(frozen=True)
class Dataset:
    """Sequences and their labels.

    Attributes:
        name: the name of the data in a report.
        train: the `Part` to train on, or None where it was not read.
        test: the `Part` to test on.
        n_classes: number of classes; None for numbers, or where no labels were given.
        notes: lines that a report should show: what was found, scaled or left out.
        out_of_scale: whether features are badly scaled for training.
        valid: the `Part` to choose a model by, or None.
        target: "class", "step classes" or "number" (see `targets`).
        classes: names of the classes, or None where they are numbered.
        features: names of the columns or feature lists that the steps were read from, or None.
            Those of TFRecords may hold several numbers each.
        is_whole: whether `test` is all of a file that says nothing of parts.
    """

    name: str
    train: Part | None
    test: Part
    n_classes: int | None
    notes: tuple = ()
    out_of_scale: bool = False
    valid: Part | None = None
    target: str = "class"
    classes: tuple | None = None
    features: tuple | None = None
    is_whole: bool = False

    @property
    def train_set(self) -> Part:
        """`train` of data that were read for training.

        Raises:
            LookupError: they were not.
        """
        if self.train is None:
            raise LookupError("the training set was not read")
        return self.train

    @property
    def time_steps(self) -> int:
        """Time steps of the longest sequence of all parts."""
        return self.test.time_steps

    @property
    def step_shape(self) -> tuple[int, ...]:
        """Shape of one time step: `(length,)` or `(height, width, channels)`."""
        return self.test.step_shape

    @property
    def n_outputs(self) -> int | None:
        """Width of a model's head: the classes, or how many numbers each sequence has."""
        if self.target != "number":
            return self.n_classes
        return None if self.test.y is None else self.test.y.shape[1]

    @property
    def fed_time_steps(self) -> int | None:
        """Time steps of every batch, or None where each is as long as its longest sequence."""
        return self.time_steps

    def padded(self) -> Dataset:
        """Return the data with all batches as long as the longest sequence."""
        return self

    def keep(self, folder: str) -> None:
        """Write what a model_dir keeps of the data, which is nothing of those in memory."""

    def fingerprint(self) -> str:
        """Return a short hash of the content, whatever file it came from under whatever name."""
        digest = hashlib.sha256()
        parts = (self.train, self.test, self.valid)
        for split in (part for part in parts if isinstance(part, Split)):
            for array in (split.x, split.y, split.lengths):
                digest.update(b"none" if array is None else str(array.shape).encode())
                if array is not None:
                    digest.update(np.ascontiguousarray(array).data)
        if self.target != "class" or self.classes:
            digest.update(repr((self.target, self.classes)).encode())
        return digest.hexdigest()[:16]


def embedded_digits() -> Dataset:
    """Return the UCI handwritten digits: 8 time steps, each a row of 8 pixels in 0 to 1."""
    return _of_digits("digits", *digits.images_and_labels())


def moving_digits(time_steps: int) -> Dataset:
    """Return the digits drifting over a canvas: frames `[n, time_steps, 28, 28, 1]`."""
    return _of_digits("moving digits", *digits.moving(time_steps))


def _of_digits(name, x, labels):
    n = digits.TRAINING
    return Dataset(
        name,
        Split(x[:n], labels[:n]),
        Split(x[n:], labels[n:]),
        digits.N_CLASSES,
        ("pixels divided by 16",),
    )


def standardize(dataset: Dataset, statistics: tuple | None = None) -> tuple[Dataset, tuple]:
    """Return the data with every feature (of frames: every channel) at mean 0, deviation 1.

    Args:
        dataset: a `Dataset`.
        statistics: `(mean, deviation)` lists of an earlier run; by default they are taken from
            the valid steps of the training sequences.

    Returns:
        The standardized `Dataset` (padding stays zero) and the statistics it was made with.
    """
    if statistics is None:
        if dataset.train is None:
            raise RunError("--standardize needs x_train to take mean and deviation from")
        moments = dataset.train.moments()
        mean, deviation = moments.mean, moments.deviation
        # A feature that is constant but for rounding becomes zero: what is 0.1 in training and 0.2
        # in the test is not blown up by a deviation of 1e-17.
        changes = deviation > np.maximum(SMALLEST, np.abs(mean) * np.finfo(np.float32).eps)
        statistics = mean.tolist(), np.where(changes, deviation, 1).tolist()
    mean, deviation = (np.asarray(values, np.float32) for values in statistics)
    if mean.shape != dataset.step_shape[-1:]:
        raise RunError(
            f"the model was standardized with {counted(mean.size, 'feature')}, the data have "
            f"{dataset.step_shape[-1]}: give data like those it was trained on"
        )

    def apply(split):
        return split and split.standardized(mean, deviation)

    return dataclasses.replace(
        dataset,
        train=apply(dataset.train),
        test=apply(dataset.test),
        valid=apply(dataset.valid),
        notes=(*dataset.notes, "standardized by the training set's mean and deviation"),
        out_of_scale=False,
    ), statistics


def labels_of(y: np.ndarray | None) -> np.ndarray:
    """Return the labels of a part of the data.

    Args:
        y: the labels, or None.

    Raises:
        LookupError: there are none.
    """
    if y is None:
        raise LookupError("the labels were not read")
    return y


def zero_padding(x: np.ndarray, lengths: np.ndarray | None) -> np.ndarray:
    """Return `x` with zeros after every sequence's length."""
    if lengths is None:
        return x
    valid = np.arange(x.shape[1]) < lengths[:, np.newaxis]
    return np.where(valid.reshape(valid.shape + (1,) * (x.ndim - 2)), x, x.dtype.type(0))
