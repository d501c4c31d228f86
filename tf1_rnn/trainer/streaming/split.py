"""A part of data larger than memory: what a `Split` is in memory, read when it is asked for."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator

import numpy as np
import tensorflow.compat.v1 as tf

from tf1_rnn.trainer import dividing
from tf1_rnn.trainer.datasets import Split, labels_of
from tf1_rnn.trainer.moments import Moments
from tf1_rnn.trainer.readers import formats
from tf1_rnn.trainer.streaming import npz_shards, order, pipeline
from tf1_rnn.trainer.streaming.blocks import BLOCK, BUFFER
from tf1_rnn.trainer.streaming.index import Index
from tf1_rnn.trainer.streaming.labels import Labels, StepClasses

IN_ORDER = 256  # sequences in a batch of those that this module reads for itself


@dataclasses.dataclass(frozen=True, eq=False)
class StreamedSplit:
    """Some of the sequences of an index.

    Attributes:
        index: the `Index`.
        rows: their numbers there, ascending, `[n]`.
        has_labels: whether batches have labels.
        time_steps: time steps of the longest sequence of all parts.
        one_width: whether all batches have as many, or each those of its longest sequence.
        statistics: mean and deviation to standardize with, or None.
    """

    index: Index
    rows: np.ndarray
    has_labels: bool
    time_steps: int
    one_width: bool = False
    statistics: tuple | None = None

    ids = None

    def __len__(self):
        return len(self.rows)

    @property
    def step_shape(self) -> tuple[int, ...]:
        """Shape of one time step: `(length,)` or `(height, width, channels)`."""
        return self.index.step_shape

    @property
    def lengths(self) -> np.ndarray | None:
        """Valid steps of each sequence, `[n]`, or None if all are."""
        return self.index.lengths[self.rows] if self.index.has_lengths else None

    @property
    def y(self) -> np.ndarray | None:
        """Classes `[n]` or numbers `[n, outputs]`; None of classes of steps, or without labels."""
        known = self._known
        return None if known is None or known.y is None else known.y[self.rows]

    @property
    def labels(self) -> np.ndarray:
        """`y` of a part that has it, as `Split.labels`."""
        return labels_of(self.y)

    @property
    def _known(self) -> Labels | None:
        """The labels of all sequences, or None where batches have none."""
        return self.index.labels if self.has_labels else None

    def take(self, indices: np.ndarray) -> StreamedSplit:
        """Return only these sequences; `indices` ascend."""
        return dataclasses.replace(self, rows=self.rows[indices])

    def held_out(self, fraction: float, seed: int) -> np.ndarray:
        """Return which sequences to hold out, as `dividing.held_out` does.

        Where classes of steps are learned, they are ignored.
        """
        y = np.zeros(len(self)) if self.y is None else self.y
        return dividing.held_out(y, self.lengths, fraction, seed)

    def standardized(self, mean: np.ndarray, deviation: np.ndarray) -> StreamedSplit:
        """Return these sequences with their valid steps standardized, padding at zero."""
        return dataclasses.replace(self, statistics=(mean, deviation))

    def batches(self, batch_size: int, seed: int, epoch: int, done: int = 0) -> Iterator[Split]:
        """Yield the batches of an epoch, each a `Split`, as `Split.batches` does.

        The order is that of `order.Epoch`.
        """
        return self._batches(self._epoch(batch_size, seed, epoch), batch_size, done)

    def share(
        self, batch_size: int, seed: int, epoch: int, done: int, worker: int, workers: int
    ) -> Iterator[Split | None]:
        """Yield what one of several workers reads of the batches of an epoch.

        Together the workers have the sequences of each batch of `batches`, in another order.

        Args:
            batch_size: as of `batches`.
            seed: as of `batches`.
            epoch: as of `batches`.
            done: as of `batches`.
            worker: the number of the worker, from 0.
            workers: how many there are; at most as many as sequences.

        Yields:
            A `Split` for each batch, or None where none of its sequences are the worker's.
        """
        windows = order.Share(self._epoch(batch_size, seed, epoch), self._mine(worker, workers))
        made = self._batches(windows, batch_size, done)
        first, left_out = divmod(done, windows.batches)
        for number in range(first, len(windows)):
            *_, ends = windows.cut(number, left_out if number == first else 0, batch_size)
            for count in np.diff(ends, prepend=0):
                yield next(made) if count else None

    def _epoch(self, batch_size, seed, epoch):
        size = max(1, BLOCK // self.index.row_bytes)
        blocks = order.cut(self.index.borders(self.rows), size)
        buffered = max(1, BUFFER // self.index.row_bytes // batch_size)
        return order.Epoch(blocks, self.lengths, batch_size, buffered, seed, epoch)

    def _mine(self, worker, workers):
        """Return which positions are a worker's: whole shards where there are enough of them."""
        cuts = np.arange(workers + 1) * len(self) // workers
        borders = self.index.borders(self.rows)
        nearest = borders[np.abs(borders - cuts[:, np.newaxis]).argmin(1)]
        if (np.diff(nearest) > 0).all():
            cuts = nearest
        positions = np.arange(len(self))
        return (cuts[worker] <= positions) & (positions < cuts[worker + 1])

    def in_order(self, batch_size: int) -> Iterator[Split]:
        """Yield batches from the first sequence to the last, each a `Split`."""
        buffered = max(1, BUFFER // self.index.row_bytes // batch_size)
        return self._batches(order.InOrder(len(self), batch_size, buffered), batch_size)

    def counts(self, target: str, n_classes: int) -> np.ndarray:
        """Return how many sequences, or with "step classes" valid steps, each class has."""
        if target != "step classes":
            return np.bincount(self.labels, minlength=n_classes)
        parts = self.in_order(IN_ORDER)
        return np.sum([batch.counts(target, n_classes) for batch in parts], axis=0)

    def moments(self) -> Moments:
        """Return the `Moments` of the valid steps' features, of frames those of the channels."""
        found = Moments()
        for batch in self.in_order(IN_ORDER):
            found.add(batch.valid_values())
        return found

    def _batches(self, windows, batch_size, done=0):
        has_lengths = self.index.has_lengths
        for x, lengths, y in pipeline.batches(self, windows, batch_size, done):
            yield Split(x, y if self.has_labels else None, lengths if has_lengths else None)

    # What the pipeline asks for.

    @property
    def signature(self) -> list[tuple[tf.DType, list]]:
        """Type and shape of the arrays that `read` returns."""
        index = self.index
        if index.schema:
            x = tf.string, [None]
        else:
            x = tf.uint8 if index.is_uint8 else tf.float32, [None, None, *index.step_shape]
        target = self._known.target if self._known else "class"
        y = [None] if target == "class" else [None, None]
        return [x, (tf.int32, [None]), (tf.float32 if target == "number" else tf.int64, y)]

    def read(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the arrays of some sequences: x as read, lengths, and y.

        Args:
            positions: of the sequences in this part, `[k]`, ascending within each section.
        """
        index, rows = self.index, self.rows[positions]
        lengths, pieces = index.lengths[rows], list(index.located(rows))
        if index.schema:
            x = np.empty(len(rows), object)
        else:
            steps = max(section.time_steps or 0 for _, _, section, _ in pieces)
            kind = np.uint8 if index.is_uint8 else np.float32
            x = np.empty([len(rows), steps, *self.step_shape], kind)
        y = self._labels(rows, x)
        for begin, end, section, own in pieces:
            with formats.saying(section.path):
                if not isinstance(section, npz_shards.Section):
                    x[begin:end] = section.records(own)
                    continue
                section.fill(x[begin:end], own)
                if self._steps:
                    classes = self._steps.of(section.labels(own), lengths[begin:end])
                    y[begin:end, : classes.shape[1]] = classes
        return x, lengths, y

    @property
    def _steps(self) -> StepClasses | None:
        """How labels of steps become classes, or None for other labels."""
        return self._known.steps if self._known else None

    def _labels(self, rows, x):
        """Return the labels of sequences; zeros where they are to be read with the steps."""
        known = self._known
        if self._steps:
            return np.zeros([len(rows), 1 if self.index.schema else x.shape[1]], np.int64)
        if known is None or known.y is None:
            return np.zeros(len(rows), np.int64)
        return known.y[rows].astype(np.float32 if known.target == "number" else np.int64)

    def prepare(
        self, x: tf.Tensor, lengths: tf.Tensor, y: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Return x `[batch, time_steps, ...]`, lengths and y of a batch, as tensors.

        Args:
            x: the sequences of the batch, as `read` returned them.
            lengths: their lengths.
            y: their labels.
        """
        if self.index.schema:
            x, _, labels = self.index.schema.parse(x, context=False)
            if self._steps:
                of = functools.partial(_step_classes, self._steps)
                y = tf.numpy_function(of, [labels, lengths], tf.int64)
                y.set_shape([None, None])
        steps = tf.maximum(tf.reduce_max(lengths), 1)
        if self.one_width:
            steps = tf.constant(self.time_steps)
        # Sequences of one length may be padded too, in each shard to another width.
        x = _of_width(x, steps)
        if self._steps:
            y = _of_width(y, steps)
        if self.index.is_uint8:
            x = tf.cast(x, tf.float32) / 255
        if self.statistics:
            mean, deviation = self.statistics
            x = (x - mean) / deviation
        if not self.index.has_lengths:
            return x, lengths, y
        valid = tf.sequence_mask(lengths, steps)
        for _ in self.step_shape:
            valid = valid[..., tf.newaxis]
        return tf.where_v2(valid, x, 0.0), lengths, y


def _of_width(tensor, steps):
    """Return a tensor `[batch, time_steps, ...]` of so many steps, cut or padded with zeros."""
    tensor = tensor[:, :steps]
    room = [[0, 0], [0, steps - tf.shape(tensor)[1]], *[[0, 0]] * (tensor.shape.rank - 2)]
    return tf.pad(tensor, room)


def _step_classes(steps, labels, lengths):
    """Return the classes of labels of steps that TensorFlow has parsed."""
    if labels.dtype == object:
        labels = np.char.decode(labels.astype(bytes), "utf-8", "replace")
    return steps.of(labels, lengths).astype(np.int64)
