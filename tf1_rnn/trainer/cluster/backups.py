"""Synchronous training with backup workers, which step in for others that are slow or lost.

Of N workers, B of them backups, each batch has N - B shares. A worker takes the next share that
nobody has taken; one for whom none is left computes a share again that is still under way, and the
first result counts, as with the backup tasks of MapReduce (Dean and Ghemawat, OSDI 2004). So no
sample is left out, and the numbers are those of N - B workers, whoever is lost. TensorFlow's
`SyncReplicasOptimizer` drops the samples of the slowest instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow.compat.v1 as tf

from tf1_rnn.trainer.cluster.towers import Crew, Towers
from tf1_rnn.trainer.steps import (
    Step,
    as_measured,
    batches_of,
    fed,
    measured_of,
    placeholders_of,
)

if TYPE_CHECKING:
    from tf1_rnn.trainer.classifier import Classifier
    from tf1_rnn.trainer.cluster.configuration import Task
    from tf1_rnn.trainer.datasets import Split
    from tf1_rnn.trainer.plan import Plan


class Lost(Exception):
    """A worker does not answer, or is not the process that it was; says which and what."""


class WithBackups(Towers):
    """A cluster that goes on without workers that are lost."""

    def __init__(
        self,
        task: Task,
        target: str,
        timeout: int,
        backups: int,
        peers: dict,
        say: Callable[[str], None],
    ) -> None:
        """Start nothing.

        Args:
            task: the `Task` of the chief.
            target: of its `tf.train.Server`.
            timeout: seconds that a step may take.
            backups: how many of the workers are backups.
            peers: the `servers.Peer` of each other process, by job and index.
            say: called with a line on what happened.
        """
        super().__init__(task, target, timeout)
        self._backups, self._peers, self._say = backups, peers, say

    def steps(self, plan: Plan, session: tf.Session, model: Classifier) -> BackedUp:
        """Return how the epochs of a plan are gone through."""
        workers = [
            _Worker(self, worker, self._peers.get(task))
            for worker, task in enumerate(self._workers)
        ]
        return BackedUp(plan, session, model, FirstResults(workers, self._backups, self._say))

    def session(self) -> tf.Session:
        """Return the chief's session, which waits for no worker."""
        return self.session_of(0)


class _Worker:
    """A worker as its thread sees it: its model, and a session that ends with it."""

    def __init__(self, machines, worker, peer):
        self._machines, self._worker, self._peer, self._compute = machines, worker, peer, None

    def compute(self, values):
        """Return loss and gradients of the values of a share.

        Raises:
            Lost: the worker is.
        """
        try:
            if self._compute is None:
                tower = self._machines.towers[self._worker]
                self._compute = self._machines.session_of(self._worker).make_callable(
                    [tower.loss, tower.gradients], placeholders_of(tower)
                )
            return self._compute(*values)
        except tf.errors.OpError:
            what = self._peer and self._peer.loss()
            if not what:
                raise
            self._compute = None
            raise Lost(what) from None

    def come_back(self):
        """Wait until the worker answers again; return its name."""
        self._peer.wait()
        return self._peer.name


class FirstResults:
    """Computes the shares of batches by workers that may be slow or lost."""

    def __init__(self, workers: Sequence[Any], backups: int, say: Callable[[str], None]) -> None:
        """Start a thread for each worker.

        Args:
            workers: with `compute` and `come_back`, as `_Worker` has them.
            backups: how many of them may compute what another computes.
            say: called with a line on what happened.
        """
        self.shares = len(workers) - backups
        self._workers, self._backups, self._say = workers, backups, say
        self._crew, self._idle, self._batch = Crew(len(workers)), list(range(len(workers))), 0
        self._under_way = {}  # by worker, the number of a batch and of a share in it

    def compute(self, values: Sequence[Any]) -> list[Any]:
        """Return what the first worker made of each share.

        Args:
            values: what to compute of each share.

        Raises:
            Exception: a worker's own, where it is not lost.
        """
        self._batch += 1
        results = {}
        while len(results) < len(values):
            self._hand_out(values, results)
            worker, result, error = self._crew.wait()
            batch, share = self._under_way.pop(worker, (None, None))
            if isinstance(error, Lost):
                self._say(f"fault   {error}; training goes on without it")
                self._crew.start(worker, self._workers[worker].come_back)
                continue
            if error is not None:
                self._crew.end()
                raise error
            self._idle.append(worker)
            if batch is None:
                self._say(f"cluster {result} is back")
            elif batch == self._batch:
                results.setdefault(share, result)
        return [results[share] for share in range(len(values))]

    def _hand_out(self, values, results):
        """Give idle workers the shares that nobody has, then those that backups may repeat."""
        while self._idle:
            # Of this batch; a worker may still be busy with what it has of another.
            copies = [self._now().count(share) for share in range(len(values))]
            missing = [share for share in range(len(values)) if share not in results]
            share = min(missing, key=lambda share: copies[share])
            repeated = len(self._under_way) - sum(copies[share] > 0 for share in missing)
            if copies[share] and repeated >= self._backups:
                return
            worker = self._idle.pop(0)
            self._under_way[worker] = self._batch, share
            self._crew.start(worker, self._workers[worker].compute, values[share])

    def _now(self):
        """Return the shares of this batch that are under way."""
        return [share for batch, share in self._under_way.values() if batch == self._batch]


class BackedUp:
    """Steps that wait for the first result of each share."""

    def __init__(
        self, plan: Plan, session: tf.Session, model: Classifier, results: FirstResults
    ) -> None:
        """Run nothing yet.

        Args:
            plan: the `Plan`.
            session: a session of the chief and whoever holds the variables.
            model: the `Classifier` of the chief.
            results: computes loss and gradients of shares.
        """
        self._plan, self._results = plan, results
        # Fed with gradients, the train op applies them and computes none.
        self._apply = session.make_callable([model.train_op, *measured_of(model)], model.gradients)

    def run(self, epoch: int, done: int, is_due: Callable[[], bool]) -> Iterator[Step]:
        """Train what is left of an epoch, as `steps.InTurn.run` does."""
        for batch in batches_of(self._plan, epoch, done):
            parts = shares(batch, self._results.shares)
            found = self._results.compute([fed(part, self._plan) for part in parts])
            weights = np.array([self._weight(part) for part in parts], np.float32)
            weights /= max(1, weights.sum())
            loss = sum(weight * loss for weight, (loss, _) in zip(weights, found, strict=True))
            each = zip(*(gradients for _, gradients in found), strict=True)
            gradients = [np.tensordot(weights, np.stack(own), 1) for own in each]
            _, *measured = self._apply(*gradients)
            yield Step(len(batch), loss, as_measured(measured))

    def _weight(self, part):
        """Return how many losses the loss of a share is the mean of."""
        by_step = self._plan.dataset.target == "step classes"
        return part.is_valid().sum() if by_step else len(part)


def shares(batch: Split, count: int) -> list[Split]:
    """Return the shares of a batch, as many or, of a small batch, fewer."""
    ends = [len(batch) * share // count for share in range(count + 1)]
    pairs = zip(ends[:-1], ends[1:], strict=True)
    return [batch.take(np.arange(begin, end)) for begin, end in pairs if end > begin]
