"""Tables in wide form, a row a sequence: its time steps are in columns, or lists in one column.

Columns that are numbered, as `t0, t1, ...` or `1, 2, ...`, are the steps of a series in the order
of their numbers; of several, as `x_0, y_0, x_1, y_1`, each is a feature. So the archives of UCR and
UEA have them in CSV and TSV, without names: the first column is the class.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from tf1_rnn.errors import RunError, UsageError
from tf1_rnn.trainer.dividing import listed
from tf1_rnn.trainer.readers import library, tables
from tf1_rnn.trainer.readers.source import Samples, require_usable
from tf1_rnn.wording import counted

if TYPE_CHECKING:
    from tf1_rnn.trainer.readers.source import Source

NUMBERED = re.compile(r"(.*?)[\s_.\-\[(]*?(\d+(?:\.\d+)?)[\])]?")
UNNAMED = "no column names: column {} is read as the label, the others as the steps"


def samples(table: Any, source: Source, labels: bool) -> Samples:
    """Return a table's sequences.

    Args:
        table: a pandas `DataFrame`, as `tables.samples` takes it; of a file without column names,
            `table.attrs["label"]` is the column of labels.
        source: the `Source`, whose columns are looked up.
        labels: whether the label column is needed.
    """
    pandas = library.load("pandas", "tables")
    columns = tables.names(table)
    if not len(table):
        raise RunError("holds no rows")
    label_name, notes = source.label, []
    if label_name is None and table.attrs.get("label"):
        label_name = table.attrs["label"]
        notes = [UNNAMED.format(label_name)]
    label = tables.label_column(table, columns, label_name, labels)
    split = tables.split_name(columns, source)
    used = {label_name, split}
    series, unused = _series(pandas, table, [name for name in columns if name not in used], source)
    values = [_ended(rows) for rows in _values(pandas, table, series)]
    shortened = sum(was_longer for _, was_longer in values)
    if shortened:
        notes.append(
            f"missing steps at the end of {counted(shortened, 'sequence')} treated as padding"
        )
    values = [rows for rows, _ in values]
    for row, steps in enumerate(values):
        require_usable(steps, tables.place(table, row))
    parts = None
    if split is not None:
        parts = tables.parts_of_rows(tables.column(table, columns, split, "--split"), split)
        notes.append(f"training and test set by the column {split}")
    if unused:
        notes.append(f"not used: {listed(unused, 20)}")
    shown = ", ".join(f"{name} ({columns[0]} to {columns[-1]})" for name, columns in series.items())
    notes.insert(0, f"a row for each sequence, its steps in columns: {shown[:300]}")
    return Samples(
        values,
        None if label is None else list(tables.label_values(pandas, label, label_name)),
        parts=parts,
        # What --features would name, so that a trained model finds them again.
        features=tuple(source.features or series),
        notes=notes,
    )


def _series(pandas, table, columns, source):
    """Return the columns of each series by its name, in the order of their steps, and the rest."""
    numbered, asked = {}, source.features
    for name in columns:
        match = NUMBERED.fullmatch(name)
        if match:
            numbered.setdefault(match.group(1) or "value", []).append((float(match.group(2)), name))
    found = {
        name: [column for _, column in sorted(each)]
        for name, each in numbered.items()
        if len(each) > 1 and any(tables.is_numeric(pandas, table[column]) for _, column in each)
    }
    found.update({name: [name] for name in columns if _holds_lists(table[name])})
    if asked is not None:
        if all(name in found for name in asked):
            found = {name: found[name] for name in asked}
        else:  # the steps of one series, in the order in which they are named
            for name in asked:
                tables.feature(table, columns, name, source)
            if len(asked) == 1:  # as a column of a table in long form may be called
                raise UsageError(
                    f"column {asked[0]} is not a series; expected columns with its name and a "
                    "number, "
                    f"as {asked[0]}0, {asked[0]}1, or --sequence=COLUMN for a row a time step"
                )
            found = {"value": list(asked)}
    if not found:
        raise UsageError(
            "a table with a row for each time step needs --sequence=COLUMN, whose value is the "
            "same in all rows of a sequence; one with a row for each sequence needs columns that "
            f"are numbered, as t0, t1; columns: {listed(table.columns, 20)}"
        )
    sizes = {name: len(each) for name, each in found.items()}
    if len(set(sizes.values())) > 1:
        told = listed((f"{name} {size}" for name, size in sizes.items()), 10)
        raise RunError(
            f"has series of different numbers of columns: {told}; expected one number, or "
            "--features=NAME to choose"
        )
    taken = {name for each in found.values() for name in each}
    return found, [name for name in columns if name not in taken]


def _holds_lists(column):
    """Return whether the cells of a column are lists of numbers, as Parquet may hold them."""
    if column.dtype != object or not len(column):
        return False
    return all(isinstance(cell, np.ndarray | list) and np.ndim(cell) == 1 for cell in column)


def _values(pandas, table, series):
    """Yield the steps of each row, `[steps, features]`."""
    if any(_holds_lists(table[names[0]]) for names in series.values()):
        cells = zip(*(table[names[0]] for names in series.values()), strict=True)
        for row, lists in enumerate(cells):
            yield _of_lists(lists, list(series), tables.place(table, row))
        return
    columns = [
        np.stack([tables.as_numbers(pandas, table[name], name) for name in names], 1)
        for names in series.values()
    ]
    yield from np.stack(columns, 2)


def _of_lists(lists, names, where):
    sizes = [len(cell) for cell in lists]
    if len(set(sizes)) > 1:
        told = listed(f"{name} {size}" for name, size in zip(names, sizes, strict=True))
        raise RunError(f"{where} has lists of different lengths: {told}; expected one length")
    try:
        return np.array([np.asarray(cell, np.float64) for cell in lists]).T
    except (TypeError, ValueError):
        raise RunError(f"{where} holds a list of other than numbers; expected numbers") from None


def _ended(rows):
    """Return steps without those at the end that are missing in every feature, and whether any."""
    present = np.flatnonzero(~np.isnan(rows).all(1))
    length = present[-1] + 1 if len(present) else 0
    return rows[:length], length < len(rows)
