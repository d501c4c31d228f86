"""How well a model answers: accuracy of classes, R² of numbers. Needs NumPy alone.

R² is 1 where every number is found, 0 where the mean would have done as well; of several numbers a
sequence, the mean of each one's.
"""

import numpy as np

# The columns of a history that say how good a model is, by what it is to learn.
OF_TARGET = {
    "class": "test_accuracy",
    "step classes": "test_accuracy",
    "number": "test_r2",
}
WORDS = {"test_accuracy": "accuracy", "test_r2": "R2"}


def as_fed(y, target, n_outputs):
    """Return labels as the placeholder takes them: one-hot classes, or the numbers themselves."""
    return y if target == "number" else np.eye(n_outputs, dtype=np.float32)[y]


def of_split(split, target, losses, answers):
    """Return `test_loss` and the measure of the target.

    Args:
        split: the `Split` that was asked about.
        target: what its labels are (see `targets`).
        losses: of each sequence, `[n]`, or of each step, `[n, time_steps]`.
        answers: whether each class was found, in the shape of `losses`; or the numbers that were
            found, `[n, outputs]`.
    """
    if target == "step classes":
        valid = split.is_valid()
        losses, answers = losses[valid], answers[valid]
    measure = r2(split.y, answers) if target == "number" else float(answers.mean())
    return {"test_loss": float(losses.mean(dtype=np.float64)), OF_TARGET[target]: measure}


def r2(y, found):
    """Return the coefficient of determination of numbers `[n, outputs]`."""
    y, found = y.astype(np.float64), found.astype(np.float64)
    residual, total = ((y - found) ** 2).sum(0), ((y - y.mean(0)) ** 2).sum(0)
    # Numbers that are all the same leave nothing to explain.
    constant = np.where(residual == 0, 1.0, 0.0)
    return float(np.where(total > 0, 1 - residual / np.where(total > 0, total, 1), constant).mean())


def of_row(row):
    """Return the column and the value of the measure in a row of a history."""
    name = next(name for name in WORDS if name in row)
    return name, row[name]
