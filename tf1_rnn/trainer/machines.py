"""Where a run's graph is computed: in this process, or shared out over a cluster's workers."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import tensorflow.compat.v1 as tf

from tf1_rnn.grappler import safe_config
from tf1_rnn.trainer.classifier import Classifier
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
        """Return a `Classifier` whose logits are computed by all workers, each of a share."""
        return Classifier(specification, nn, self.compute)

    def compute(self, function: Callable, inputs: Sequence) -> tf.Tensor:
        """Return a function's values for a batch, each worker having computed those of a share.

        Args:
            function: of inputs as below; returns a tensor `[batch, ...]`.
            inputs: tensors `[batch, ...]`.

        Returns:
            The function's values in the order of the batch. Their gradients are computed where
            they were, and added in the order of the workers.
        """
        count = len(self._workers)
        if count == 1:
            return function(*inputs)
        batch, values = tf.shape(inputs[0])[0], []
        for worker, (job, index) in enumerate(self._workers):
            begin, end = batch * worker // count, batch * (worker + 1) // count
            # One sample at least: of none, convolutions fail. It is dropped again.
            share = [tensor[begin : tf.maximum(end, begin + 1)] for tensor in inputs]
            with (
                tf.device(self._placing(job, index)),
                tf.variable_scope(tf.get_variable_scope(), reuse=worker > 0 or None),
            ):
                values.append(function(*share)[: end - begin])
        return tf.concat(values, 0)

    def config(self) -> tf.ConfigProto:
        """Return the configuration of a session, whose steps end after the timeout."""
        return safe_config(tf.ConfigProto(operation_timeout_in_ms=self._timeout * 1000))

    def session(self) -> tf.Session:
        """Return a session of the default graph, whose steps end after the timeout."""
        return tf.Session(self.target, config=self.config())
