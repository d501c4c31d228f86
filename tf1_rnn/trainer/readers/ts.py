"""The `.ts` files of the UEA and UCR archives of time series: a header, then a line a sequence.

    @problemName Gestures
    @classLabel true left right
    @data
    0.1,0.2,0.3:1.1,1.2,1.3:left

Dimensions stand between colons, values between commas, and the label is last. Read here, because
the libraries that read it (aeon, sktime) bring numba or scikit-learn and SciPy along.
"""

import numpy as np

from tf1_rnn.errors import RunError
from tf1_rnn.trainer.dividing import listed
from tf1_rnn.trainer.readers import text
from tf1_rnn.trainer.readers.source import Samples


def read(path, source, labels):
    """Return the file's sequences as `Samples`."""
    lines = text.lines(path, "#")
    header = _header(lines)
    values, found, number = [], [], 0
    for number, line in lines:
        dimensions = line.split(":")
        if header.labelled:
            found.append(_label(dimensions.pop().strip(), header, number))
        values.append(_sequence(dimensions, number))
        if values[-1].shape[1] != values[0].shape[1]:
            raise RunError(
                f"line {number} has {values[-1].shape[1]} dimensions, the first sequence "
                f"{values[0].shape[1]}; expected the same"
            )
    if not values:
        raise RunError("holds no sequences behind @data")
    if labels and not header.labelled:
        raise RunError("has no labels: expected @classLabel true, or @targetLabel true")
    return Samples(
        values,
        found if header.labelled else None,
        features=None,
        classes=header.classes,
        number=header.number,
    )


def describe(path):
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


class _Header:
    """What the lines before `@data` say.

    Attributes:
        labelled: whether each sequence ends with a label.
        number: whether the labels are numbers to learn.
        classes: names of the classes, or None.
    """

    def __init__(self, tags):
        self.number = tags.get("targetlabel", ["false"])[0].lower() == "true"
        named = tags.get("classlabel", ["false"])
        has_classes = named[0].lower() == "true"
        self.labelled = self.number or has_classes
        self.classes = tuple(dict.fromkeys(named[1:])) if has_classes and named[1:] else None


def _header(lines):
    tags = {}
    for number, line in lines:
        if not line.startswith("@"):
            raise RunError(f"line {number} stands before @data; expected a line that begins with @")
        name, *values = line[1:].split() or [""]
        if name.lower() == "data":
            break
        tags[name.lower()] = values or ["false"]
    else:
        raise RunError("has no line @data; expected sequences behind one")
    if tags.get("timestamps", ["false"])[0].lower() == "true":
        raise RunError(
            "has @timestamps true; expected values at equal steps: write them without their times"
        )
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
    raise RunError(f"line {number} has no label; expected one behind the last colon")


def _sequence(dimensions, number):
    """Return a line's values, `[steps, dimensions]`."""
    if not dimensions:
        raise RunError(f"line {number} has no values; expected them before the label")
    series = [text.numbers(dimension, number) for dimension in dimensions]
    if len({len(one) for one in series}) > 1:
        raise RunError(
            f"line {number} has dimensions of {min(map(len, series))} to {max(map(len, series))} "
            "steps; expected the same number in each"
        )
    values = np.stack(series, 1)
    text.require_finite(values, number)
    return values
