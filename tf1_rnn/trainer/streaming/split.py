"""A part of data larger than memory: what a `Split` is in memory, read when it is asked for."""

import dataclasses

import numpy as np
import tensorflow.compat.v1 as tf

from tf1_rnn.trainer import dividing
from tf1_rnn.trainer.datasets import Split
from tf1_rnn.trainer.moments import Moments
from tf1_rnn.trainer.readers import formats
from tf1_rnn.trainer.streaming import order, pipeline
from tf1_rnn.trainer.streaming.blocks import BLOCK, BUFFER
from tf1_rnn.trainer.streaming.index import Index

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
    def step_shape(self):
        """Shape of one time step: `(length,)` or `(height, width, channels)`."""
        return self.index.step_shape

    @property
    def lengths(self):
        """Valid steps of each sequence, `[n]`, or None if all are."""
        return self.index.lengths[self.rows] if self.index.has_lengths else None

    @property
    def y(self):
        """Classes `[n]` or numbers `[n, outputs]`; None of classes of steps, or without labels."""
        if not self.has_labels or self.index.labels.y is None:
            return None
        return self.index.labels.y[self.rows]

    def take(self, indices):
        """Return these sequences alone; `indices` ascend."""
        return dataclasses.replace(self, rows=self.rows[indices])

    def held_out(self, fraction, seed):
        """Return which sequences to hold out, as `dividing.held_out` does.

        Where classes of steps are learned, they are not looked at.
        """
        y = np.zeros(len(self)) if self.y is None else self.y
        return dividing.held_out(y, self.lengths, fraction, seed)

    def standardized(self, mean, deviation):
        """Return these sequences with their valid steps standardized, padding at zero."""
        return dataclasses.replace(self, statistics=(mean, deviation))

    def batches(self, batch_size, seed, epoch, done=0):
        """Yield the batches of an epoch, each a `Split`, as `Split.batches` does.

        The order is that of `order.Epoch`.
        """
        size = max(1, BLOCK // self.index.row_bytes)
        blocks = order.cut(self.index.borders(self.rows), size)
        buffered = max(1, BUFFER // self.index.row_bytes // batch_size)
        epoch = order.Epoch(blocks, self.lengths, batch_size, buffered, seed, epoch)
        return self._batches(epoch, batch_size, done)

    def in_order(self, batch_size):
        """Yield batches from the first sequence to the last, each a `Split`."""
        buffered = max(1, BUFFER // self.index.row_bytes // batch_size)
        return self._batches(order.InOrder(len(self), batch_size, buffered), batch_size)

    def counts(self, target, n_classes):
        """Return how many sequences, or with "step classes" valid steps, each class has."""
        if target != "step classes":
            return np.bincount(self.y, minlength=n_classes)
        parts = self.in_order(IN_ORDER)
        return sum(batch.counts(target, n_classes) for batch in parts)

    def moments(self):
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
    def signature(self):
        """Type and shape of the arrays that `read` returns."""
        index = self.index
        if index.schema:
            x = tf.string, [None]
        else:
            x = tf.uint8 if index.is_uint8 else tf.float32, [None, None, *index.step_shape]
        y = [None]
        if self.has_labels and index.labels.target != "class":
            y = [None, None]
        is_number = self.has_labels and index.labels.target == "number"
        return [x, (tf.int32, [None]), (tf.float32 if is_number else tf.int64, y)]

    def read(self, positions):
        """Return the arrays of some sequences: x as read, lengths, and y.

        Args:
            positions: of the sequences in this part, `[k]`, ascending within each section.
        """
        index, rows = self.index, self.rows[positions]
        lengths, pieces = index.lengths[rows], list(index.located(rows))
        if index.schema:
            x = np.empty(len(rows), object)
        else:
            steps = max(section.time_steps for _, _, section, _ in pieces)
            kind = np.uint8 if index.is_uint8 else np.float32
            x = np.empty([len(rows), steps, *self.step_shape], kind)
        y = self._labels(rows, x)
        for begin, end, section, own in pieces:
            with formats.saying(section.path):
                if index.schema:
                    x[begin:end] = section.records(own)
                    continue
                section.fill(x[begin:end], own)
                if self._by_step:
                    classes = index.labels.steps.of(section.labels(own), lengths[begin:end])
                    y[begin:end, : classes.shape[1]] = classes
        return x, lengths, y

    @property
    def _by_step(self):
        return self.has_labels and self.index.labels.target == "step classes"

    def _labels(self, rows, x):
        """Return the labels of sequences; zeros where they are to be read with the steps."""
        if not self.has_labels:
            return np.zeros(len(rows), np.int64)
        if self._by_step:
            return np.zeros([len(rows), 1 if self.index.schema else x.shape[1]], np.int64)
        is_number = self.index.labels.target == "number"
        return self.index.labels.y[rows].astype(np.float32 if is_number else np.int64)

    def prepare(self, x, lengths, y):
        """Return x `[batch, time_steps, ...]`, lengths and y of a batch, as tensors.

        Args:
            x: the sequences of the batch, as `read` returned them.
            lengths: their lengths.
            y: their labels.
        """
        if self.index.schema:
            x, _, labels = self.index.schema.parse(x, context=False)
            if self._by_step:
                y = tf.numpy_function(self._step_classes, [labels, lengths], tf.int64)
                y.set_shape([None, None])
        steps = tf.maximum(tf.reduce_max(lengths), 1)
        if self.one_width:
            steps = tf.constant(self.time_steps)
        # Sequences of one length may be padded too, in each shard to another width.
        x = _of_width(x, steps)
        if self._by_step:
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

    def _step_classes(self, labels, lengths):
        """Return the classes of labels of steps that TensorFlow has parsed."""
        if labels.dtype == object:
            labels = np.char.decode(labels.astype(bytes), "utf-8", "replace")
        return self.index.labels.steps.of(labels, lengths).astype(np.int64)


def _of_width(tensor, steps):
    """Return a tensor `[batch, time_steps, ...]` of so many steps, cut or padded with zeros."""
    tensor = tensor[:, :steps]
    room = [[0, 0], [0, steps - tf.shape(tensor)[1]], *[[0, 0]] * (tensor.shape.rank - 2)]
    return tf.pad(tensor, room)
