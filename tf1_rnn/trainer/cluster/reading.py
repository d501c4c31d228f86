"""What a worker reads for itself of data in shards: its share of every batch, put into a queue.

The chief says once what to read, in an order: what is known of all shards, which sequences are for
training, and from which step on. From then on the worker's own thread reads, and the queue on the
worker's device, in which a few batches lie ready, is all that its part of the graph sees.
"""

from __future__ import annotations

import dataclasses
import io
import json
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import tensorflow.compat.v1 as tf

from tf1_rnn.errors import RunError
from tf1_rnn.grappler import safe_config
from tf1_rnn.trainer import measures
from tf1_rnn.trainer import plan as plans
from tf1_rnn.trainer.streaming import kept, shards, surveying
from tf1_rnn.trainer.streaming.loading import StreamedDataset
from tf1_rnn.trainer.streaming.split import StreamedSplit

if TYPE_CHECKING:
    from tf1_rnn.trainer.plan import Plan
    from tf1_rnn.trainer.settings import Settings

AHEAD = 4  # batches that lie ready
SECONDS_TO_STOP = 5
_TYPES = [tf.float32, tf.int32, tf.float32, tf.int32]  # x, lengths, y as it is fed, sequences


@dataclasses.dataclass(frozen=True)
class Order:
    """What a worker is to read.

    Attributes:
        queue: the name of the queue to put it into.
        worker, workers: which of how many workers it is.
        epoch, done, epochs: the first epoch, how many of its steps are done, and the last epoch.
        batch_size, seed: as of `StreamedSplit.batches`.
        target, n_classes: what is learned, as of `measures.as_fed`.
        has_labels, time_steps, one_width, statistics: as of `StreamedSplit`.
    """

    queue: str
    worker: int
    workers: int
    epoch: int
    done: int
    epochs: int
    batch_size: int
    seed: int
    target: str
    n_classes: int
    has_labels: bool
    time_steps: int
    one_width: bool
    statistics: list | None

    @classmethod
    def of(cls, plan: Plan, queue: str, worker: int, workers: int, epoch: int, done: int) -> Order:
        """Return the order for a plan of data in shards; arguments are those of an `Order`."""
        choices, (train, _) = plan.configuration, streamed(plan)
        statistics = None
        if train.statistics:
            statistics = [np.asarray(numbers).tolist() for numbers in train.statistics]
        return cls(
            queue,
            worker,
            workers,
            epoch,
            done,
            choices["epochs"],
            choices["batch_size"],
            choices["seed"],
            plan.dataset.target,
            plan.n_classes,
            train.has_labels,
            train.time_steps,
            train.one_width,
            statistics,
        )

    def batches(self, train: StreamedSplit) -> Iterator[list[np.ndarray]]:
        """Yield the worker's share of each batch, as the queue holds it.

        Of none of its sequences it is one of zeros, which is not counted: of none, convolutions
        fail.
        """
        for epoch in range(self.epoch, self.epochs):
            done = self.done if epoch == self.epoch else 0
            shares = train.share(self.batch_size, self.seed, epoch, done, self.worker, self.workers)
            for share in shares:
                yield self._nothing(train) if share is None else self._fed(share)

    def _fed(self, share):
        lengths = share.lengths
        if lengths is None:
            lengths = np.full(len(share), share.time_steps, np.int32)
        y = measures.as_fed(share.y, self.target, self.n_classes)
        return [share.x, lengths, y, np.int32(len(share))]

    def _nothing(self, train):
        steps = self.time_steps if self.one_width or not train.index.has_lengths else 1
        shape = [1, steps, self.n_classes] if self.target == "step classes" else [1, self.n_classes]
        x = np.zeros([1, steps, *train.step_shape], np.float32)
        return [x, np.ones(1, np.int32), np.zeros(shape, np.float32), np.int32(0)]


def is_for(plan: Plan, workers: int) -> bool:
    """Return whether so many workers read the data of a plan themselves."""
    train = plan.dataset.train
    return isinstance(train, StreamedSplit) and 1 < workers <= len(train)


def streamed(plan: Plan) -> tuple[StreamedSplit, str]:
    """Return the sequences for training of a plan of data in shards, and their index's key."""
    data = plan.dataset
    assert isinstance(data, StreamedDataset) and isinstance(data.train, StreamedSplit)
    return data.train, data.key


def packed(order: Order, train: StreamedSplit, key: str) -> bytes:
    """Return an order and what is known of the shards as bytes.

    Args:
        order: the `Order`.
        train: the sequences for training.
        key: what the index of the shards is kept by.
    """
    index, whole = io.BytesIO(), io.BytesIO()
    kept.save(index, train.index, key)
    np.savez(
        whole,
        order=np.array(json.dumps(dataclasses.asdict(order))),
        rows=train.rows,
        index=np.frombuffer(index.getvalue(), np.uint8),
    )
    return whole.getvalue()


def unpacked(content: bytes, settings: Settings) -> tuple[Order, StreamedSplit]:
    """Return an order and the sequences for training, to be read from this process's own files.

    Args:
        content: what `packed` returned.
        settings: the `Settings` of this process, which say where the shards are.

    Raises:
        RunError: these are not the chief's shards, or cannot be read.
    """
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        order = Order(**json.loads(str(file["order"])))
        rows, known = file["rows"], io.BytesIO(file["index"].tobytes())
    if settings.data is None:
        raise RunError("has no --data; expected the shards that the chief trains on")
    source = plans.source_of(settings, settings.configuration())
    files = shards.find(source.path, source.test_path)
    sections, schema = surveying.sections_of(files, source, order.has_labels)
    own = kept.listed_in(kept.key(files, source, schema, order.has_labels))
    index = kept.load(known, lambda key: kept.listed_in(key) == own, sections, schema)
    if index is None:
        raise RunError(
            f"--data={settings.data} holds other shards than the chief has; expected files of the "
            "same names and sizes"
        )
    statistics = None
    if order.statistics:
        statistics = tuple(np.asarray(numbers, np.float32) for numbers in order.statistics)
    return order, StreamedSplit(
        index, rows, order.has_labels, order.time_steps, order.one_width, statistics
    )


def queue_on(device: str, name: str) -> tuple[tf.queue.FIFOQueue, tf.queue.FIFOQueue]:
    """Return a worker's queue of batches, and that of what went wrong, in the default graph."""
    with tf.device(f"{device}/device:CPU:0"):
        batches = tf.queue.FIFOQueue(AHEAD, _TYPES, shared_name=name)
        return batches, tf.queue.FIFOQueue(1, [tf.string], [[]], shared_name=f"{name}_problem")


class Reader:
    """A worker's thread, which does what it was ordered last."""

    def __init__(self, target: str, device: str, settings: Settings) -> None:
        """Read nothing yet.

        Args:
            target: of this process's server.
            device: TensorFlow's name of this process.
            settings: the `Settings` of this process.
        """
        self._target, self._device, self._settings = target, device, settings
        self._stop = lambda: None

    def read(self, content: bytes) -> None:
        """Begin to do what an order asks for, and leave what was asked for before.

        Args:
            content: what `packed` returned.
        """
        self.stop()
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            name = json.loads(str(file["order"]))["queue"]
        with tf.Graph().as_default() as graph:
            batches, problem = queue_on(self._device, name)
            fed = [tf.placeholder(dtype) for dtype in _TYPES]
            enqueue, close = batches.enqueue(fed), batches.close(cancel_pending_enqueues=True)
            text = tf.placeholder(tf.string, [])
            tell = problem.enqueue(text)
        config = safe_config(tf.ConfigProto(device_filters=[self._device]))
        session, stopped = tf.Session(self._target, graph, config), threading.Event()

        def put():
            try:
                order, train = unpacked(content, self._settings)
                put_one = session.make_callable(enqueue, fed)
                for values in order.batches(train):
                    if stopped.is_set():
                        return
                    put_one(*values)
            except Exception as error:
                if not stopped.is_set():
                    session.run(tell, {text: str(error).strip().splitlines()[0]})
                    session.run(close)

        thread = threading.Thread(target=put, daemon=True)

        def stop():
            stopped.set()
            session.run(close)
            thread.join(SECONDS_TO_STOP)

        self._stop = stop
        thread.start()

    def stop(self) -> None:
        """Leave what was asked for."""
        self._stop()
        self._stop = lambda: None
