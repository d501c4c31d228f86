"""Arrays fed into a queue by threads of Python, and the batches that are taken out of it."""

import threading
import weakref

import numpy as np
import tensorflow.compat.v1 as tf


class FeedingQueueRunner(tf.train.QueueRunner):
    """A `QueueRunner` that feeds each of its operations by a function.

    Args:
        queue: the queue.
        enqueue_ops: list of operations that add to it, a thread for each.
        close_op: operation that closes it.
        cancel_op: operation that closes it and cancels what waits.
        feed_fns: a function for each of `enqueue_ops` that returns what it is fed, a dict from
            placeholders to values; None for none. OutOfRangeError is the end of the data.
        queue_closed_exception_types: the errors that mean that the queue is closed.

    Raises:
        ValueError: not as many functions as operations.
    """

    def __init__(
        self,
        queue=None,
        enqueue_ops=None,
        close_op=None,
        cancel_op=None,
        feed_fns=None,
        queue_closed_exception_types=None,
    ):
        closed = queue_closed_exception_types
        closed = closed or (tf.errors.OutOfRangeError, tf.errors.CancelledError)
        super().__init__(queue, enqueue_ops, close_op, cancel_op, closed)
        feed_fns = [None] * len(self.enqueue_ops) if feed_fns is None else list(feed_fns)
        if len(feed_fns) != len(self.enqueue_ops):
            raise ValueError(
                "If feed_fns is not None, it must have the same length as enqueue_ops."
            )
        self._feed_fns, self._failures = feed_fns, []
        self._threads_lock, self._running = threading.Lock(), weakref.WeakKeyDictionary()

    @property
    def exceptions_raised(self):
        """The errors of the threads that have no coordinator."""
        return self._failures

    def create_threads(self, sess, coord=None, daemon=False, start=False):
        """Return the threads that feed the queue in a session; none where they run already.

        Args:
            sess: a `tf.Session`.
            coord: a `tf.train.Coordinator`, which stops the threads and receives their errors.
            daemon: whether they may end with the process.
            start: whether they are started.
        """
        with self._threads_lock:
            if self._running.get(sess, 0):
                return []
            self._running[sess] = len(self.enqueue_ops)
            self._failures = []
        each = zip(self.enqueue_ops, self._feed_fns, strict=True)
        threads = [threading.Thread(target=self._feed, args=(sess, *pair, coord)) for pair in each]
        if coord:
            threads.append(threading.Thread(target=self._cancel, args=(sess, coord)))
        for thread in threads:
            if coord:
                coord.register_thread(thread)
            thread.daemon = daemon or thread.daemon
            if start:
                thread.start()
        return threads

    def _feed(self, session, enqueue_op, feed_fn, coord):
        """Feed one operation until the data or the coordinator ends."""
        is_closed = False
        try:
            while not (coord and coord.should_stop()):
                session.run(enqueue_op, feed_fn() if feed_fn else None)
        except self.queue_closed_exception_types:
            is_closed = True
        except Exception as error:
            if not coord:
                self._failures.append(error)
                raise
            coord.request_stop(error)
        finally:
            with self._threads_lock:
                self._running[session] -= 1
                is_last = not self._running[session]
        if is_closed and is_last:
            self._run_quietly(session, self.close_op)

    def _cancel(self, session, coord):
        coord.wait_for_stop()
        self._run_quietly(session, self.cancel_op)

    @staticmethod
    def _run_quietly(session, operation):
        """Run an operation that ends what may have ended: the queue, or the session."""
        try:
            session.run(operation)
        except (tf.errors.OpError, RuntimeError) as error:
            tf.logging.vlog(1, "Ignored exception: %s", error)

    def to_proto(self, export_scope=None):
        """Raise NotImplementedError: functions cannot be written."""
        raise NotImplementedError(
            f"{type(self).__name__} does not support serialization to protocol buffer."
        )


def batches_of(columns, batch_size, num_epochs, shuffle, capacity=1000, num_threads=1):
    """Return tensors of arrays, the next batch in every run of a session with queue runners.

    The queue is drawn from at random only where it is full, or nothing more comes: under the
    graph's seed, one thread then gives the same order in every run.

    Args:
        columns: list of arrays of equally many rows.
        batch_size: the rows of a batch. The last one may have fewer, others reach into the next
            epoch.
        num_epochs: how often each thread feeds the rows; None for ever.
        shuffle: whether rows leave the queue in random order, and begin at a random one where the
            graph has no seed.
        capacity: of the queue, in rows.
        num_threads: threads that feed it.
    """
    columns = [np.arange(len(columns[0])), *columns]
    types = [tf.as_dtype(column.dtype) for column in columns]
    with tf.name_scope("enqueue_input"):
        shapes = [column.shape[1:] for column in columns]
        if shuffle:
            queue = tf.RandomShuffleQueue(capacity, max(capacity - 1, 0), types, shapes)
        else:
            queue = tf.FIFOQueue(capacity, types, shapes)
        operations, feeds = [], []
        for _ in range(num_threads):
            placeholders = [tf.placeholder(each) for each in types]
            operations.append(queue.enqueue_many(placeholders))
            start = _first_row(len(columns[0])) if shuffle else 0
            feeds.append(_feed_fn(placeholders, columns, batch_size, num_epochs, start))
        tf.train.add_queue_runner(FeedingQueueRunner(queue, operations, feed_fns=feeds))
        _summarise(queue, capacity, capacity // 4 if shuffle else 0)
    take = queue.dequeue_many if num_epochs is None else queue.dequeue_up_to
    return take(batch_size)[1:]


def _first_row(n_rows):
    """Return the row to begin with: the first under a seed, else any."""
    is_seeded = tf.get_default_graph().seed is not None
    return 0 if is_seeded else int(np.random.default_rng().integers(n_rows))


def _feed_fn(placeholders, columns, batch_size, num_epochs, start):
    """Return a function that returns what to feed next."""
    n_rows = len(columns[0])
    end = None if num_epochs is None else start + num_epochs * n_rows
    at = start

    def feed():
        nonlocal at
        stop = at + batch_size if end is None else min(at + batch_size, end)
        if at == stop:
            raise tf.errors.OutOfRangeError(None, None, "Already emitted all epochs.")
        rows, at = np.arange(at, stop) % n_rows, stop
        return {each: column[rows] for each, column in zip(placeholders, columns, strict=True)}

    return feed


def _summarise(queue, capacity, kept):
    """Add the summary of how full the queue is, above what a shuffling queue kept back in 1.x."""
    full = tf.cast(tf.maximum(0, queue.size() - kept), tf.float32) * (1 / (capacity - kept))
    tf.summary.scalar(f"queue/{queue.name}fraction_over_{kept}_of_{capacity - kept}_full", full)
