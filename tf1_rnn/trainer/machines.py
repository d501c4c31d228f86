"""Where a run's graph is computed: in this process, or shared out over a cluster's workers."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import tensorflow.compat.v1 as tf

from tf1_rnn.grappler import safe_config
from tf1_rnn.trainer.classifier import Classifier, Share
from tf1_rnn.trainer.cluster.configuration import device_of
from tf1_rnn.trainer.steps import InTurn

if TYPE_CHECKING:
    from tf1_rnn.trainer.classifier import Specification
    from tf1_rnn.trainer.cluster.configuration import Task
    from tf1_rnn.trainer.plan import Plan


class ThisProcess:
    """The one process of an ordinary run."""

    def placing(self) -> contextlib.AbstractContextManager:
        """Return a context for building the graph in, which chooses devices."""
        return contextlib.nullcontext()

    def classifier(self, specification: Specification, nn: Any) -> Classifier:
        """Return the `Classifier` of a specification in the default graph, with the loops `nn`."""
        return Classifier(specification, nn)

    def steps(self, plan: Plan, session: tf.Session, model: Classifier) -> InTurn:
        """Return how the epochs of a plan are gone through with the model of a session."""
        return InTurn(plan, session, model)

    def session(self) -> tf.Session:
        """Return a session of the default graph."""
        return tf.Session(config=safe_config())


class Machines(ThisProcess):
    """A cluster: its parameter servers hold the variables, its workers share every batch.

    Attributes:
        target: of the chief's server, which sessions are opened with.
    """

    def __init__(self, task: Task, target: str, timeout: int) -> None:
        """Start nothing.

        Args:
            task: the `Task` of the chief.
            target: of its `tf.train.Server`.
            timeout: seconds that a step may take.
        """
        self._task, self.target, self._timeout = task, target, timeout
        self._workers = task.workers()

    def placing(self) -> contextlib.AbstractContextManager:
        """Return a context that places variables on parameter servers, all else on the chief.

        Without parameter servers the chief holds the variables as well. Files are read and written
        only by the chief: no other process needs access to the model_dir.
        """
        return tf.device(self._placing(*self._workers[0]))

    def _placing(self, job, index):
        count = len(self._task.cluster.get("ps", ()))
        if not count:
            chief = device_of(*self._workers[0])
            return tf.train.replica_device_setter(1, chief, device_of(job, index))
        return tf.train.replica_device_setter(count, "/job:ps", device_of(job, index))

    def classifier(self, specification: Specification, nn: Any) -> Classifier:
        """Return a `Classifier` of which each worker computes a share of every batch."""
        share_out = self.shares if len(self._workers) > 1 else None
        return Classifier(specification, nn, share_out)

    def shares(self, x: tf.Tensor, sequence_length: tf.Tensor | None, y: tf.Tensor) -> list[Share]:
        """Return the share of each worker, cut out of a batch by the chief.

        Args:
            x: of the batch, as of a `Classifier`.
            sequence_length: likewise, or None.
            y: likewise.
        """
        count, batch, shares = len(self._workers), tf.shape(x)[0], []
        for worker in range(count):
            begin, end = batch * worker // count, batch * (worker + 1) // count
            at_least_one = slice(begin, tf.maximum(end, begin + 1))
            place = functools.partial(self.place, worker)
            own = y[begin:end]
            with place():
                size = tf.shape(own)[0]
            lengths = None if sequence_length is None else sequence_length[at_least_one]
            shares.append(Share(x[at_least_one], lengths, own, size, place))
        return shares

    @contextlib.contextmanager
    def place(self, worker: int) -> Iterator[None]:
        """Return a context that places all but variables, which workers share, on a worker."""
        with (
            tf.device(self._placing(*self._workers[worker])),
            tf.variable_scope(
                tf.get_variable_scope(), reuse=tf.AUTO_REUSE, custom_getter=_read_where_it_lies
            ),
        ):
            yield

    def config(self) -> tf.ConfigProto:
        """Return the configuration of a session, whose steps end after the timeout."""
        return safe_config(tf.ConfigProto(operation_timeout_in_ms=self._timeout * 1000))

    def session(self) -> tf.Session:
        """Return a session of the default graph, whose steps end after the timeout."""
        return tf.Session(self.target, config=self.config())


def _read_where_it_lies(getter, *args, **kwargs):
    """Return a variable that every worker reads where it lies.

    Loops ask for a copy where the first worker computes, from which the others would be sent theirs
    only after it has come from the parameter server.
    """
    return getter(*args, **{**kwargs, "caching_device": None})
