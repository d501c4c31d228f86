"""What a report shows of a test: the confusion of classes, and the worst samples. NumPy alone."""

import dataclasses

import numpy as np

from tf1_rnn.trainer import measures

WORST = 6


@dataclasses.dataclass(frozen=True)
class Sample:
    """One sequence of the test set.

    Attributes:
        name: what it is called.
        x: its valid steps, `[steps, length]` or `[steps, height, width, channels]`.
        loss: its own; of classes of steps, the mean of its steps.
        expected, found: in words.
    """

    name: str
    x: np.ndarray
    loss: float
    expected: str
    found: str


@dataclasses.dataclass(frozen=True)
class Findings:
    """What came of the test of a model.

    Attributes:
        classes: names of the classes, or None where numbers were learned.
        confusion: `[classes, classes]`, how often each (row) was taken for each, or None.
        numbers: what was expected and what was found, two arrays `[count]`, or None for classes.
        worst: the samples of the highest loss, a list of `Sample`.
        lengths: valid steps of every sequence, by part, a dict of arrays.
    """

    classes: tuple | None
    confusion: np.ndarray | None
    numbers: tuple | None
    worst: list
    lengths: dict

    @property
    def recall(self):
        """The share of each class that was found, `[classes]`; NaN for one that was not tested."""
        counts = self.confusion.sum(1)
        with np.errstate(invalid="ignore"):
            return np.where(counts, np.diag(self.confusion) / counts, np.nan)


def of(plan, losses, predictions):
    """Return the `Findings` of a test.

    Args:
        plan: the `Plan`.
        losses: of each sequence of the test set, `[n]`, or of each step, `[n, time_steps]`.
        predictions: probabilities or numbers, as the model gives them.
    """
    dataset = plan.dataset
    test, target = dataset.test, dataset.target
    classes = numbers = None
    if target == "number":
        numbers = test.y.ravel(), predictions.ravel()
    else:
        classes = tuple(map(str, dataset.classes or range(plan.n_classes)))
    confusion = measures.confusion(test, target, predictions.argmax(-1), plan.n_classes)
    if target == "step classes":
        valid = test.is_valid()
        losses = (losses * valid).sum(1) / np.maximum(valid.sum(1), 1)
    worst = [
        _sample(dataset, classes, i, losses[i], predictions[i])
        for i in np.argsort(-losses, kind="stable")[:WORST]
    ]
    return Findings(classes, confusion, numbers, worst, _lengths(dataset))


def _sample(dataset, classes, i, loss, prediction):
    test = dataset.test
    name = test.ids[i] if test.ids else f"test sequence {i}"
    length = len(test.x[i]) if test.lengths is None else test.lengths[i]
    if dataset.target == "number":
        expected, found = (", ".join(f"{n:.4g}" for n in each) for each in (test.y[i], prediction))
    elif dataset.target == "class":
        expected = classes[test.y[i]]
        found = f"{classes[prediction.argmax()]} ({prediction.max():.0%})"
    else:
        wrong = int((prediction.argmax(-1) != test.y[i])[:length].sum())
        expected, found = f"{length} steps", f"{wrong} of them wrong"
    return Sample(str(name), test.x[i, :length], float(loss), expected, found)


def _lengths(dataset):
    parts = {"training": dataset.train, "validation": dataset.valid, "test": dataset.test}
    return {
        name: np.full(len(split), split.x.shape[1]) if split.lengths is None else split.lengths
        for name, split in parts.items()
        if split is not None
    }
