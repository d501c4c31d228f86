"""CSV and TSV in long form, also compressed by gzip, read by pandas."""

import csv
import gzip
import io
import warnings

from tf1_rnn import memory
from tf1_rnn.errors import RunError
from tf1_rnn.trainer.readers import library, tables

SEPARATORS = ",\t;"
MISSING = ("", "?", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "null", "NULL", "None")
NOTHING = "is empty; expected a line of column names, then a row for each time step"
GZIP = b"\x1f\x8b"


def read(path, source, labels):
    """Return the file's sequences as `Samples`."""
    return tables.samples(_table(path, source.sequence, source.label), source, labels)


def describe(path):
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
        separator, names = _header(text.first_line())
        try:
            return pandas.read_csv(
                io.BufferedReader(text, 1 << 20),
                sep=separator,
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


def _header(line):
    """Return what separates the columns, and their names."""
    separator = max(SEPARATORS, key=line.count)
    names = next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
    if not any(names):
        raise RunError(NOTHING)
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        # pandas would call the second by another name.
        raise RunError(f"has two columns of the name {twice!r}; expected different names")
    return separator, names


class _Limited(io.RawIOBase):
    """A file that refuses to give more than fits in memory; gzip does not tell its size."""

    def __init__(self, file):
        self._file, self._left = file, memory.available()
        self._head = file.read(1 << 16)

    def first_line(self):
        """Return the line of the columns' names, which will be read again."""
        return (
            self._head.decode("utf-8-sig", "replace").lstrip("\r\n").partition("\n")[0].rstrip("\r")
        )

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
