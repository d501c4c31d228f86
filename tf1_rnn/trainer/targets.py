"""The target of a model, recognised by the type and shape of `y`. Needs only NumPy.

    y                                               target
    text or whole numbers [n] or [n, 1]             "class": one class a sequence
    one-hot rows [n, n_classes]                     "class"
    text or whole numbers [n, time_steps]           "step classes": one class a step
    whole numbers [n, time_steps, 1], or one-hot    "step classes"
    [n, time_steps, n_classes]
    other floats [n] or [n, outputs]                "number": regression

One-hot rows with as many columns as time steps could be either, and are refused: `--target` says
which. It also makes numbers of whole floats. Values past a sequence's length are ignored.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from tf1_rnn import wording
from tf1_rnn.errors import RunError, UsageError
from tf1_rnn.trainer.dividing import listed

TARGETS = ("class", "step classes", "number")
BY_FLAG = {"class": "class", "steps": "step classes", "number": "number"}  # as --target has them
MAX_EMPTY_CLASSES = 1000
NUMBER_THEM = "number the labels, as numpy.unique(y, return_inverse=True)[1] does"


@dataclasses.dataclass
class Labels:
    """The labels of every part of a data set.

    Attributes:
        y: by part: int64 `[n]`, int64 `[n, time_steps]`, or float32 `[n, outputs]`.
        target: one of `TARGETS`.
        n_classes: number of classes; None for numbers, and where the training set is not read.
        classes: names of the classes, or None where they are numbers from 0.
    """

    y: dict
    target: str
    n_classes: int | None
    classes: tuple | None


def read(
    raw: dict[str, np.ndarray],
    valid: dict[str, np.ndarray],
    asked: str | None = None,
    classes: Sequence | None = None,
    as_names: bool = False,
) -> Labels:
    """Return the `Labels` that arrays hold.

    Args:
        raw: labels by part, "train" or "test" first, as the file has them.
        valid: by part, which steps belong to their sequence: bool `[n, time_steps]`.
        asked: one of `TARGETS`, or None to tell it by type and shape.
        classes: names of the classes, where the file or a trained model tells them.
        as_names: whether integers name classes, as in a table, rather than count them from 0.

    Raises:
        RunError: in one line, with the name of the array.
    """
    raw = {part: _plain(y, f"y_{part}", len(valid[part])) for part, y in raw.items()}
    first = next(iter(raw))
    target, one_hot = _kind(raw[first], f"y_{first}", valid[first], asked)
    if target == "number":
        y = {part: _as_numbers(y, f"y_{part}") for part, y in raw.items()}
        if len({numbers.shape[1] for numbers in y.values()}) > 1:
            raise RunError("y_train and y_test have different numbers of columns")
        return Labels(y, target, None, None)
    read_part = _one_hot if one_hot else _classes_of_steps if target != "class" else _column
    y = {part: read_part(array, f"y_{part}", valid[part]) for part, array in raw.items()}
    counted = {
        part: array if target == "class" else array[valid[part]] for part, array in y.items()
    }
    counted, classes = _numbered(counted, classes, as_names and not one_hot)
    n_classes = None
    if "train" in y:
        n_classes = _count(counted["train"], raw, one_hot, classes)
        for part in counted:
            if part != "train":
                check_labels(counted[part], n_classes, f"y_{part}")
    if target != "class":
        counted = {part: _unmasked(values, valid[part]) for part, values in counted.items()}
    return Labels(counted, target, n_classes, classes)


def of_distinct(
    values: dict[str, np.ndarray], classes: tuple | None = None, as_names: bool = False
) -> tuple[dict[str, np.ndarray], int | None, tuple | None]:
    """Return class numbers of labels of which each part's distinct ones are known.

    Args:
        values: by part, "train" or "test" first, the distinct labels: text or whole numbers.
        classes: as of `read`.
        as_names: as of `read`.

    Returns:
        By part the class of each label, the number of classes (None without "train"), and the
        names of the classes, or None where they are numbers from 0.

    Raises:
        RunError: in one line, with the name of the array.
    """
    counted = {part: _column(labels, f"y_{part}", None) for part, labels in values.items()}
    counted, classes = _numbered(counted, classes, as_names)
    n_classes = None
    if "train" in counted:
        n_classes = _count(counted["train"], {}, False, classes)
        for part in counted:
            check_labels(counted[part], n_classes, f"y_{part}")
    return counted, n_classes, classes


def check_labels(y: np.ndarray, n_classes: int, name: str = "y_test") -> None:
    """Raise RunError where a label is none of the model's classes."""
    wrong = (y < 0) | (y >= n_classes)
    if wrong.any():
        raise RunError(
            f"{name} holds the label {y[wrong][0]}; expected 0 to {n_classes - 1}, the "
            "classes of the model"
        )


def _plain(y, name, n):
    """Return labels as text or numbers, without columns of one."""
    if y.dtype.kind == "S":
        y = np.char.decode(y, "utf-8", "replace")
    if y.dtype.kind not in "biufU":
        raise RunError(f"{name} holds {y.dtype}; expected numbers or text: {NUMBER_THEM}")
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim not in (1, 2, 3) or len(y) != n:
        what = f"has {len(y)} rows; expected {n}" if y.ndim > 1 else f"has shape {y.shape}"
        what += "" if y.ndim > 1 else f"; expected ({n},)"
        raise RunError(f"{name} {what}, one for each sample of x_{name[2:]}")
    return y


def _kind(y, name, valid, asked):
    """Return the target, and whether labels are one-hot."""
    one_hot = y.dtype.kind != "U" and y.ndim > 1 and y.shape[-1] > 1 and is_one_hot(y).all()
    by_step = y.ndim > 1 and y.shape[:2] == valid.shape
    if y.ndim == 3:
        if asked in ("class", "number") or not (by_step and (one_hot or y.shape[2] == 1)):
            raise RunError(
                f"{name} has shape {y.shape}; expected classes, (n,) or (n, time_steps), or numbers"
            )
        return "step classes", one_hot
    if asked:
        if asked == "step classes" and not by_step:
            raise UsageError(
                f"{name} has shape {y.shape}; --target=steps expects {valid.shape}, a class "
                "for each step"
            )
        return asked, asked == "class" and y.ndim == 2
    if one_hot and by_step:
        raise UsageError(
            f"{name} has shape {y.shape}, one-hot rows with a column for each of the "
            f"{y.shape[1]} time steps; expected --target=class, which takes them for one class a "
            "sequence, or --target=steps, for one a step"
        )
    if one_hot:
        return "class", True
    read = y[valid] if by_step and y.ndim == 2 else y
    fractions = y.dtype.kind == "f" and not is_whole(read[np.isfinite(read)])
    if fractions:
        return "number", False
    if y.ndim == 2 and not by_step:
        return "class", True  # which says what row is not one-hot
    return ("step classes" if by_step else "class"), False


def is_one_hot(y: np.ndarray) -> np.ndarray:
    """Return for each row whether it is a single 1 among zeros."""
    return ((y == 0) | (y == 1)).all(-1) & (y.sum(-1) == 1)


def is_whole(values: np.ndarray) -> bool:
    """Return whether all numbers are whole."""
    return np.array_equal(values, np.floor(values))


def _one_hot(y, name, valid):
    """Return the classes of one-hot rows."""
    if y.ndim == 1 or y.dtype.kind == "U":
        raise RunError(f"{name} has shape {y.shape}; expected one-hot rows, as y_train has them")
    right = is_one_hot(y)
    if not right.all():
        row = int(np.argmin(right.reshape(len(y), -1).all(1)))
        expected = f"a single 1 among zeros, or integers of shape ({len(y)},)"
        raise RunError(
            f"{name} row {row} is not one-hot; expected {expected} or {valid.shape}, a class for "
            "each step; --target=number learns numbers"
        )
    return y.argmax(-1)


def _column(y, name, valid):
    if y.ndim != 1:
        raise RunError(f"{name} has shape {y.shape}; expected ({len(y)},), as y_train has it")
    return y if y.dtype.kind == "U" else as_integers(y, name)


def _classes_of_steps(y, name, valid):
    """Return the classes of steps, `[n, time_steps]`; 0 or "" after a sequence's end."""
    y = y[..., 0] if y.ndim == 3 and y.shape[2] == 1 else y
    if y.shape != valid.shape:
        raise RunError(f"{name} has shape {y.shape}; expected {valid.shape}, a class for each step")
    y = np.where(valid, y, np.zeros([], y.dtype))
    return y if y.dtype.kind == "U" else as_integers(y, name)


def _as_numbers(y, name):
    """Return numbers to learn, float32 `[n, outputs]`."""
    if y.dtype.kind == "U" or y.ndim == 3:
        raise RunError(f"{name} holds {y.dtype} of shape {y.shape}; expected numbers")
    with np.errstate(over="ignore"):
        y = y.astype(np.float32)
    _require_finite(y, name)
    return y.reshape(len(y), -1)


def as_integers(y: np.ndarray, name: str) -> np.ndarray:
    """Return whole numbers of any type as int64; refuse what is not whole or too large."""
    if y.dtype.kind == "f":
        _require_finite(y, name)
        if not is_whole(y):
            raise RunError(f"{name} holds fractional numbers; expected integers")
    if y.size and (y.max() >= 2**62 or y.min() <= -(2**62)):
        far = y.max() if y.max() >= 2**62 else y.min()
        raise RunError(f"{name} holds {far}; expected small whole numbers")
    return y.astype(np.int64)


def _require_finite(y, name):
    bad = ~np.isfinite(y)
    if bad.any():
        where = ", ".join(str(int(i)) for i in np.argwhere(bad)[0])
        raise RunError(
            f"{name}[{where}] is {y[bad][0]} (NaN, infinite or beyond float32: "
            f"{wording.counted(int(bad.sum()), 'value')}); expected finite numbers: leave such "
            "samples out"
        )


def _numbered(counted, classes, as_names):
    """Return names as numbers from 0, by part, and the names in that order."""
    texts = {part for part, values in counted.items() if values.dtype.kind == "U"}
    if texts and len(texts) < len(counted):
        raise RunError("y_train and y_test are not both text or both numbers; expected one type")
    if not texts and classes is None:
        # As they are where they count from 0 already, as almost every table's do.
        known = np.unique(counted.get("train", []))
        if not as_names or np.array_equal(known, np.arange(len(known))):
            return counted, None
        classes = tuple(str(int(value)) for value in known)
    elif classes is None:
        if "train" not in counted:
            raise RunError(
                "y_test holds names, the model was trained on classes numbered from 0: give those"
            )
        classes = tuple(str(name) for name in np.unique(counted["train"]))
    return {part: _places(values, classes, f"y_{part}") for part, values in counted.items()}, (
        classes
    )


def _places(values, classes, name):
    """Return the index of each label in `classes`."""
    place = {label: i for i, label in enumerate(classes)}
    found, inverse = np.unique(values, return_inverse=True)
    unknown = [str(label) for label in found if str(label) not in place]
    if unknown:
        raise RunError(
            f"{name} holds the label {unknown[0]!r}; the classes of the model are {listed(classes)}"
        )
    table = np.array([place[str(label)] for label in found], np.int64)
    return table[inverse.reshape(values.shape)] if len(found) else np.zeros(values.shape, np.int64)


def _count(y, raw, one_hot, classes):
    """Return the number of classes in the training labels."""
    widths = {part: array.shape[-1] for part, array in raw.items()}
    if one_hot:
        for part, width in widths.items():
            if width != widths["train"]:
                raise RunError(
                    f"y_{part} has {width} classes, y_train {widths['train']}; expected the same"
                )
        return widths["train"]
    if classes is not None:
        if len(classes) < 2:
            raise RunError(f"y_train holds a single class, {listed(classes)}; expected two or more")
        return len(classes)
    if not y.size:
        raise RunError("y_train has no step with a label; expected at least two classes")
    if y.min() < 0:
        raise RunError(f"y_train holds the label {y.min()}; expected classes from 0: {NUMBER_THEM}")
    n_classes = int(y.max()) + 1
    if n_classes < 2:
        raise RunError("y_train holds a single class, 0; expected at least two")
    if n_classes > max(len(y), MAX_EMPTY_CLASSES):
        raise RunError(
            f"y_train holds the label {y.max()} among {len(y)} samples; expected "
            f"classes 0, 1, 2, ...: {NUMBER_THEM}"
        )
    return n_classes


def _unmasked(values, valid):
    """Return the classes of valid steps in their places, zeros after them."""
    y = np.zeros(valid.shape, np.int64)
    y[valid] = values
    return y
