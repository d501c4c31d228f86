"""What shards give when they are read: some of their sequences. Needs only NumPy."""

import contextlib
import dataclasses
import itertools
import os
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

from tf1_rnn.errors import RunError

BLOCK = 2**20  # bytes that are read in one piece: enough to make the time of seeking negligible
BUFFER = 2**27  # bytes of the buffer that an epoch is shuffled through
LARGEST_WHOLE = 2**28  # bytes of a compressed shard, unpacked; it cannot be read in pieces


@dataclasses.dataclass
class Block:
    """Sequences of one shard.

    Attributes:
        x: `[n, time_steps, length]` or `[n, time_steps, height, width, channels]`, in the type of
            the file; of TFRecords, records that are not parsed yet, `[n]` bytes.
        lengths: valid steps of each, `[n]`, or None if all are.
        y: labels as the file has them, or None.
    """

    x: np.ndarray
    lengths: np.ndarray | None
    y: np.ndarray | None


def batches_of(count: int, row_bytes: int, size: int = 8 * BLOCK) -> Iterator[np.ndarray]:
    """Yield the numbers 0 to `count`, in arrays of as many rows as make about `size` bytes."""
    step = max(1, size // max(1, row_bytes))
    for begin, end in itertools.pairwise([*range(0, count, step), count]):
        yield np.arange(begin, end)


def stamp(file: str | int) -> tuple[int, int]:
    """Return size and time of change of a file, a path or a descriptor; other content has others.

    Raises:
        RunError: there is no such file any more.
    """
    try:
        found = os.stat(file)
    except OSError as error:
        raise RunError(f"cannot be read: {error.strerror}") from None
    return found.st_size, found.st_mtime_ns


@contextlib.contextmanager
def opened(path: str, known: tuple[int, int]) -> Iterator[BinaryIO]:
    """Open a shard to read from it again.

    Args:
        path: the file.
        known: its `stamp` from when its sequences were located.

    Raises:
        RunError: it cannot be read, or was changed since.
    """
    try:
        with open(path, "rb", buffering=0) as file:
            if stamp(file.fileno()) != known:
                raise RunError(
                    "was changed since this run began to read it: restore the file, and run "
                    "the same command again"
                )
            yield file
    except OSError as error:
        raise RunError(f"cannot be read: {error.strerror or error}") from None
