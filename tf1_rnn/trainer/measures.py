"""How well a model answers: accuracy of classes, R² of numbers. Needs NumPy alone.

R² is 1 where every number is found, 0 where the mean would have done as well; of several numbers a
sequence, the mean of each one's.
"""

import numpy as np

# What says how good a model is, by what it is to learn; in a history as `valid_accuracy`.
OF_TARGET = {"class": "accuracy", "step classes": "accuracy", "number": "r2"}
WORDS = {"accuracy": "accuracy", "r2": "R2"}


def as_fed(y, target, n_outputs):
    """Return labels as the placeholder takes them: one-hot classes, or the numbers themselves."""
    return y if target == "number" else np.eye(n_outputs, dtype=np.float32)[y]


def balanced(split, target, n_classes):
    """Return a weight for each class, so that all together weigh the same in a split's loss.

    Args:
        split: the training `Split`; its classes are those of `target`, "class" or "step classes".
        n_classes: number of classes.

    Returns:
        `[n_classes]` floats whose mean over the samples is 1; a class without samples has 0.
    """
    y = split.y[split.is_valid()] if target == "step classes" else split.y
    counts = np.bincount(y, minlength=n_classes)
    return np.where(counts, len(y) / np.maximum(counts, 1) / (counts > 0).sum(), 0)


def of_split(split, part, target, losses, answers, class_weights=None):
    """Return the loss and the measure of the target, by the names of a history's columns.

    Args:
        split: the `Split` that was asked about.
        part: its name, as "test".
        target: what its labels are (see `targets`).
        losses: of each sequence, `[n]`, or of each step, `[n, time_steps]`.
        answers: whether each class was found, in the shape of `losses`; or the numbers that were
            found, `[n, outputs]`.
        class_weights: what each class weighs in the loss, or None.
    """
    y = split.y
    if target == "step classes":
        valid = split.is_valid()
        y, losses, answers = y[valid], losses[valid], answers[valid]
    losses = losses.astype(np.float64)
    if class_weights is not None:
        losses = losses * np.asarray(class_weights)[y]
    measure = r2(split.y, answers) if target == "number" else float(answers.mean())
    return {f"{part}_loss": float(losses.mean()), f"{part}_{OF_TARGET[target]}": measure}


def confusion(split, target, found, n_classes):
    """Return how often each class was taken for each, or None where numbers are learned.

    Args:
        split: the `Split` that was asked about.
        target: what its labels are (see `targets`).
        found: the class that was found of each sequence, `[n]`, or of each step,
            `[n, time_steps]`.
        n_classes: number of classes.

    Returns:
        `[n_classes, n_classes]` integers, the right class in the rows.
    """
    if target == "number":
        return None
    y = split.y
    if target == "step classes":
        y, found = y[split.is_valid()], found[split.is_valid()]
    pairs = y * n_classes + found
    return np.bincount(pairs, minlength=n_classes**2).reshape([n_classes] * 2)


def r2(y, found):
    """Return the coefficient of determination of numbers `[n, outputs]`."""
    y, found = y.astype(np.float64), found.astype(np.float64)
    residual, total = ((y - found) ** 2).sum(0), ((y - y.mean(0)) ** 2).sum(0)
    # Numbers that are all the same leave nothing to explain.
    constant = np.where(residual == 0, 1.0, 0.0)
    return float(np.where(total > 0, 1 - residual / np.where(total > 0, total, 1), constant).mean())


def of_row(row, part):
    """Return the word and the value of a part's measure among numbers, or None without one."""
    for name, word in WORDS.items():
        if f"{part}_{name}" in row:
            return word, row[f"{part}_{name}"]
    return None
