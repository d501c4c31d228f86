"""The `.ts` files of the UEA and UCR archives of time series: a header, then a line a sequence.

    @problemName Gestures
    @classLabel true left right
    @data
    0.1,0.2,0.3:1.1,1.2,1.3:left

Dimensions stand between colons, values between commas, and the label is last. With `@timestamps
true` a value is a pair, `(2007-01-01 00:00:00,239)`; all dimensions have the same times, which give
the steps their order and are not learned from. Read here, because the libraries that read it (aeon,
sktime) bring numba or scikit-learn and SciPy along.
"""

from __future__ import annotations

import contextlib
import datetime
import math
import re
from typing import TYPE_CHECKING

import numpy as np

from tf1_rnn.errors import RunError
from tf1_rnn.trainer.dividing import listed
from tf1_rnn.trainer.readers import text
from tf1_rnn.trainer.readers.source import Samples

if TYPE_CHECKING:
    from tf1_rnn.trainer.readers.source import Source


def read(path: str, source: Source | None, labels: bool) -> Samples:
    """Return the file's sequences as `Samples`."""
    lines = text.lines(path, "#")
    header = _header(lines)
    values, found, uneven = [], [], 0
    for number, line in lines:
        dimensions = COLON.split(line) if header.timed else line.split(":")
        if header.labelled:
            found.append(_label(dimensions.pop().strip(), header, number))
        if header.timed:
            sequence, is_even = _timed(dimensions, number)
            uneven += not is_even
        else:
            sequence = _sequence([text.numbers(each, number) for each in dimensions], number)
        values.append(sequence)
        if values[-1].shape[1] != values[0].shape[1]:
            raise RunError(
                f"line {number} has {values[-1].shape[1]} dimensions, the first sequence "
                f"{values[0].shape[1]}; expected the same"
            )
    if not values:
        raise RunError("holds no sequences after @data")
    if labels and not header.labelled:
        raise RunError("has no labels: expected @classLabel true, or @targetLabel true")
    notes = ["times only order the steps, they are not features"]
    if uneven:
        notes.append(
            f"steps are unevenly spaced in time in {uneven:,} of {len(values):,} sequences"
        )
    return Samples(
        values,
        found if header.labelled else None,
        features=None,
        classes=header.classes,
        notes=notes if header.timed else [],
        number=header.number,
    )


def describe(path: str) -> list[str]:
    """Return the lines of the header, and what follows them."""
    samples, header = read(path, None, False), []
    for _, line in text.lines(path, "#"):
        if line.lower().startswith("@data"):
            break
        header.append(line[:200])
    steps = [len(values) for values in samples.values]
    return [
        *header,
        f"sequences: {len(samples):,}; steps: {min(steps)} to {max(steps)}; "
        f"dimensions: {samples.values[0].shape[1]}",
    ]


# A colon or a comma outside of parentheses, and a pair.
COLON, PAIR = re.compile(r":(?![^()]*\))"), re.compile(r"\s*\(([^()]*),([^(),]*)\)\s*(?:,|$)")


class _Header:
    """What the lines before `@data` say.

    Attributes:
        labelled: whether each sequence ends with a label.
        number: whether the labels are numbers to learn.
        classes: names of the classes, or None.
        timed: whether every value is paired with its time.
    """

    def __init__(self, tags):
        self.timed = tags.get("timestamps", ["false"])[0].lower() == "true"
        self.number = tags.get("targetlabel", ["false"])[0].lower() == "true"
        named = tags.get("classlabel", ["false"])
        has_classes = named[0].lower() == "true"
        self.labelled = self.number or has_classes
        self.classes = tuple(dict.fromkeys(named[1:])) if has_classes and named[1:] else None


def _header(lines):
    tags = {}
    for number, line in lines:
        if not line.startswith("@"):
            raise RunError(f"line {number} comes before @data; expected a line that begins with @")
        name, *values = line[1:].split() or [""]
        if name.lower() == "data":
            break
        tags[name.lower()] = values or ["false"]
    else:
        raise RunError("has no line @data; expected one, and sequences after it")
    return _Header(tags)


def _label(label, header, number):
    if header.number:
        return float(text.numbers(label, number)[0]) if label else _no_label(number)
    if not label:
        _no_label(number)
    if header.classes and label not in header.classes:
        raise RunError(
            f"line {number} has the label {label[:40]!r}; @classLabel names "
            f"{listed(header.classes, 10)}"
        )
    return label


def _no_label(number):
    raise RunError(f"line {number} has no label; expected one after the last colon")


def _sequence(series, number):
    """Return a line's values, `[steps, dimensions]`, from those of each dimension."""
    if not series:
        raise RunError(f"line {number} has no values; expected them before the label")
    if len({len(one) for one in series}) > 1:
        raise RunError(
            f"line {number} has dimensions of {min(map(len, series))} to {max(map(len, series))} "
            "steps; expected the same number in each"
        )
    values = np.stack(series, 1)
    text.require_finite(values, number)
    return values


def _timed(dimensions, number):
    """Return a line's values, `[steps, dimensions]`, and whether they are evenly apart in time."""
    pairs = [_pairs(dimension, number) for dimension in dimensions]
    values = _sequence(
        [text.numbers(",".join(v for _, v in pair), number) for pair in pairs], number
    )
    times = [[_time(time, number) for time, _ in pair] for pair in pairs]
    if any(each != times[0] for each in times):
        raise RunError(
            f"line {number} has dimensions at different times; expected the same times in each"
        )
    apart = np.diff(times[0])
    if (apart <= 0).any():
        raise RunError(
            f"line {number} has the time {pairs[0][int(np.argmax(apart <= 0)) + 1][0].strip()!r} "
            "after a later or equal one; expected times in ascending order"
        )
    return values, bool(len(apart) == 0 or np.allclose(apart, apart[0], rtol=1e-6))


def _pairs(dimension, number):
    """Return the times and values of a dimension, as they are written."""
    found, end = [], 0
    while end < len(dimension):
        match = PAIR.match(dimension, end)
        if not match:
            wrong = dimension[end : end + 40].strip()
            raise RunError(f"line {number} holds {wrong!r}; expected pairs, (time,value),(time,...")
        found.append(match.groups())
        end = match.end()
    return found


def _time(time, number):
    """Return a time, a number or of the calendar, as seconds."""
    time = time.strip().strip("'\"")
    for read in (float, _seconds):
        with contextlib.suppress(ValueError, OverflowError):
            seconds = read(time)
            if math.isfinite(seconds):
                return seconds
    raise RunError(
        f"line {number} has the time {time[:40]!r}; expected a number, or 2007-01-31 23:59:59"
    )


def _seconds(time):
    found = datetime.datetime.fromisoformat(time)
    return found.replace(tzinfo=datetime.timezone.utc).timestamp()
