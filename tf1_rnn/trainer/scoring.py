"""Evaluate a model on a part of the data: loss, measure, and predictions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tf1_rnn.trainer import measures

if TYPE_CHECKING:
    import numpy as np
    import tensorflow.compat.v1 as tf

    from tf1_rnn.trainer.classifier import Classifier
    from tf1_rnn.trainer.datasets import Part, Split
    from tf1_rnn.trainer.plan import Plan

EVALUATION_BATCH = 256


class Scorer:
    """Evaluates one model, in one session."""

    def __init__(self, session: tf.Session, model: Classifier, plan: Plan) -> None:
        """Prepare the session; nothing is run yet.

        Args:
            session: a `tf.Session` with the model's variables.
            model: a `Classifier`.
            plan: the `Plan` that it was made for.
        """
        self._plan = plan
        self._score = session.make_callable(
            [model.losses, model.answers, model.predictions], [*model.inputs, model.y]
        )
        self._predict = session.make_callable(model.predictions, model.inputs)

    def numbers(self, part: str, class_weights: tuple | None = None) -> dict[str, float]:
        """Return the loss and the measure of a part, as `measures.Tally` does.

        Args:
            part: "test" or "valid".
            class_weights: what each class weighs in the loss, or None.
        """
        return self.numbers_and_confusion(part, class_weights)[0]

    def numbers_and_confusion(
        self, part: str, class_weights: tuple | None = None
    ) -> tuple[dict[str, float], np.ndarray | None]:
        """Return what `numbers` does, and the confusion matrix, or None of numbers to learn."""
        plan, confusion = self._plan, None
        tally = measures.Tally(plan.dataset.target, class_weights)
        for batch in getattr(plan.dataset, part).in_order(EVALUATION_BATCH):
            losses, answers, predictions = self._score(*fed(batch, plan))
            tally.add(batch, losses, answers)
            if plan.dataset.target != "number":
                found = predictions.argmax(-1)
                pairs = measures.confusion(batch, plan.dataset.target, found, plan.n_classes)
                confusion = pairs if confusion is None else confusion + pairs
        return tally.numbers(part), confusion

    def losses_and_predictions(self, split: Part) -> Iterator[tuple[Split, np.ndarray, np.ndarray]]:
        """Yield each batch of a split, from first to last, with its losses and predictions."""
        for batch in split.in_order(EVALUATION_BATCH):
            losses, _, predictions = self._score(*fed(batch, self._plan))
            yield batch, losses, predictions

    def predictions(self, split: Part) -> Iterator[tuple[Split, np.ndarray]]:
        """Yield each batch of a split, which needs no labels, with the model's predictions."""
        for batch in split.in_order(EVALUATION_BATCH):
            yield batch, self._predict(*inputs(batch))


def inputs(batch: Split) -> list[np.ndarray]:
    """Return what a model is fed of a batch, its labels aside."""
    return [batch.x] if batch.lengths is None else [batch.x, batch.lengths]


def fed(batch: Split, plan: Plan) -> list[np.ndarray]:
    """Return what a plan's model is fed of a batch, its labels included."""
    return [*inputs(batch), measures.as_fed(batch.labels, plan.dataset.target, plan.n_classes)]
