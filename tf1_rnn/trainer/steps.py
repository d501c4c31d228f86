"""The training steps of an epoch, one after the other: each a run of the session on a batch."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from tf1_rnn.trainer import scoring

if TYPE_CHECKING:
    import numpy as np
    import tensorflow.compat.v1 as tf

    from tf1_rnn.trainer.classifier import Classifier
    from tf1_rnn.trainer.datasets import Split
    from tf1_rnn.trainer.plan import Plan

MEASURED = ("learning_rate", "gradient_norm")  # of the last step of an epoch


@dataclasses.dataclass(frozen=True)
class Step:
    """A training step that is done.

    Attributes:
        size: how many sequences its batch had.
        loss: the mean of their losses, before the step.
        measured: the numbers of `MEASURED`, or None but for the last step of an epoch.
        settled: whether the variables are those of the steps that were told, and no other step is
            under way, so that a checkpoint may be written.
    """

    size: int
    loss: float
    measured: dict | None = None
    settled: bool = True


class InTurn:
    """Steps that wait for each other."""

    def __init__(self, plan: Plan, session: tf.Session, model: Classifier) -> None:
        """Run nothing yet.

        Args:
            plan: the `Plan`.
            session: the session of the model.
            model: a `Classifier` that trains.
        """
        self._plan = plan
        self._train, self._train_measured = train_calls(session, model, placeholders_of(model))

    def run(self, epoch: int, done: int, is_due: Callable[[], bool]) -> Iterator[Step]:
        """Train what is left of an epoch.

        Args:
            epoch: its number, from 0.
            done: how many of its steps were done before.
            is_due: whether a checkpoint is wanted as soon as the steps are settled.

        Yields:
            A `Step` for each.
        """
        for number, batch in enumerate(batches_of(self._plan, epoch, done), done + 1):
            is_last = number == self._plan.steps_per_epoch
            train = self._train_measured if is_last else self._train
            _, loss, *measured = train(*fed(batch, self._plan))
            yield Step(len(batch), loss, as_measured(measured))


def batches_of(plan: Plan, epoch: int, done: int) -> Iterator[Split]:
    """Return the batches of an epoch but for the first `done`."""
    choices = plan.configuration
    return plan.dataset.train_set.batches(choices["batch_size"], choices["seed"], epoch, done)


def train_calls(
    session: tf.Session, model: Classifier, placeholders: list[tf.Tensor]
) -> tuple[Callable, Callable]:
    """Return two functions that train on what is fed: for all steps, and for an epoch's last one.

    Args:
        session: the session of the model.
        model: a `Classifier` that trains.
        placeholders: what the functions' arguments are fed to.

    Returns:
        Functions that return the result of the train op and the loss; the second one also what
        `MEASURED` names.
    """
    fetched = [model.train_op, model.loss]
    return (
        session.make_callable(fetched, placeholders),
        session.make_callable([*fetched, *measured_of(model)], placeholders),
    )


def placeholders_of(model: Classifier) -> list[tf.Tensor]:
    """Return the placeholders that `fed` has values for."""
    more = [] if model.keep_prob is None else [model.keep_prob]
    return [*model.inputs, model.y, *more]


def fed(batch: Split, plan: Plan) -> list[np.ndarray | float]:
    """Return what a model is fed to train on a batch, in the order of `placeholders_of`."""
    dropout = plan.configuration.get("dropout")
    return [*scoring.fed(batch, plan), *([1 - dropout] if dropout else [])]


def measured_of(model: Classifier) -> list[tf.Tensor]:
    """Return the tensors of what `MEASURED` names."""
    return [getattr(model, name) for name in MEASURED]


def as_measured(values: list[Any]) -> dict[str, float] | None:
    """Return the values of `MEASURED` by name, or None for none."""
    return dict(zip(MEASURED, map(float, values), strict=True)) if values else None
