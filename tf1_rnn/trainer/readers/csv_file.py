"""CSV and TSV, in long and in wide form, also compressed by gzip, read by pandas."""

from __future__ import annotations

import collections
import csv
import gzip
import io
import warnings
from typing import TYPE_CHECKING

from tf1_rnn import memory
from tf1_rnn.errors import RunError
from tf1_rnn.trainer.readers import library, tables, wide

if TYPE_CHECKING:
    from tf1_rnn.trainer.readers.source import Samples, Source

SEPARATORS, SPACES = ",\t;", r"\s+"
MISSING = ("", "?", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "null", "NULL", "None")
NOTHING = "is empty; expected a line of column names, then a row for each time step"
LONGEST_LINE = 1 << 26  # bytes of the first one; a column a time step makes it long
GZIP = b"\x1f\x8b"


def read(path: str, source: Source, labels: bool) -> Samples:
    """Return the file's sequences as `Samples`."""
    form = wide if source.sequence is None else tables
    return form.samples(_table(path, source.sequence, source.label), source, labels)


def describe(path: str) -> list[str]:
    """Return lines on the file's columns."""
    return tables.describe(_table(path))


def _table(path, sequence=None, label=None):
    pandas = library.load("pandas", "CSV")
    with library.reading("CSV"), open(path, "rb") as file, warnings.catch_warnings():
        # A row with more values than the first line has names.
        warnings.simplefilter("error", pandas.errors.ParserWarning)
        compressed = file.read(2) == GZIP
        file.seek(0)
        text = _Limited(gzip.open(file) if compressed else file)
        separator, names, unnamed = _header(text.first_line())
        try:
            table = pandas.read_csv(
                io.BufferedReader(text, 1 << 20),
                sep=separator,
                header=None if unnamed else 0,
                names=names if unnamed else None,
                index_col=False,
                skipinitialspace=True,
                encoding="utf-8-sig",
                low_memory=False,
                # Sequences 1 and 01 are two; a class may be called None.
                dtype={sequence: str},
                keep_default_na=False,
                na_values={
                    name: [""] if name in (sequence, label) else list(MISSING) for name in names
                },
            )
            table.attrs["unnamed"] = unnamed
            return table
        except UnicodeDecodeError as error:
            raise RunError(
                f"is not UTF-8 text (at byte {error.start}); rewrite it: "
                "pandas.read_csv(FILE, encoding='latin-1').to_csv(NEW, index=False)"
            ) from None
        except pandas.errors.ParserWarning:
            raise RunError(
                "has rows with more values than the first line has names; expected a name for each "
                "column in the first line"
            ) from None
        except pandas.errors.EmptyDataError:
            raise RunError(NOTHING) from None


def begins_with_numbers(head: bytes) -> bool:
    """Return whether a file is a table without names of columns, told by its first bytes."""
    line = _first_line(head)
    # A number may be cut where the head ends.
    return _is_unnamed(line if b"\n" in head else line.rstrip("+-.0123456789eE"))


def _first_line(head):
    return head.decode("utf-8-sig", "replace").lstrip("\r\n").partition("\n")[0].rstrip("\r")


def _is_unnamed(line):
    """Return whether a table's first line holds numbers rather than names of columns."""
    fields = _fields(line, _separator(line))
    if len(fields) < 2 or not all(map(_is_number, fields)):
        return False
    # Steps may be called by their numbers.
    return not any(fields == [str(n) for n in range(k, k + len(fields))] for k in (0, 1))


def _header(line):
    """Return what separates the columns, their names, and whether those are not in the file."""
    separator = _separator(line)
    names = _fields(line, separator)
    if not any(names):
        raise RunError(NOTHING)
    if _is_unnamed(line):
        return separator, [str(n) for n in range(1, len(names) + 1)], True
    twice = next((name for name, n in collections.Counter(names).items() if n > 1), None)
    if twice is not None:
        # pandas would call the second by another name.
        raise RunError(f"has two columns named {twice!r}; expected different names")
    return separator, names, False


def _separator(line):
    """Return what separates the columns; spaces where nothing else does and all are numbers."""
    separator = max(SEPARATORS, key=line.count)
    words = line.split()
    return SPACES if separator not in line and all(map(_is_number, words)) else separator


def _fields(line, separator):
    if separator == SPACES:
        return line.split()
    return next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return text.strip() in MISSING
    return "_" not in text


class _Limited(io.RawIOBase):
    """A file that refuses to give more than fits in memory; gzip does not tell its size."""

    def __init__(self, file):
        self._file, self._left = file, memory.available()
        self._head = file.read(1 << 16)
        while b"\n" not in self._head.lstrip(b"\r\n") and len(self._head) < LONGEST_LINE:
            more = file.read(1 << 16)
            if not more:
                break
            self._head += more

    def first_line(self):
        """Return the line of the columns' names, which will be read again."""
        return _first_line(self._head)

    def readable(self):
        """Return True, as of any file that is read."""
        return True

    def readinto(self, buffer):
        """Fill the buffer and return how many bytes were written to it."""
        data = self._head[: len(buffer)] or self._file.read(len(buffer))
        self._head = self._head[len(data) :]
        if self._left is not None:
            # A number takes at least two characters, and eight bytes once it is read.
            self._left -= 4 * len(data)
            if self._left < 0:
                raise RunError("too large: its text does not fit in the free memory; give a part")
        buffer[: len(data)] = data
        return len(data)
