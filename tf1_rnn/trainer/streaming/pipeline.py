"""Batches of a part of the data, read, mixed, padded and prepared ahead of the training.

    windows --read--> a buffer --choose--> batches --parse, cut, scale--> arrays

A pipeline of `tf.data` in a graph and a session of its own: TensorFlow's threads read the next
window and prepare the next batches while a step runs. A thread takes them from it, so that the
training need not wait for TensorFlow to pass a batch that is ready from one thread to another.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import tensorflow.compat.v1 as tf

from tf1_rnn.errors import RunError
from tf1_rnn.grappler import safe_config

if TYPE_CHECKING:
    from tf1_rnn.trainer.streaming.order import Epoch, InOrder
    from tf1_rnn.trainer.streaming.split import StreamedSplit

AHEAD = 4  # batches that are ready before they are asked for
_POLL = 0.5  # seconds


def batches(
    split: StreamedSplit, windows: Epoch | InOrder, batch_size: int, done: int = 0
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield the batches of windows as tuples of arrays, x, lengths and y, ready ahead.

    Args, errors: as of `_batches`.
    """
    ready, stopped = queue.Queue(AHEAD), threading.Event()

    def put(item):
        while not stopped.is_set():
            try:
                ready.put(item, timeout=_POLL)
                return
            except queue.Full:
                pass

    def make():
        made = _batches(split, windows, batch_size, done)
        try:
            for batch in made:
                put(batch)
                if stopped.is_set():
                    break
            put(None)
        except Exception as error:
            put(error)
        finally:
            made.close()

    maker = threading.Thread(target=make, daemon=True)
    maker.start()
    try:
        while (batch := ready.get()) is not None:
            if isinstance(batch, Exception):
                raise batch
            yield batch
    finally:
        stopped.set()
        maker.join()


def _batches(split, windows, batch_size, done):
    """Yield the batches of windows as tuples of arrays: x, lengths and y.

    Args:
        split: a `StreamedSplit`, which reads windows and prepares batches.
        windows: `len()`, `batches` and `cut` as an `order.Epoch` has them; empty batches are left
            out.
        batch_size: sequences in a batch.
        done: how many batches to leave out.

    Raises:
        RunError: the data cannot be read, in one line.
    """
    first, left_out = divmod(done, windows.batches)
    failures = []

    def read(number):
        try:
            left = left_out if number == first else 0
            positions, order, ends = windows.cut(int(number), left, batch_size)
            ends = np.unique(np.append(0, ends))
            return [*split.read(positions), order.astype(np.int64), ends.astype(np.int64)]
        except Exception as error:
            failures.append(error)
            raise

    graph = tf.Graph()
    with graph.as_default(), graph.device("/cpu:0"):
        data = tf.data.Dataset.range(first, len(windows))
        data = data.map(lambda number: _read(read, split.signature, number)).prefetch(1)
        data = data.flat_map(lambda *window: _chosen(window))
        data = data.map(split.prepare, num_parallel_calls=2).prefetch(1)
        options = tf.data.Options()
        options.autotune.enabled = False
        data = data.with_options(options)
        iterator = tf.data.make_initializable_iterator(data)
        following = iterator.get_next()
    session = tf.Session(graph=graph, config=safe_config())
    try:
        session.run(iterator.initializer)
        take = session.make_callable(following)
        while True:
            try:
                batch = take()
            except tf.errors.OutOfRangeError:
                return
            except tf.errors.OpError as error:
                failure = failures[0] if failures else None
                if isinstance(failure, RunError):
                    raise failure from None
                reason = str(failure or error.message).splitlines()[0]
                raise RunError(f"the data cannot be read: {reason}") from None
            yield batch
    finally:
        session.close()


def _read(read, signature, number):
    """Return the arrays of a window as tensors of a known type and rank."""
    types = [dtype for dtype, _ in signature]
    arrays = tf.numpy_function(read, [number], [*types, tf.int64, tf.int64])
    for array, (_, shape) in zip(arrays, signature, strict=False):
        array.set_shape(shape)
    for array in arrays[-2:]:
        array.set_shape([None])
    return tuple(arrays)


def _chosen(window):
    """Return the batches of a window as a `tf.data.Dataset`."""
    *arrays, order, ends = window
    chosen = tf.data.Dataset.from_tensor_slices((ends[:-1], ends[1:]))
    return chosen.map(
        lambda begin, end: tuple(tf.gather(array, order[begin:end]) for array in arrays)
    )
