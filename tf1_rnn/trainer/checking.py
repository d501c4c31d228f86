"""From the arrays of a file to a `Dataset`, or one line that says what is wrong with them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tf1_rnn import memory
from tf1_rnn.errors import RunError
from tf1_rnn.trainer import targets
from tf1_rnn.trainer.datasets import Dataset, Split, zero_padding
from tf1_rnn.trainer.dividing import listed
from tf1_rnn.trainer.moments import Moments
from tf1_rnn.wording import counted

if TYPE_CHECKING:
    from tf1_rnn.trainer.readers.source import Content

SMALL_SCALE, LARGE_SCALE = 0.01, 10
EXPECTED = (
    "expected x_train, y_train, x_test, y_test and, for sequences of different lengths, "
    "lengths_train and lengths_test"
)


def dataset(
    content: Content,
    name: str,
    parts: Sequence[str],
    labels: bool = True,
    target: str | None = None,
    classes: tuple | None = None,
) -> Dataset:
    """Return the checked `Dataset` of a `Content`.

    Args:
        content: what a reader found.
        name: the name of the data in a report.
        parts: ("train", "test"), or ("test",) for a trained model.
        labels: False where only predictions are wanted.
        target: one of `targets.TARGETS`, or None to tell it by the labels.
        classes: names of the classes of a trained model.

    Raises:
        RunError: whatever is wrong with the arrays, in one line.
    """
    arrays = content.arrays
    parts = _present(content, parts, labels)
    splits = {part: _split(arrays, part, content.ids.get(part)) for part in parts}
    first = next(iter(splits))
    for part in splits:
        _same_kind(arrays, splits, first, part)
    found = None
    if labels:
        splits, found = _with_labels(content, splits, target, classes)
    splits = _one_time(splits, found and found.target)
    notes, out_of_scale = _scale(arrays["x_test"].dtype, splits[first])
    notes = [*content.notes, notes, *_padding_notes(splits[first])]
    if found and "train" in splits:
        notes += label_notes(found, splits["train"])
    return Dataset(
        name,
        splits.get("train"),
        splits["test"],
        found and found.n_classes,
        tuple(notes + _unused(content)),
        out_of_scale,
        splits.get("valid"),
        found.target if found else target or "class",
        found.classes if found else classes and tuple(classes),
        content.features,
        content.is_whole,
    )


def _present(content, parts, labels):
    """Return the parts to read, or refuse a file in which some are missing."""
    arrays, parts = content.arrays, list(parts)
    if "train" in parts and any(f"{key}_valid" in arrays for key in "xy"):
        parts.append("valid")
    wanted = [f"{key}_{part}" for part in parts for key in ("xy" if labels else "x")]
    for key in [*wanted, *(f"lengths_{part}" for part in parts)]:
        if key in content.left_out:
            reason = content.left_out[key]
            raise RunError(f"{key} is {reason}; expected numbers, sequences padded to one length")
    missing = [key for key in wanted if key not in arrays]
    if missing:
        found = ", ".join([*arrays, *content.left_out]) or "nothing"
        raise RunError(f"no {', '.join(missing)} in it; found {found}; {EXPECTED}")
    with_lengths = [part for part in parts if f"lengths_{part}" in arrays]
    if with_lengths and with_lengths != parts:
        without = next(part for part in parts if part not in with_lengths)
        raise RunError(
            f"lengths_{with_lengths[0]} without lengths_{without}; give the lengths of every part, "
            "or of none"
        )
    return parts


def _split(arrays, part, ids):
    """Check and return the `Split` of one part, its labels aside."""
    x = arrays[f"x_{part}"]
    if x.dtype.kind not in "biuf":
        raise RunError(f"x_{part} holds {x.dtype}; expected numbers")
    if x.ndim not in (2, 3, 4, 5):
        raise RunError(
            f"x_{part} has shape {x.shape}; expected [n, time_steps, length] or "
            "frames [n, time_steps, height, width, channels]"
        )
    if 0 in x.shape:
        raise RunError(f"x_{part} has shape {x.shape}: no samples, or samples of nothing")
    if x.ndim in (2, 4):
        x = x[..., np.newaxis]
    lengths, name = None, f"lengths_{part}"
    if name in arrays:
        lengths = lengths_of(arrays[name], name, x)
    shortage = memory.shortage(4 * x.size)
    if shortage:
        raise RunError(f"x_{part} as float32 {shortage}: give fewer or shorter sequences")
    scale = 255 if x.dtype == np.uint8 else 1
    if lengths is not None and not lengths.any():
        raise RunError(
            f"lengths_{part} holds only zeros: every sequence is empty; expected some steps"
        )
    with np.errstate(over="ignore", invalid="ignore"):
        x = zero_padding(x.astype(np.float32), lengths) / np.float32(scale)
    _require_finite(x, lengths, part, arrays[f"x_{part}"])
    return Split(x, None, lengths, ids)


def lengths_of(lengths: np.ndarray, name: str, x: np.ndarray) -> np.ndarray:
    """Return the lengths of sequences as int32 `[n]`.

    Args:
        lengths: as the file has them.
        name: what they are called there.
        x: `[n, time_steps, ...]`.

    Raises:
        RunError: they cannot be the lengths of these sequences.
    """
    if lengths.dtype.kind not in "biuf":
        raise RunError(f"{name} holds {lengths.dtype}; expected numbers")
    if lengths.ndim == 2 and lengths.shape[1] == 1:
        lengths = lengths[:, 0]
    if lengths.shape != (len(x),):
        raise RunError(
            f"{name} has shape {lengths.shape}; expected ({len(x)},), one for each sample of "
            f"{name.replace('lengths', 'x')}"
        )
    lengths = targets.as_integers(lengths, name)
    wrong = (lengths < 0) | (lengths > x.shape[1])
    if wrong.any():
        raise RunError(
            f"{name} holds {lengths[wrong][0]} at {np.argmax(wrong)}; "
            f"expected 0 to {x.shape[1]}, the time steps of {name.replace('lengths', 'x')}"
        )
    return lengths.astype(np.int32)


def _require_finite(x, lengths, part, raw):
    """Refuse values that are not finite in float32; `raw` has them as the file does."""
    bad = ~np.isfinite(x)
    if not bad.any():
        return
    where = tuple(int(i) for i in np.argwhere(bad)[0])
    steps = bad.reshape(*bad.shape[:2], -1).any(2)
    # Once a sequence holds one, it holds them to its end.
    padding = lengths is None and (np.diff(steps.astype(int)) >= 0).all()
    place, axes = where[: raw.ndim], tuple(range(1, raw.ndim))
    raise RunError(
        f"x_{part}[{', '.join(map(str, place))}] is {raw[place]} (NaN, infinite or beyond float32: "
        f"{counted(int(bad.sum()), 'value')}); expected finite numbers: "
        + (
            "if that is padding, give lengths_train and lengths_test"
            if padding
            else f"leave out the samples without np.isfinite(np.float32(x_{part})).all({axes})"
        )
    )


def _same_kind(arrays, splits, first, part):
    """Refuse two parts that are not of one kind."""
    shapes = splits[first].x.shape[2:], splits[part].x.shape[2:]
    if shapes[0] != shapes[1]:
        raise RunError(
            f"x_{first} has steps of shape {shapes[0]}, x_{part} of {shapes[1]}; expected the same"
        )
    types = arrays[f"x_{first}"].dtype, arrays[f"x_{part}"].dtype
    if types[0] != types[1] and np.uint8 in types:
        raise RunError(
            f"x_{first} is {types[0]}, x_{part} {types[1]}: uint8 is scaled to 0..1 and the "
            "other is not; expected one type"
        )


def _one_time(splits, target):
    """Pad the shorter parts, so that all have the time steps of the longest."""
    steps = max(split.x.shape[1] for split in splits.values())
    if all(split.x.shape[1] == steps for split in splits.values()):
        return splits

    def pad(split):
        lengths = split.lengths
        if lengths is None:
            lengths = np.full(len(split), split.x.shape[1], np.int32)
        room = [(0, 0), (0, steps - split.x.shape[1])]
        x = np.pad(split.x, room + [(0, 0)] * (split.x.ndim - 2))
        y = np.pad(split.y, room) if target == "step classes" else split.y
        return dataclasses.replace(split, x=x, y=y, lengths=lengths)

    return {part: pad(split) for part, split in splits.items()}


def _with_labels(content, splits, target, classes):
    """Return the splits with their labels, and the `Labels`."""
    found = targets.read(
        {part: content.arrays[f"y_{part}"] for part in splits},
        {part: split.is_valid() for part, split in splits.items()},
        target or content.target,
        classes or content.classes,
        content.as_names,
    )
    return {
        part: dataclasses.replace(split, y=found.y[part]) for part, split in splits.items()
    }, found


def _scale(dtype, split):
    """Return a note on the scale of the values, and whether a cell learns badly from it."""
    if dtype == np.uint8:
        return "uint8 divided by 255", False
    values, moments = split.valid_values(), Moments()
    moments.add(values)
    return scale(moments, values.min(), values.max())


def scale(moments: Moments, low: float, high: float) -> tuple[str, bool]:
    """Return a note on the scale of values, and whether a cell learns badly from it.

    Args:
        moments: the `Moments` of each feature.
        low: the smallest of all values.
        high: the largest of all values.
    """
    # By feature: one that is out of scale drowns the others, or drowns in them.
    means, deviations = moments.mean, moments.deviation
    large = max(np.abs(means).max(), deviations.max()) > LARGE_SCALE
    return (
        f"values used unchanged: {low:.4g} to {high:.4g}, features of mean "
        f"{_range(means)}, deviation {_range(deviations)}"
    ), bool(large or deviations.max() < SMALL_SCALE)


def _range(numbers):
    """Return the least and the greatest of some numbers in words, or the only one."""
    low, high = f"{numbers.min():.4g}", f"{numbers.max():.4g}"
    return low if low == high else f"{low} to {high}"


def _padding_notes(split):
    """Return a note where what looks like padding is read as part of the sequences."""
    if split.lengths is not None:
        return []
    ends = int((~split.x[:, -1].reshape(len(split), -1).any(1)).sum())
    if split.x.shape[1] == 1 or 2 * ends < len(split):
        return []
    return [
        f"{ends} of {counted(len(split), 'sequence')} {'ends' if ends == 1 else 'end'} in zeros, "
        "which are read as values: if that is padding, give lengths_train and lengths_test"
    ]


def label_notes(found, train):
    """Return notes on what labels were taken for.

    Args:
        found: their `targets.Labels`.
        train: the training set, or None to skip the search for classes without a sample.
    """
    if found.target == "number":
        return ["labels are numbers: regression"]
    notes = []
    if found.target == "step classes":
        notes.append("labels are one class for each step")
    if found.classes is not None:
        notes.append(f"classes: {listed(found.classes, 10)}")
    counts = train.counts(found.target, found.n_classes) if train else np.ones(1)
    empty = np.flatnonzero(counts == 0)
    if len(empty):
        names = found.classes or range(found.n_classes)
        why = "" if found.classes else ": classes count from 0 to the highest label"
        notes.append(f"no training sample of class {listed(names[i] for i in empty)}{why}")
    return notes


def _unused(content):
    known = {f"{key}_{part}" for key in ("x", "y", "lengths") for part in ("train", "test")}
    known |= {"x_valid", "y_valid", "lengths_valid"}
    unused = [key for key in content.arrays if key not in known]
    unused += [f"{key} ({why})" for key, why in content.left_out.items() if key not in known]
    return [f"not used: {', '.join(unused)}"] if unused else []
