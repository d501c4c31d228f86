"""Ask a model about a part of the data: its loss and its measure, its answers one by one."""

import numpy as np

from tf1_rnn.trainer import measures

EVALUATION_BATCH = 256


class Scorer:
    """Asks one model, in one session."""

    def __init__(self, session, model, plan):
        """Ask nothing yet.

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

    def numbers(self, part, class_weights=None):
        """Return the loss and the measure of a part, as `measures.of_split` does.

        Args:
            part: "test" or "valid".
            class_weights: what each class weighs in the loss, or None.
        """
        return self.numbers_and_confusion(part, class_weights)[0]

    def numbers_and_confusion(self, part, class_weights=None):
        """Return what `numbers` does, and the confusion matrix (see `measures.confusion`)."""
        split, target = getattr(self._plan.dataset, part), self._plan.dataset.target
        losses, answers, found = self._answers(split)
        return (
            measures.of_split(split, part, target, losses, answers, class_weights),
            measures.confusion(split, target, found, self._plan.n_classes),
        )

    def losses(self, split):
        """Return the losses of a split: of each sequence, or of each of its steps."""
        return self._answers(split)[0]

    def predictions(self, split):
        """Return the model's predictions of a split, which needs no labels."""
        return np.concatenate([self._predict(*batch) for batch in _in_order(inputs(split))])

    def _answers(self, split):
        """Return the losses, the answers and, of classes, which was found."""
        parts = []
        for *batch, y in _in_order([*inputs(split), split.y]):
            losses, answers, predictions = self._score(*batch, fed(y, self._plan))
            parts.append((losses, answers, predictions.argmax(-1)))
        return [np.concatenate(part) for part in zip(*parts, strict=True)]


def inputs(split):
    """Return what a model is fed of a split, its labels aside."""
    return [split.x] if split.lengths is None else [split.x, split.lengths]


def fed(y, plan):
    """Return labels as the placeholder of a plan's model takes them."""
    return measures.as_fed(y, plan.dataset.target, plan.n_classes)


def _in_order(arrays):
    """Yield batches of the arrays, from the first sample to the last."""
    for begin in range(0, len(arrays[0]), EVALUATION_BATCH):
        yield [array[begin : begin + EVALUATION_BATCH] for array in arrays]
