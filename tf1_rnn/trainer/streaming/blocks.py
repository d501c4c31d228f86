"""What shards give when they are read: some of their sequences. Needs NumPy alone."""

import dataclasses
import itertools

import numpy as np

BLOCK = 2**20  # bytes that are read in one piece: so many that seeking takes no time beside it
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


def batches_of(count, row_bytes, size=8 * BLOCK):
    """Yield the numbers 0 to `count`, in arrays of as many rows as make about `size` bytes."""
    step = max(1, size // max(1, row_bytes))
    for begin, end in itertools.pairwise([*range(0, count, step), count]):
        yield np.arange(begin, end)
