"""The `.arff` files of the UEA and UCR archives of time series (Weka's format).

With one dimension, every numeric attribute is a time step; with more, a relational attribute
holds a line a dimension. A nominal attribute is the class. Steps at the end of a sequence that
are missing (`?`) in every dimension are behind its end. What a sparse line, `{2 0.5, 7 b}`, leaves
out is 0, of a class the first that is declared. Read here, because SciPy's reader refuses
relational attributes and sparse lines.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from tf1_rnn.errors import RunError, UsageError
from tf1_rnn.trainer.dividing import listed
from tf1_rnn.trainer.readers import text
from tf1_rnn.trainer.readers.source import Samples
from tf1_rnn.wording import counted

if TYPE_CHECKING:
    from tf1_rnn.trainer.readers.source import Source

ATTRIBUTE = re.compile(r"""@attribute\s+('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\S+)\s+(.+)""", re.I)
# A value in quotes, or one that ends at a comma.
VALUE = re.compile(r"""\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^,]*?)\s*(?:,|$)""")
# The same behind an index, as a sparse line has them.
INDEXED = re.compile(r"""\s*(\d+\s+(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|[^,]*?)\s*(?:,|$)""")
NUMERIC = ("numeric", "real", "integer")


def read(path: str, source: Source | None, labels: bool) -> Samples:
    """Return the file's sequences as `Samples`."""
    lines = text.lines(path, "%")
    attributes = _header(lines)
    label = _label(attributes, source and source.label, labels)
    kinds = [kind for name, kind in attributes if name != label]
    relational = kinds == ["relational"]
    if not relational and not all(kind == "numeric" for kind in kinds):
        odd = next(name for name, kind in attributes if name != label and kind != "numeric")
        raise RunError(
            f"attribute {odd} is not numeric; expected numeric attributes, or one relational one, "
            "and the class"
        )
    place = [name for name, _ in attributes].index(label) if label else -1
    classes = attributes[place][1] if label else None
    values, found, shortened = [], [], 0
    for number, line in lines:
        cells = _cells(line, number, attributes)
        if label:
            found.append(_class(cells.pop(place), classes, label, number))
        series = _dimensions(cells[0], number) if relational else _steps(cells, number)
        ended = _without_end(series)
        shortened += len(ended) < len(series)
        text.require_finite(ended, number)
        if values and ended.shape[1] != values[0].shape[1]:
            raise RunError(
                f"line {number} has {ended.shape[1]} dimensions, the first sequence "
                f"{values[0].shape[1]}; expected the same"
            )
        values.append(ended)
    if not values:
        raise RunError("holds no sequences after @data")
    notes = [f"missing steps at the end of {counted(shortened, 'sequence')} treated as padding"]
    return Samples(
        values,
        found if label else None,
        classes=classes if isinstance(classes, tuple) else None,
        notes=notes if shortened else [],
        number=classes == "numeric",
    )


def describe(path: str) -> list[str]:
    """Return lines on the attributes and the sequences."""
    attributes, lines = _header(text.lines(path, "%")), []
    numeric = [name for name, kind in attributes if kind == "numeric"]
    if numeric:
        lines.append(f"{len(numeric)} numeric attributes: {listed(numeric)}")
    for name, kind in attributes:
        if kind != "numeric":
            lines.append(
                f"{name}: " + (kind if isinstance(kind, str) else f"one of {listed(kind, 20)}")
            )
    samples = read(path, None, False)
    steps = [len(values) for values in samples.values]
    return [
        *lines,
        f"sequences: {len(samples):,}; steps: {min(steps)} to {max(steps)}; "
        f"dimensions: {samples.values[0].shape[1]}",
    ]


def _header(lines):
    """Return names and kinds of the attributes: "numeric", "relational", "text", or the classes."""
    attributes, inside = [], None
    for number, line in lines:
        word = line.split()[0].lower()
        if word == "@data":
            break
        if word == "@end":
            inside = None
        elif word == "@attribute" and inside is None:
            match = ATTRIBUTE.match(line)
            if not match:
                raise RunError(f"line {number} is not an attribute: expected @attribute NAME TYPE")
            name, kind = _unquoted(match.group(1)), _kind(match.group(2).strip(), number)
            if name in (known for known, _ in attributes):
                raise RunError(f"has two attributes named {name!r}; expected different names")
            attributes.append((name, kind))
            inside = name if kind == "relational" else None
        elif word not in ("@relation", "@attribute"):
            raise RunError(f"line {number} comes before @data; expected @attribute NAME TYPE")
    else:
        raise RunError("has no line @data; expected one, and sequences after it")
    if not attributes:
        raise RunError("has no attributes; expected @attribute NAME TYPE before @data")
    return attributes


def _kind(kind, number):
    if kind.startswith("{"):
        if not kind.endswith("}"):
            raise RunError(
                f"line {number} opens a list of classes and does not close it with a brace"
            )
        inside = kind[1:-1].strip()
        return tuple(_unquoted(match.group(1)) for match in VALUE.finditer(inside) if match.group())
    kind = kind.split()[0].lower()
    return "numeric" if kind in NUMERIC else "relational" if kind == "relational" else "text"


def _label(attributes, asked, needed):
    """Return the name of the attribute to be learned, or None."""
    names = [name for name, _ in attributes]
    if asked is not None:
        if asked not in names:
            raise UsageError(f"--label={asked}: no such attribute; attributes: {listed(names, 20)}")
        return asked
    nominal = [name for name, kind in attributes if isinstance(kind, tuple)]
    if nominal:
        return nominal[-1]
    if needed:
        raise UsageError(
            "has no nominal attribute, {a,b,...}, which would be the class; expected --label=NAME "
            f"of another one; attributes: {listed(names, 20)}"
        )
    return None


def _cells(line, number, attributes):
    """Return the values of a line, without their quotes."""
    if line.startswith("{"):
        return _sparse_cells(line, number, attributes)
    cells = [_unquoted(cell) for cell in _split(line, number, VALUE)]
    if len(cells) != len(attributes):
        raise RunError(
            f"line {number} has {len(cells)} values; expected {len(attributes)}, one for each "
            "attribute"
        )
    return cells


def _sparse_cells(line, number, attributes):
    """Return the values of a sparse line, those included that it leaves out."""
    if not line.endswith("}"):
        raise RunError(f"line {number} is sparse and does not end with a brace")
    left_out = {"numeric": "0", "text": "", "relational": ""}
    cells = [kind[0] if isinstance(kind, tuple) else left_out[kind] for _, kind in attributes]
    for cell in _split(line[1:-1].strip(), number, INDEXED):
        index, _, value = cell.replace("\t", " ").partition(" ")
        if not index.isdecimal() or not value.strip() or int(index) >= len(cells):
            raise RunError(
                f"line {number} holds {cell[:40]!r}; expected an index from 0 to {len(cells) - 1} "
                "and a value"
            )
        cells[int(index)] = _unquoted(value.strip())
    return cells


def _split(line, number, value):
    """Return what stands between the commas of a line; those within quotes are part of it."""
    cells, end = [], 0
    while end < len(line):
        match = value.match(line, end)
        if not match:
            raise RunError(f"line {number} has a quote that does not end before a comma")
        cells.append(match.group(1))
        end = match.end()
    return cells


def _unquoted(value):
    return value[1:-1] if len(value) > 1 and value[0] in "'\"" and value[-1] == value[0] else value


def _class(value, classes, label, number):
    if classes == "numeric":
        found = text.numbers(value, number)
        return float(found[0]) if len(found) == 1 else float("nan")
    if isinstance(classes, tuple) and value not in classes:
        raise RunError(
            f"line {number} has the {label} {value[:40]!r}; expected one of {listed(classes, 10)}"
        )
    return value


def _steps(cells, number):
    return text.numbers(",".join(cells), number)[:, np.newaxis]


def _dimensions(value, number):
    """Return a relational value, a line a dimension, as `[steps, dimensions]`."""
    series = [
        text.numbers(one, number) for one in value.replace("\\n", "\n").split("\n") if one.strip()
    ]
    if not series or len({len(one) for one in series}) > 1:
        raise RunError(f"line {number} has dimensions of different lengths; expected one length")
    return np.stack(series, 1)


def _without_end(series):
    present = np.flatnonzero(~np.isnan(series).all(1))
    return series[: present[-1] + 1] if len(present) else series[:0]
