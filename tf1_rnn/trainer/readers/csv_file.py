"""CSV and TSV, in long and in wide form, also compressed by gzip, read by pandas."""

from __future__ import annotations

import collections
import contextlib
import csv
import gzip
import io
import itertools
import re
import warnings
import zlib
from typing import TYPE_CHECKING, NamedTuple

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
    with library.reading("CSV"), _opened(path) as file, warnings.catch_warnings():
        # A row with more values than the first line has names.
        warnings.simplefilter("error", pandas.errors.ParserWarning)
        text = _Limited(file)
        header = _header(text.first_line())
        label = header.label if label is None else label
        try:
            table = pandas.read_csv(
                io.BufferedReader(text, 1 << 20),
                sep=header.separator,
                header=None if header.is_unnamed else 0,
                names=header.names if header.is_unnamed else None,
                index_col=False,
                skipinitialspace=True,
                encoding="utf-8-sig",
                low_memory=False,
                # Sequences 1 and 01 are two; a class may be called None.
                dtype={sequence: str},
                keep_default_na=False,
                na_values={
                    name: [""] if name in (sequence, label) else list(MISSING)
                    for name in header.names
                },
            )
        except UnicodeDecodeError as error:
            raise RunError(
                f"is not UTF-8 text (at byte {error.start}); rewrite it: "
                "pandas.read_csv(FILE, encoding='latin-1').to_csv(NEW, index=False)"
            ) from None
        except pandas.errors.EmptyDataError:
            raise RunError(NOTHING) from None
        except (pandas.errors.ParserWarning, ValueError, TypeError, OverflowError) as error:
            raise RunError(_what_is_wrong(path, header, error)) from None
    table.index = _lines(pandas, path, header, len(table), text.ends)
    table.attrs["label"] = header.label
    return table


@contextlib.contextmanager
def _opened(path):
    """Open a file to read bytes, unpacked where gzip packed it."""
    with open(path, "rb") as file:
        compressed = file.read(2) == GZIP
        file.seek(0)
        yield gzip.open(file) if compressed else file


def _records(path, separator):
    """Yield the number of the line on which each record begins, and its fields.

    Blank lines are left out, as pandas does.
    """
    with _opened(path) as file, io.TextIOWrapper(file, "utf-8-sig", "replace") as text:
        if separator == SPACES:
            for number, line in enumerate(text, 1):
                if line.strip():
                    yield number, line.split()
            return
        reader, number = csv.reader(text, delimiter=separator, skipinitialspace=True), 1
        for fields in reader:
            if len(fields) > 1 or "".join(fields).strip():
                yield number, fields
            number = reader.line_num + 1


def _lines(pandas, path, header, n, ends):
    """Return an index that tells each row's line, as an editor shows it.

    Args:
        pandas: the library.
        path: the file.
        header: its `_Header`.
        n: how many rows there are.
        ends: how many line ends there are.
    """
    first = 1 if header.is_unnamed else 2
    if first + n - 1 - ends in (0, 1):  # the last line may lack its end
        return pandas.RangeIndex(first, first + n, name="line")
    with contextlib.suppress(csv.Error):
        found = [number for number, _ in _records(path, header.separator)][first - 1 :]
        if len(found) == n:
            return pandas.Index(found, name="line")
    return pandas.RangeIndex(1, n + 1, name="row")


def _what_is_wrong(path, header, error):
    """Return what is wrong with a file that pandas does not read, in our own words."""
    number, expected = 1, len(header.names)
    with contextlib.suppress(csv.Error, OSError, EOFError, zlib.error):
        for number, fields in _records(path, header.separator):
            if len(fields) > expected:
                return (
                    f"line {number} has {len(fields)} values; expected {expected}, as the first "
                    "line has: put text that holds a separator between quotation marks"
                )
    if "EOF inside string" in str(error):
        return f"line {number} has a quotation mark that is never closed; close or remove it"
    return f"cannot be read at line {number}; expected names of columns, then rows of values"


def begins_with_numbers(head: bytes) -> bool:
    """Return whether a file is a table without names of columns, told by its first bytes."""
    line = _first_line(head)
    if len(line) == len(head.decode("utf-8-sig", "replace")):  # its last number may be cut
        line = line.rstrip("+-.0123456789eE")
    return _unnamed_label(line) is not None


def _first_line(head):
    return re.split("[\r\n]", head.decode("utf-8-sig", "replace").lstrip("\r\n"), maxsplit=1)[0]


def _unnamed_label(line):
    """Return the column of the labels where a first line has no names of columns, else None.

    All are then numbers, or all but the first or the last one, which is then the label.
    """
    fields = _fields(line, _separator(line))
    words = [i for i, field in enumerate(fields) if not _is_number(field)]
    if len(fields) < 2 or words not in ([], [0], [len(fields) - 1]):
        return None
    if not words:  # steps may be called by their numbers
        counts = ([str(n) for n in range(k, k + len(fields))] for k in (0, 1))
        return None if fields in counts else 0
    numbers = [float(field) for field in fields if _is_number(field) and field not in MISSING]
    # Or by their times, which grow.
    grow = all(a < b for a, b in itertools.pairwise(numbers))
    return None if grow else words[0]


class _Header(NamedTuple):
    """What the first line of a table tells.

    Attributes:
        separator: what separates the columns.
        names: of the columns; their numbers from 1 where the file has none.
        is_unnamed: whether the first line is a row.
        label: the name of the column of labels where the file has no names, else None.
    """

    separator: str
    names: list
    is_unnamed: bool = False
    label: str | None = None


def _header(line):
    """Return the `_Header` of a first line."""
    separator = _separator(line)
    names = _fields(line, separator)
    if not any(names):
        raise RunError(NOTHING)
    label = _unnamed_label(line)
    if label is not None:
        numbers = [str(n) for n in range(1, len(names) + 1)]
        return _Header(separator, numbers, True, numbers[label])
    twice = next((name for name, n in collections.Counter(names).items() if n > 1), None)
    if twice is not None:
        # pandas would call the second by another name.
        raise RunError(f"has two columns named {twice!r}; expected different names")
    return _Header(separator, names)


def _separator(line):
    """Return what separates the columns; spaces where nothing else does and most are numbers."""
    separator = max(SEPARATORS, key=line.count)
    words = line.split()
    numbers = sum(map(_is_number, words))
    return SPACES if separator not in line and numbers >= max(1, len(words) - 1) else separator


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
    """A file that refuses to give more than fits in memory; gzip does not tell its size.

    Attributes:
        ends: how many ends of lines it has given.
    """

    def __init__(self, file):
        self._file, self._left, self.ends = file, memory.available(), 0
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
        self.ends += data.count(b"\n")
        if self._left is not None:
            # A number takes at least two characters, and eight bytes once it is read.
            self._left -= 4 * len(data)
            if self._left < 0:
                raise RunError("too large: its text does not fit in the free memory; give a part")
        buffer[: len(data)] = data
        return len(data)
