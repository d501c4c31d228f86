"""Tables in long form, a row a time step: what CSV and Parquet have in common. pandas reads them.

Rows of a sequence need not stand together; their order is kept.
"""

from __future__ import annotations

import collections
import difflib
from typing import TYPE_CHECKING, Any

import numpy as np

from tf1_rnn.errors import RunError, UsageError
from tf1_rnn.trainer.dividing import listed
from tf1_rnn.trainer.readers import library
from tf1_rnn.trainer.readers.source import Samples, is_unusable, split_at, unusable
from tf1_rnn.wording import counted

if TYPE_CHECKING:
    from tf1_rnn.trainer.readers.source import Source

SPLIT = "split"
SHOWN = 30  # columns that are described one by one
PARTS = {
    "train": "train",
    "training": "train",
    "test": "test",
    "testing": "test",
    "valid": "valid",
    "val": "valid",
    "validation": "valid",
    "dev": "valid",
}


def samples(table: Any, source: Source, labels: bool) -> Samples:
    """Return a table's sequences.

    Args:
        table: a pandas `DataFrame`, whose index tells the lines of a text, or the rows.
        source: the `Source`, whose columns are looked up.
        labels: whether the label column is needed.
    """
    pandas = library.load("pandas", "tables")
    columns = names(table)
    if not len(table):
        raise RunError("holds no rows")
    sequence = column(table, columns, source.sequence, "--sequence")
    label = label_column(table, columns, source.label, labels)
    split = split_name(columns, source)
    used = {source.sequence, source.label, split}
    order, sizes, first, ids = _groups(pandas, sequence, source.sequence)
    features, notes = _features(pandas, table, columns, source, used)
    values = np.stack([_numbers(pandas, table[name], name, sequence) for name in features], 1)[
        order
    ]
    labels_found, by_step = None, False
    if label is not None:
        labels_found, by_step = _labels(pandas, label, source.label, order, sizes, first)
    parts = None
    if split is not None:
        parts = _parts(column(table, columns, split, "--split"), order, sizes, first, split, ids)
        notes.append(f"training and test set by the column {split}")
    return Samples(
        split_at(values, sizes),
        labels_found,
        by_step,
        parts,
        ids,
        tuple(features),
        notes=[f"features: {listed(features, 20)}", *notes],
    )


def describe(table: Any) -> list[str]:
    """Return lines on a table: its rows, then each column with its type and some of its values."""
    lines = [counted(len(table), "row")]
    columns = names(table)
    for name in columns if len(columns) <= SHOWN else [*columns[:SHOWN], columns[-1]]:
        values = table[name]
        try:
            distinct = f"{values.nunique():,} distinct"
        except TypeError:
            distinct = "nested"
        missing = int(values.isna().sum())
        examples = listed((str(value)[:30] for value in values.head(3)), 3)
        lines.append(
            f"{name}: {values.dtype}, {distinct}"
            + (f", {missing:,} missing" if missing else "")
            + f", as {examples}"
        )
    return lines


def names(table: Any) -> list[str]:
    """Return the names of the columns, of which none may occur twice."""
    found = [str(name) for name in table.columns]
    twice = next((name for name, n in collections.Counter(found).items() if n > 1), None)
    if twice is not None:
        raise RunError(f"has two columns named {twice!r}; expected different names")
    if not found:
        raise RunError("has no columns")
    table.columns = found
    return found


def label_column(table: Any, columns: list[str], name: str | None, needed: bool) -> Any:
    """Return the column to predict, or None where it is missing and not needed."""
    if name is not None and (needed or name in columns):
        return column(table, columns, name, "--label")
    if needed:
        raise UsageError(
            f"a table needs --label=COLUMN, the column to predict; columns: {listed(columns, 20)}"
        )
    return None


def split_name(columns: list[str], source: Source) -> str | None:
    """Return the name of the column that tells the parts, or None."""
    return source.split if source.split is not None else SPLIT if SPLIT in columns else None


def column(table: Any, columns: list[str], name: str | None, flag: str) -> Any:
    """Return a column that a flag names, or refuse an unknown name."""
    if name is None or name not in columns:
        raise UsageError(f"{flag}={name}: no such column; columns: {_others(columns, name)}")
    return table[name]


def feature(table: Any, columns: list[str], name: str, source: Source) -> Any:
    """Return a column that is one of the `features` of a `Source`, or refuse an unknown name."""
    if name not in columns:
        raise source.without_feature(name, "column", _others(columns, name))
    return table[name]


def _others(columns, name):
    near = difflib.get_close_matches(name or "", columns, 1, 0.6)
    return listed(columns, 20) + (f"; did you mean {near[0]}?" if near else "")


def place(column: Any, row: int) -> str:
    """Return where a row of a column, counted from 0, stands in its file, as "line 3"."""
    return f"{column.index.name or 'row'} {column.index[row]}"


def _groups(pandas, sequence, name):
    """Return rows in the order of sequences, each one's size, its first row, and its name."""
    _require_present(sequence, name)
    try:
        codes, ids = pandas.factorize(sequence)
    except TypeError:
        raise RunError(
            f"column {name} holds lists; expected a number or text that is the same in all rows of "
            "a sequence"
        ) from None
    order = np.argsort(codes, kind="stable")
    sizes = np.bincount(codes, minlength=len(ids))
    first = order[np.cumsum(sizes) - sizes]
    return order, sizes.tolist(), first, [str(value) for value in ids]


def _require_present(column, name):
    missing = column.isna().to_numpy()
    if missing.any():
        raise RunError(
            f"column {name} has no value in {place(column, int(np.argmax(missing)))}; expected one "
            "in each"
        )


def _features(pandas, table, columns, source, used):
    """Return the names of the feature columns, and notes on columns that are not used."""
    if source.features is not None:
        for name in source.features:
            feature(table, columns, name, source)
        return list(source.features), []
    features, unused = [], []
    for name in columns:
        if name in used:
            continue
        if is_numeric(pandas, table[name]):
            features.append(name)
        elif _is_meant_as_numbers(pandas, table[name]):
            _numbers(pandas, table[name], name, None)
        else:
            unused.append(f"{name} ({table[name].dtype})")
    if not features:
        raise RunError(
            "has no column of numbers (with a point for decimals) other than those of --sequence "
            "and "
            "--label; columns: " + listed(columns, 20)
        )
    return features, [f"not used: {listed(unused, 20)}"] if unused else []


def is_numeric(pandas: Any, column: Any) -> bool:
    """Return whether a column holds real numbers."""
    types = pandas.api.types
    return types.is_bool_dtype(column.dtype) or (
        types.is_numeric_dtype(column.dtype) and not types.is_complex_dtype(column.dtype)
    )


def _is_meant_as_numbers(pandas, column):
    """Return whether most of a column of text reads as numbers: the others are mistakes."""
    if column.dtype.kind not in "OU" and str(column.dtype) not in ("string", "str"):
        return False
    read = pandas.to_numeric(column.astype(str), errors="coerce").notna().sum()
    return 2 * read > column.notna().sum() > 0


def as_numbers(pandas: Any, column: Any, name: str) -> np.ndarray:
    """Return a column as float64, NaN where a value is missing, or say which is no number."""
    if not is_numeric(pandas, column):
        read = pandas.to_numeric(column.astype(str), errors="coerce")
        bad = (read.isna() & column.notna()).to_numpy()
        if bad.any():
            row = int(np.argmax(bad))
            raise RunError(
                f"column {name} holds {str(column.iloc[row])[:40]!r} in {place(column, row)}; "
                "expected numbers, with a point for decimals"
            )
        column = read
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def _numbers(pandas, column, name, sequence):
    """Return a column as float64, or say which of its values is missing or no number."""
    values = as_numbers(pandas, column, name)
    bad = is_unusable(values)
    if bad.any():
        row = int(np.argmax(bad))
        where = "" if sequence is None else f" (sequence {str(sequence.iloc[row])[:40]})"
        what, how = unusable(values[row])
        how += ", as pandas.DataFrame.interpolate does" if np.isnan(values[row]) else ""
        raise RunError(
            f"column {name} has {what} in {place(column, row)}{where}, {int(bad.sum()):,} such in "
            f"all; expected numbers: {how}, or leave such sequences out"
        )
    return values


def label_values(pandas: Any, column: Any, name: str | None) -> np.ndarray:
    """Return the values of the label column: numbers, or text."""
    _require_present(column, name)
    if not is_numeric(pandas, column):
        return column.astype(str).to_numpy(dtype=object).astype(str)
    values = column.to_numpy()
    if values.dtype.kind not in "biuf":
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    bad = is_unusable(values)
    if bad.any():
        row = int(np.argmax(bad))
        what, how = unusable(values[row])
        raise RunError(
            f"column {name} has {what} in {place(column, row)}; expected finite labels: {how}, or "
            "leave such rows out"
        )
    return values


def _labels(pandas, column, name, order, sizes, first):
    """Return a label for each sequence, or for each step where they differ within one."""
    values = label_values(pandas, column, name)
    by_sequence = np.repeat(values[first], sizes)
    if np.array_equal(by_sequence, values[order]):
        return list(values[first]), False
    if values.dtype.kind == "f" and not np.array_equal(values, np.floor(values)):
        raise RunError(
            f"column {name} holds numbers that change within a sequence; expected one number a "
            "sequence, or a class (text or a whole number) for each step"
        )
    return split_at(values[order], sizes), True


def parts_of_rows(column: Any, name: str) -> list[str]:
    """Return the part of each row, in the words of the column."""
    _require_present(column, name)
    values = column.astype(str).str.strip().str.lower().to_numpy(dtype=object)
    unknown = next((value for value in values if value not in PARTS), None)
    if unknown is not None:
        raise RunError(f"column {name} holds {unknown[:40]!r}; expected train, test or valid")
    return [PARTS[value] for value in values]


def _parts(column, order, sizes, first, name, ids):
    """Return the part of each sequence."""
    values = np.array(parts_of_rows(column, name), object)
    changes = np.repeat(values[first], sizes) != values[order]
    if changes.any():
        which = int(np.searchsorted(np.cumsum(sizes), int(np.argmax(changes)), "right"))
        raise RunError(
            f"column {name} changes within the sequence {ids[which]}; expected a whole sequence in "
            "one part"
        )
    return list(values[first])
