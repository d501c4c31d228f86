"""The formats: how each is recognised by its content, and which reader takes it."""

from __future__ import annotations

import contextlib
import gzip
import importlib
import os
import types
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tf1_rnn import inputs
from tf1_rnn.errors import RunError, UsageError, printable
from tf1_rnn.trainer import data_files
from tf1_rnn.trainer.readers import csv_file, foreign, tfrecord

if TYPE_CHECKING:
    from tf1_rnn.trainer.readers.source import Source

# The readers, which are modules of this package, and the names of their files.
READERS = {
    "npz_file": "arrays by name (.npz)",
    "hdf5": "arrays by name (HDF5)",
    "csv_file": "a table (CSV)",
    "parquet": "a table (Parquet)",
    "ts": "time series (.ts)",
    "arff": "time series (.arff)",
    "tfrecord": "TFRecords",
    "frames": "a folder of frames",
}
# The flags on how data are read that each can honour.
HONOURED = {
    "csv_file": ("sequence", "label", "features", "split"),
    "parquet": ("sequence", "label", "features", "split"),
    "tfrecord": ("label", "features"),
    "arff": ("label",),
}
NAMED = ("npz_file", "hdf5")  # these hold arrays by name; the others, sequences one by one
TABLES = (".csv", ".tsv", ".csv.gz", ".tsv.gz")
RECORDS = (".tfrecord", ".tfrecords", ".tfrec")
HEAD = 4096


def format_of(path: str) -> str:
    """Return the name of the reader that a file or folder needs, told by its content.

    Raises:
        RunError: there is no such file, or no reader takes it; the line says what to do.
    """
    if os.path.isdir(path):
        return "tfrecord" if tfrecord.shards_in(path) else "frames"
    if data_files.is_pattern(path):
        return _of_all(data_files.matching(path))
    try:
        inputs.require_regular(path)
    except inputs.Unreadable as error:
        raise RunError(f"{error}; --data expects {foreign.READABLE}") from None
    head, size = _head(path)
    name = _by_content(path, head, size) or _by_name(path.lower(), head)
    if name is None:
        raise RunError(foreign.explain(path, head))
    return name


def _of_all(paths):
    """Return the format of the files of a pattern, which only TFRecords may be."""
    for path in paths:
        with saying(path):
            if format_of(path) != "tfrecord":
                raise RunError("not TFRecords; expected a pattern that names shards of one set")
    return "tfrecord"


def require_honoured(name: str, source: Source) -> None:
    """Refuse a flag of a `Source` that the format has no use for."""
    for flag in HONOURED["csv_file"]:
        if flag in (*HONOURED.get(name, ()), *source.remembered):
            continue
        if getattr(source, flag) is not None:
            others = [READERS[other] for other, flags in HONOURED.items() if flag in flags]
            raise UsageError(f"{READERS[name]}: --{flag} is not for that; it is for {_or(others)}")


def _or(words):
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def reader(name: str) -> types.ModuleType:
    """Return the module of a reader; it has `read` and `describe`."""
    return importlib.import_module(f"tf1_rnn.trainer.readers.{name}")


def describe(path: str) -> list[str]:
    """Return lines that say what a file holds, in any format.

    Raises:
        RunError: the file cannot be read, in one line that begins with its name.
    """
    with saying(path):
        name = format_of(path)
        lines = [f"{path}: {READERS[name]}", *reader(name).describe(path)]
    return [printable(line) for line in lines]


@contextlib.contextmanager
def saying(path: str) -> Iterator[None]:
    """Let every RunError begin with the name of the file that it is about, and be one line."""
    try:
        yield
    except _OfFile:
        raise
    except MemoryError:
        raise _OfFile(printable(f"{path}: larger than the memory")) from None
    except RunError as error:
        kind = _UsageOfFile if isinstance(error, UsageError) else _OfFile
        raise kind(printable(f"{path}: {error}")) from None


class _OfFile(RunError):
    """A RunError that begins with the name of a file already."""


class _UsageOfFile(_OfFile, UsageError):
    """A flag that the file needs, or has no use for."""


def _head(path):
    """Return how a file begins, unpacked where gzip packed it, and its size."""
    try:
        with open(path, "rb") as file:
            head = file.read(HEAD)
            size = os.fstat(file.fileno()).st_size
            if head[:2] != b"\x1f\x8b":
                return head, size
            file.seek(0)
            return gzip.open(file).read(HEAD), 2**63
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise RunError("damaged gzip file") from None
    except OSError as error:
        raise RunError(f"cannot be read: {error.strerror or error}") from None


def _by_content(path, head, size):
    """Return the reader that the first bytes ask for, or None."""
    if head[:2] == b"PK":
        return "npz_file" if path.endswith(".npz") or _holds_arrays(path) else None
    if head[:8] == b"\x89HDF\r\n\x1a\n" or head[512:520] == b"\x89HDF\r\n\x1a\n":
        return "hdf5"
    if head[:4] == b"PAR1":
        return "parquet"
    if tfrecord.is_tfrecord(head, size):
        return "tfrecord"
    for line in head.decode("utf-8-sig", "replace").splitlines():
        line = line.strip().lower()
        if line.startswith("@"):
            return "arff" if line.startswith("@relation") else "ts"
        if line and line[0] not in "#%":
            break
    return None


def _holds_arrays(path):
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith(".npy") for name in archive.namelist())
    except Exception:  # a damaged archive raises nearly anything
        return False


def _by_name(path, head):
    """Return the reader for what only a name tells apart, or None."""
    if path.endswith(TABLES) and head.strip() and b"\0" not in head:
        return "csv_file"
    if path.endswith(".txt") and csv_file.begins_with_numbers(head):
        return "csv_file"
    return "tfrecord" if path.endswith(RECORDS) and head else None
