"""Synchronous training on data in shards: each worker reads its own, and computes on what it reads.

The batches are those of one process. What a worker computes of a batch is what lies in its shards,
so that shares differ in size; the sum of their gradients does not depend on who computes what.
"""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import tensorflow.compat.v1 as tf

from tf1_rnn.errors import RunError
from tf1_rnn.trainer.classifier import Classifier, Share
from tf1_rnn.trainer.cluster import reading
from tf1_rnn.trainer.cluster.configuration import device_of, name_of
from tf1_rnn.trainer.machines import Machines
from tf1_rnn.trainer.steps import Step, as_measured, train_calls

if TYPE_CHECKING:
    from tf1_rnn.trainer.classifier import Specification
    from tf1_rnn.trainer.cluster.configuration import Task
    from tf1_rnn.trainer.plan import Plan


class Sharded(Machines):
    """A cluster whose workers read their shares of the batches themselves."""

    def __init__(
        self, task: Task, target: str, timeout: int, send: Callable[[int, bytes], None]
    ) -> None:
        """Start nothing.

        Args:
            task: the `Task` of the chief.
            target: of its `tf.train.Server`.
            timeout: seconds that a step may take.
            send: called with the number of a worker, the chief's being 0, and with an order for it
                (see `reading`).
        """
        super().__init__(task, target, timeout)
        self._send = send

    def classifier(self, specification: Specification, nn: Any) -> Classifier:
        """Return a `Classifier` to evaluate, having built one of the same variables that trains."""
        model = super().classifier(specification.without_training(), nn)
        self._queue = f"tf1_rnn_batches_{uuid.uuid4().hex}"
        self._problems = []
        ready = [self._ready(specification, worker) for worker in range(len(self._workers))]
        self._trained = Classifier(specification, nn, lambda *fed: ready)
        return model

    def _ready(self, specification, worker):
        """Return the share that lies ready on a worker."""
        device, place = device_of(*self._workers[worker]), functools.partial(self.place, worker)
        batches, problem = reading.queue_on(device, self._queue)
        with tf.device(device):
            x, lengths, y, count = batches.dequeue()
            self._problems.append((problem.size(), problem.dequeue()))
            x.set_shape([None, specification.time_steps, *specification.step_shape])
            lengths.set_shape([None])
            steps = [specification.time_steps] if specification.target == "step classes" else []
            y.set_shape([None, *steps, specification.n_classes])
            count.set_shape([])
            return Share(x, lengths if specification.lengths else None, y[:count], count, place)

    def steps(self, plan: Plan, session: tf.Session, model: Classifier) -> OwnShares:
        """Return how the epochs of a plan are gone through."""
        names = [name_of(*worker) for worker in self._workers]

        def order(epoch: int, done: int) -> None:
            for worker in range(len(names)):
                what = reading.Order.of(plan, self._queue, worker, len(names), epoch, done)
                self._send(worker, reading.packed(what, *reading.streamed(plan)))

        problems = dict(zip(names, self._problems, strict=True))
        return OwnShares(plan, session, self._trained, order, problems)


class OwnShares:
    """Steps of which each worker has its share of the batch ready."""

    def __init__(
        self,
        plan: Plan,
        session: tf.Session,
        model: Classifier,
        order: Callable[[int, int], None],
        problems: dict,
    ) -> None:
        """Run nothing yet.

        Args:
            plan: the `Plan`.
            session: the session of the model.
            model: the `Classifier` that trains on what lies ready.
            order: called with an epoch and how many of its steps are done, before the first step.
            problems: by the name of each worker, how many problems it has, and the first one.
        """
        self._plan, self._session, self._order, self._problems = plan, session, order, problems
        dropout = plan.configuration.get("dropout")
        placeholders, self._fed = ([model.keep_prob], [1 - dropout]) if dropout else ([], [])
        self._train, self._train_measured = train_calls(session, model, placeholders)
        self._is_ordered = False

    def run(self, epoch: int, done: int, is_due: Callable[[], bool]) -> Iterator[Step]:
        """Train what is left of an epoch, as `steps.InTurn.run` does.

        Raises:
            RunError: a worker cannot read its shards.
        """
        if not self._is_ordered:
            self._order(epoch, done)
            self._is_ordered = True
        steps, size = self._plan.steps_per_epoch, self._plan.configuration["batch_size"]
        for number in range(done + 1, steps + 1):
            is_last = number == steps
            try:
                _, loss, *measured = (self._train_measured if is_last else self._train)(*self._fed)
            except (tf.errors.OutOfRangeError, tf.errors.CancelledError):
                self._say_problem()
                raise
            rest = len(self._plan.dataset.train_set) - (steps - 1) * size
            yield Step(rest if is_last else size, loss, as_measured(measured))

    def _say_problem(self):
        """Raise what a worker says, if one does."""
        for name, (count, problem) in self._problems.items():
            if self._session.run(count):
                text = self._session.run(problem).decode("utf-8", "replace")
                raise RunError(f"{name} cannot read its shards: {text}") from None
