"""The order of the sequences in an epoch: shuffled through a buffer, in batches of like lengths.

A pure function of the seed, the epoch's number and the lengths, computed before anything is read.
Needs only NumPy.

1. The blocks of neighbouring sequences are put into a random order.
2. The sequences of this order are cut into windows, each as many whole batches as the buffer holds.
3. Those of a window are shuffled, put together by bucket of their lengths, cut into batches, and
   the batches are shuffled.

Every batch but the epoch's last is full, so that an epoch has as many steps as without buckets.
"""

import itertools

import numpy as np


def _bounds():
    """Return the upper bounds of the buckets: each longer by a quarter, at least by one step."""
    bounds = [1]
    while bounds[-1] < 2**31:
        bounds.append(max(bounds[-1] + 1, bounds[-1] * 5 // 4))
    return np.array(bounds)


BUCKETS = _bounds()


def cut(borders: np.ndarray, size: int) -> np.ndarray:
    """Return the blocks of positions that lie between borders, `[blocks, 2]`: begin and end.

    Args:
        borders: ascending positions that no block goes across, the first and the last included.
        size: the most positions in a block.
    """
    begins = [
        np.arange(begin, end, size) for begin, end in itertools.pairwise(borders) if end > begin
    ]
    begins = np.concatenate(begins)
    return np.stack([begins, np.append(begins[1:], borders[-1])], 1)


class _Windows:
    """Windows, of which each has so many batches."""

    def window(self, number: int) -> tuple[np.ndarray, np.ndarray]:
        """Return what a window reads, and the order in which that is put into batches."""
        raise NotImplementedError

    def cut(
        self, number: int, left_out: int, batch_size: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return what is read of a window, and the batches that it is put into.

        Args:
            number: of the window.
            left_out: how many of its batches are not wanted.
            batch_size: sequences in a batch.

        Returns:
            Positions of sequences `[k]`, block by block; places in them, batch after batch; and
            where each batch ends there.
        """
        positions, order = self.window(number)
        order = order[left_out * batch_size :]
        ends = np.append(np.arange(batch_size, len(order), batch_size), len(order))
        return positions, order, ends


class Epoch(_Windows):
    """The windows of one epoch.

    Attributes:
        batches: how many batches a window has; the last one may have fewer.
    """

    def __init__(
        self,
        blocks: np.ndarray,
        lengths: np.ndarray | None,
        batch_size: int,
        window: int,
        seed: int,
        epoch: int,
    ) -> None:
        """Put the blocks into their order.

        Args:
            blocks: as `cut` returns them.
            lengths: steps of each sequence `[n]`, or None where all have as many.
            batch_size: sequences in a batch.
            window: batches in a window.
            seed: an integer from 0.
            epoch: its number, from 0.
        """
        order = np.random.RandomState([seed, epoch]).permutation(len(blocks))
        self._begins = blocks[order, 0]
        self._ends = np.cumsum(blocks[order, 1] - blocks[order, 0])
        self._lengths, self._batch_size = lengths, batch_size
        self._size, self._seed, self.batches = window * batch_size, (seed, epoch), window

    def __len__(self):
        return -(-int(self._ends[-1]) // self._size)

    def window(self, number: int) -> tuple[np.ndarray, np.ndarray]:
        """Return what a window reads, and the order in which that is put into batches.

        Returns:
            Positions of sequences `[k]`, block by block, and a permutation of them `[k]`, of which
            each `batch_size` in a row are a batch.
        """
        positions = self._positions(number)
        random = np.random.RandomState([*self._seed, number])
        order = random.permutation(len(positions))
        if self._lengths is not None:
            buckets = np.searchsorted(BUCKETS, self._lengths[positions[order]])
            order = order[np.argsort(buckets, kind="stable")]
        full = len(order) // self._batch_size
        batches = order[: full * self._batch_size].reshape(full, self._batch_size)
        batches = batches[random.permutation(full)]
        return positions, np.append(batches.ravel(), order[full * self._batch_size :])

    def _positions(self, number):
        begin = number * self._size
        end = min(begin + self._size, int(self._ends[-1]))
        first, last = np.searchsorted(self._ends, [begin, end - 1], "right")
        pieces = []
        for block in range(first, last + 1):
            before = self._ends[block - 1] if block else 0
            shift = self._begins[block] - before
            pieces.append(
                np.arange(max(begin, before) + shift, min(end, self._ends[block]) + shift)
            )
        return np.concatenate(pieces)


class InOrder(_Windows):
    """The windows of all sequences from the first to the last."""

    def __init__(self, count: int, batch_size: int, window: int) -> None:
        """Divide `count` sequences into windows of as many batches as `window` says."""
        self._count, self._size, self.batches = count, batch_size * window, window

    def __len__(self):
        return -(-self._count // self._size)

    def window(self, number: int) -> tuple[np.ndarray, np.ndarray]:
        """Return what a window reads, and the order, as `Epoch.window` does."""
        begin = number * self._size
        positions = np.arange(begin, min(begin + self._size, self._count))
        return positions, np.arange(len(positions))


class Share(_Windows):
    """What one of several workers reads of windows: its own sequences of each batch."""

    def __init__(self, windows: Epoch, mine: np.ndarray) -> None:
        """Choose from windows.

        Args:
            windows: an `Epoch`.
            mine: whether each position is the worker's, `[n]`; at least one is.
        """
        self._windows, self._mine, self.batches = windows, mine, windows.batches

    def __len__(self):
        return len(self._windows)

    def cut(
        self, number: int, left_out: int, batch_size: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return what the worker reads of a window, as of `_Windows`; batches may be empty."""
        positions, order, ends = self._windows.cut(number, left_out, batch_size)
        mine = self._mine[positions]
        chosen = mine[order]
        ends = np.append(0, np.cumsum(chosen))[ends]
        if not mine.any():  # something is to be read, as of any other window
            return np.flatnonzero(self._mine)[:1], np.zeros(0, np.int64), ends
        return positions[mine], (np.cumsum(mine) - 1)[order[chosen]], ends
