"""The data: the digits that the package carries, the same digits moving, a user's own `.npz`.

Needs NumPy alone. Whatever the source, a `Dataset` comes out whose arrays are checked, finite
and float32, so that nothing behind this file has to look at them again.
"""

import dataclasses
import hashlib
import pathlib
import zipfile
import zlib

import numpy as np

from tf1_rnn import digits
from tf1_rnn.errors import RunError

MAX_EMPTY_CLASSES = 1000
SMALL_SCALE, LARGE_SCALE = 0.01, 10


@dataclasses.dataclass(frozen=True)
class Split:
    """One half of a data set.

    Attributes:
        x: float32, sequences `[n, time_steps, length]` or frames
            `[n, time_steps, height, width, channels]`; zeros behind a sequence's end.
        y: int64 `[n]`, classes from 0; None where only predictions are wanted.
        lengths: int32 `[n]`, the valid time steps of each sequence; None if all are.
    """

    x: np.ndarray
    y: np.ndarray | None
    lengths: np.ndarray | None = None

    def __len__(self):
        return len(self.x)


@dataclasses.dataclass(frozen=True)
class Dataset:
    """Sequences and their classes.

    Attributes:
        name: what the data are called in a report.
        train: the `Split` to learn from, or None where the data hold none.
        test: the `Split` to be tested on.
        n_classes: number of classes, or None where no labels were given.
        notes: lines that a report should show: what was found, scaled or left out.
        out_of_scale: whether features are so large or so small that a cell learns badly from them.
    """

    name: str
    train: Split | None
    test: Split
    n_classes: int | None
    notes: tuple = ()
    out_of_scale: bool = False

    @property
    def time_steps(self):
        """Time steps of every sequence, padding included."""
        return self.test.x.shape[1]

    @property
    def step_shape(self):
        """Shape of one time step: `(length,)` or `(height, width, channels)`."""
        return self.test.x.shape[2:]

    def fingerprint(self):
        """Return a short hash of every array, to tell one data set from another."""
        digest = hashlib.sha256()
        for split in filter(None, (self.train, self.test)):
            for array in (split.x, split.y, split.lengths):
                digest.update(b"none" if array is None else str(array.shape).encode())
                if array is not None:
                    digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()[:16]


def embedded_digits():
    """Return the UCI handwritten digits: 8 time steps, each a row of 8 pixels in 0 to 1."""
    return _of_digits("digits", *digits.images_and_labels())


def moving_digits(time_steps):
    """Return the digits drifting over a canvas: frames `[n, time_steps, 28, 28, 1]`."""
    return _of_digits("moving digits", *digits.moving(time_steps))


def _of_digits(name, x, labels):
    n = digits.TRAINING
    return Dataset(
        name,
        Split(x[:n], labels[:n]),
        Split(x[n:], labels[n:]),
        digits.N_CLASSES,
        ("pixels divided by 16",),
    )


def load_npz(path, halves=("train", "test"), labels=True):
    """Return the user's own data from a `.npz` file.

    Args:
        path: a file with `x_train`, `y_train`, `x_test`, `y_test` and, for sequences of
            different lengths, `lengths_train` and `lengths_test`. x is `[n, time_steps]`,
            `[n, time_steps, length]` or frames `[n, time_steps, height, width(, channels)]`;
            y holds classes from 0, or one-hot rows. uint8 is scaled to 0..1, anything else is
            taken as it is. What lies behind a sequence's length is never read.
        halves: which halves to read; a trained model needs `("test",)` alone.
        labels: False where only predictions are wanted.

    Raises:
        RunError: whatever is wrong with the file, in one line.
    """
    arrays = _read(path)
    try:
        return _dataset(arrays, pathlib.Path(path).name, halves, labels)
    except RunError as error:
        raise RunError(f"{path}: {error}") from None


def standardize(dataset, statistics=None):
    """Return the data with every feature (of frames: every channel) at mean 0, deviation 1.

    Args:
        dataset: a `Dataset`.
        statistics: `(mean, deviation)` lists of an earlier run; by default they are taken from
            the valid steps of the training sequences.

    Returns:
        The standardized `Dataset` (padding stays zero) and the statistics it was made with.
    """
    if statistics is None:
        if dataset.train is None:
            raise RunError("--standardize needs x_train to take mean and deviation from")
        valid = _valid_values(dataset.train)
        mean, deviation = valid.mean(0, dtype=np.float64), valid.std(0, dtype=np.float64)
        # A feature that never changes carries nothing: it becomes zero, not a division by zero.
        statistics = mean.tolist(), np.where(deviation > 0, deviation, 1).tolist()
    mean, deviation = (np.asarray(values, np.float32) for values in statistics)
    if mean.shape != dataset.step_shape[-1:]:
        raise RunError(
            f"kept statistics are of {mean.size} features, the data have "
            f"{dataset.step_shape[-1]}: give data of the kind that was trained on"
        )

    def apply(split):
        return split and dataclasses.replace(
            split, x=_zero_padding((split.x - mean) / deviation, split.lengths)
        )

    return dataclasses.replace(
        dataset,
        train=apply(dataset.train),
        test=apply(dataset.test),
        notes=(*dataset.notes, "standardized by the training set's mean and deviation"),
        out_of_scale=False,
    ), statistics


def _read(path):
    """Return every array of the file, by name."""
    try:
        file = np.load(path, allow_pickle=False)
        if isinstance(file, np.ndarray):
            raise RunError(
                f"{path}: a single array; expected an .npz file with x_train, y_train, "
                "x_test, y_test: write it with numpy.savez"
            )
        with file:
            return {name: file[name] for name in file.files}
    except FileNotFoundError:
        raise RunError(f"{path}: no such file; --data expects an .npz file") from None
    except MemoryError:
        raise RunError(f"{path}: larger than the memory") from None
    except ValueError as error:
        if "object arrays" in str(error).lower():
            raise RunError(
                f"{path}: holds pickled Python objects, which are never loaded; "
                "expected numeric arrays, sequences padded to one length and their "
                "lengths in lengths_train and lengths_test"
            ) from None
        # NumPy takes whatever it does not know for a pickle.
        reason = "pickles are never loaded" if "pickle" in str(error) else _line(error)
        raise RunError(f"{path}: damaged or not an .npz file ({reason})") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError) as error:
        raise RunError(f"{path}: damaged or not an .npz file ({_line(error)})") from None
    except OSError as error:
        raise RunError(f"{path}: cannot be read: {error.strerror or _line(error)}") from None


def _line(error):
    return str(error).split("\n")[0] or type(error).__name__


def _dataset(arrays, name, halves, labels):
    """Check the arrays of a file and return them as a `Dataset`."""
    wanted = [f"{key}_{half}" for half in halves for key in ("xy" if labels else "x")]
    missing = [key for key in wanted if key not in arrays]
    if missing:
        raise RunError(
            f"no {', '.join(missing)} in it; found {', '.join(arrays) or 'nothing'}; "
            "expected x_train, y_train, x_test, y_test and, for sequences of different "
            "lengths, lengths_train and lengths_test"
        )
    with_lengths = [half for half in halves if f"lengths_{half}" in arrays]
    if with_lengths and with_lengths != list(halves):
        raise RunError(
            f"lengths_{with_lengths[0]} without the other; give lengths_train and "
            "lengths_test, or neither"
        )
    splits = {half: _split(arrays, half, labels) for half in halves}
    train, test, n_classes = splits.get("train"), splits["test"], None
    if train:
        _same_kind(arrays, train, test)
        train, test = _one_time(train, test)
        n_classes = _classes(arrays, train.y)
        check_labels(test.y, n_classes)
    note, out_of_scale = _scale(arrays["x_test"].dtype, train or test)
    notes = [note, *_padding_notes(train or test), *_class_notes(train, n_classes)]
    known = {f"{key}_{half}" for key in ("x", "y", "lengths") for half in ("train", "test")}
    unknown = [key for key in arrays if key not in known]
    if unknown:
        notes.append(f"not used: {', '.join(unknown)}")
    return Dataset(name, train, test, n_classes, tuple(notes), out_of_scale)


def _split(arrays, suffix, labels):
    """Check and return the `Split` of one suffix, `train` or `test`."""
    x, n = _numbers(arrays, f"x_{suffix}"), len(np.atleast_1d(arrays[f"x_{suffix}"]))
    if x.ndim not in (2, 3, 4, 5):
        raise RunError(
            f"x_{suffix} has shape {x.shape}; expected [n, time_steps, length] or "
            "frames [n, time_steps, height, width, channels]"
        )
    if 0 in x.shape:
        raise RunError(f"x_{suffix} has shape {x.shape}: no samples, or samples of nothing")
    if x.ndim in (2, 4):
        x = x[..., np.newaxis]
    y = _labels(arrays, f"y_{suffix}", n) if labels else None
    lengths = None
    if f"lengths_{suffix}" in arrays:
        lengths = _integers(arrays, f"lengths_{suffix}", n)
        wrong = (lengths < 0) | (lengths > x.shape[1])
        if wrong.any():
            raise RunError(
                f"lengths_{suffix} holds {lengths[wrong][0]} at {np.argmax(wrong)}; "
                f"expected 0 to {x.shape[1]}, the time steps of x_{suffix}"
            )
        lengths = lengths.astype(np.int32)
    scale = 255 if x.dtype == np.uint8 else 1
    with np.errstate(over="ignore"):
        x = _zero_padding(x.astype(np.float32), lengths) / np.float32(scale)
    bad = ~np.isfinite(x)
    if bad.any():
        where = tuple(int(i) for i in np.argwhere(bad)[0])
        steps = bad.reshape(*bad.shape[:2], -1).any(2)
        # Once a sequence holds one, it holds them to its end.
        padding = lengths is None and (np.diff(steps.astype(int)) >= 0).all()
        raise RunError(
            f"x_{suffix} holds {bad.sum()} values that are NaN, infinite or beyond "
            f"float32, the first at {where}; expected finite numbers: "
            + (
                "if that is padding, give lengths_train and lengths_test"
                if padding
                else "replace or leave out those samples"
            )
        )
    return Split(x, y, lengths)


NUMBER_THEM = "number the labels, as numpy.unique(y, return_inverse=True)[1] does"


def _numbers(arrays, key):
    if arrays[key].dtype.kind not in "biuf":
        how = f": {NUMBER_THEM}" if key[0] == "y" else ""
        raise RunError(f"{key} holds {arrays[key].dtype}; expected numbers{how}")
    return arrays[key]


def _integers(arrays, key, n):
    """Return `arrays[key]` as int64 `[n]`; whole numbers of any type are accepted."""
    values = _numbers(arrays, key)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.shape != (n,):
        raise RunError(
            f"{key} has shape {values.shape}; expected ({n},), one for each sample of "
            f"x_{key.split('_')[1]}"
        )
    if values.dtype.kind == "f" and not np.array_equal(values, np.floor(values)):
        raise RunError(f"{key} holds numbers that are not whole; expected integers")
    return values.astype(np.int64)


def _labels(arrays, key, n):
    """Return classes, int64 `[n]`, from integers or one-hot rows."""
    values = _numbers(arrays, key)
    if values.ndim != 2 or values.shape[1] == 1:
        return _integers(arrays, key, n)
    if len(values) != n:
        raise RunError(
            f"{key} has {len(values)} rows; expected {n}, one for each sample of "
            f"x_{key.split('_')[1]}"
        )
    one_hot = ((values == 0) | (values == 1)).all(1) & (values.sum(1) == 1)
    if not one_hot.all():
        row = int(np.argmin(one_hot))
        raise RunError(
            f"{key} row {row} is not one-hot; expected a single 1 among zeros, or "
            f"integers of shape ({n},)"
        )
    return values.argmax(1)


def _classes(arrays, y):
    """Return the number of classes that the training labels tell."""
    raw = arrays["y_train"]
    if y.min() < 0:
        raise RunError(f"y_train holds the label {y.min()}; expected classes from 0: {NUMBER_THEM}")
    one_hot = raw.ndim == 2 and raw.shape[1] > 1
    n_classes = raw.shape[1] if one_hot else int(y.max()) + 1
    if n_classes < 2:
        raise RunError("y_train knows a single class, 0; expected at least two")
    if not one_hot and n_classes > max(len(y), MAX_EMPTY_CLASSES):
        raise RunError(
            f"y_train holds the label {y.max()} among {len(y)} samples; expected "
            f"classes 0, 1, 2, ...: {NUMBER_THEM}"
        )
    test = arrays["y_test"]
    if one_hot and test.ndim == 2 and 1 < test.shape[1] != n_classes:
        raise RunError(
            f"y_test has {test.shape[1]} classes, y_train {n_classes}; expected the same"
        )
    return n_classes


def check_labels(y, n_classes):
    """Raise RunError where a test label is none of the model's classes."""
    wrong = (y < 0) | (y >= n_classes)
    if wrong.any():
        raise RunError(
            f"y_test holds the label {y[wrong][0]}; expected 0 to {n_classes - 1}, the "
            "classes that were trained"
        )


def _same_kind(arrays, train, test):
    """Refuse a training and a test half that are not of one kind."""
    if train.x.shape[2:] != test.x.shape[2:]:
        raise RunError(
            f"x_train has steps of shape {train.x.shape[2:]}, x_test of "
            f"{test.x.shape[2:]}; expected the same"
        )
    types = arrays["x_train"].dtype, arrays["x_test"].dtype
    if types[0] != types[1] and np.uint8 in types:
        raise RunError(
            f"x_train is {types[0]}, x_test {types[1]}: uint8 is scaled to 0..1 and the "
            "other is not; expected one type"
        )


def _one_time(train, test):
    """Pad the shorter half, so that both have the time steps of the longer."""
    if train.x.shape[1] == test.x.shape[1]:
        return train, test
    steps = max(train.x.shape[1], test.x.shape[1])

    def pad(split):
        lengths = split.lengths
        if lengths is None:
            lengths = np.full(len(split), split.x.shape[1], np.int32)
        room = [(0, 0), (0, steps - split.x.shape[1])] + [(0, 0)] * (split.x.ndim - 2)
        return dataclasses.replace(split, x=np.pad(split.x, room), lengths=lengths)

    return pad(train), pad(test)


def _zero_padding(x, lengths):
    if lengths is None:
        return x
    valid = np.arange(x.shape[1]) < lengths[:, np.newaxis]
    return np.where(valid.reshape(valid.shape + (1,) * (x.ndim - 2)), x, np.float32(0))


def _valid_values(split):
    """Return the values of every valid step, `[count, features]`."""
    if split.lengths is None:
        return split.x.reshape(-1, split.x.shape[-1])
    valid = np.arange(split.x.shape[1]) < split.lengths[:, np.newaxis]
    return split.x[valid].reshape(-1, split.x.shape[-1])


def _scale(dtype, split):
    """Return a note on the scale of the values, and whether it is out of what a cell likes."""
    if dtype == np.uint8:
        return "uint8 divided by 255", False
    values = _valid_values(split)
    if not values.size:
        return "every sequence is empty", False
    # By feature: one that is out of scale drowns the others, or drowns in them.
    means, deviations = values.mean(0, dtype=np.float64), values.std(0, dtype=np.float64)
    large = max(np.abs(means).max(), deviations.max()) > LARGE_SCALE
    return (
        f"values taken as they are: {values.min():.4g} to {values.max():.4g}, features of mean "
        f"{means.min():.4g} to {means.max():.4g}, deviation {deviations.min():.4g} to "
        f"{deviations.max():.4g}"
    ), bool(large or deviations.max() < SMALL_SCALE)


def _padding_notes(split):
    """Return a note where what looks like padding is read as part of the sequences."""
    if split.lengths is not None:
        return []
    ends = int((~split.x[:, -1].reshape(len(split), -1).any(1)).sum())
    if split.x.shape[1] == 1 or 2 * ends < len(split):
        return []
    return [
        f"{ends} of {len(split)} sequences end in zeros, which are read as they are: if that is "
        "padding, give lengths_train and lengths_test"
    ]


def _class_notes(train, n_classes):
    """Return a note where classes were counted that no sample has."""
    empty = train and np.flatnonzero(np.bincount(train.y, minlength=n_classes) == 0)
    if empty is None or not len(empty):
        return []
    listed = ", ".join(map(str, empty[:5])) + (", ..." if len(empty) > 5 else "")
    return [f"no training sample of class {listed}: classes count from 0 to the highest label"]
