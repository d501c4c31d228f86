"""Asynchronous training: each worker applies its own gradients and waits for no other.

A step is one batch of one worker. Its gradients are of variables that others change meanwhile, so
that the numbers depend on who comes when. An epoch still has each batch once: the workers take them
from one row, and the epoch ends when all are done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

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
    import tensorflow.compat.v1 as tf

    from tf1_rnn.trainer.classifier import Classifier
    from tf1_rnn.trainer.plan import Plan


class Asynchronous(Towers):
    """A cluster whose workers do not wait for each other."""

    def steps(self, plan: Plan, session: tf.Session, model: Classifier) -> Unordered:
        """Return how the epochs of a plan are gone through."""
        others = [self.session_of(worker) for worker in range(1, len(self.towers))]
        return Unordered(plan, [session, *others], self.towers)


class Unordered:
    """Steps that do not wait for each other."""

    def __init__(self, plan: Plan, sessions: list[tf.Session], towers: list[Classifier]) -> None:
        """Run nothing yet.

        Args:
            plan: the `Plan`.
            sessions: the session of each worker.
            towers: their models.
        """
        self._plan = plan
        self._train = [
            session.make_callable(
                [tower.train_op, tower.loss, *measured_of(tower)], placeholders_of(tower)
            )
            for session, tower in zip(sessions, towers, strict=True)
        ]

    def run(self, epoch: int, done: int, is_due: Callable[[], bool]) -> Iterator[Step]:
        """Train what is left of an epoch, as `steps.InTurn.run` does.

        While a checkpoint is due, no worker begins a step, until all have ended theirs.
        """
        batches = batches_of(self._plan, epoch, done)
        crew, idle, sizes = Crew(len(self._train)), list(range(len(self._train))), {}
        try:
            while True:
                while idle and not (sizes and is_due()):
                    batch = next(batches, None)
                    if batch is None:
                        break
                    worker = idle.pop(0)
                    sizes[worker] = len(batch)
                    crew.start(worker, self._train[worker], *fed(batch, self._plan))
                if not sizes:
                    return
                worker, result, error = crew.wait()
                if error is not None:
                    raise error
                _, loss, *measured = result
                idle.append(worker)
                yield Step(sizes.pop(worker), loss, as_measured(measured), settled=not sizes)
        finally:
            crew.end()
