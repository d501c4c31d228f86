"""The index of all sequences in many shards, and how to read some of them. Needs only NumPy."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from tf1_rnn.trainer.streaming.labels import Labels

if TYPE_CHECKING:
    from tf1_rnn.trainer.streaming import npz_shards, record_shards


@dataclasses.dataclass(frozen=True)
class Index:
    """All sequences of all shards, counted through.

    Attributes:
        sections: the sections of the shards (see `npz_shards`), in order.
        starts: the number of each section's first sequence, and of all sequences, `[sections+1]`.
        lengths: steps of each sequence, int32 `[n]`.
        has_lengths: whether sequences differ in length.
        labels: their `labels.Labels`, or None where none are wanted.
        step_shape: shape of a time step.
        schema: what records hold, a `record_shards.Schema`; None for arrays.
        is_uint8: whether values are pixels, which are divided by 255.
        hashes: a hash of each section's content.
        notes: lines on what was found.
        out_of_scale: whether features are badly scaled for training.
    """

    sections: list[npz_shards.Section] | list[record_shards.Section]
    starts: np.ndarray
    lengths: np.ndarray
    has_lengths: bool
    labels: Labels | None
    step_shape: tuple
    schema: record_shards.Schema | None
    is_uint8: bool
    hashes: tuple
    notes: tuple
    out_of_scale: bool

    def __len__(self):
        return int(self.starts[-1])

    @property
    def row_bytes(self) -> int:
        """Bytes that a sequence takes on average."""
        sizes = [section.row_bytes * len(section) for section in self.sections]
        return max(1, sum(sizes) // max(1, len(self)))

    def rows_of(self, part: str) -> np.ndarray:
        """Return the numbers of the sequences of a part."""
        rows = [
            np.arange(begin, end)
            for section, begin, end in zip(
                self.sections, self.starts[:-1], self.starts[1:], strict=True
            )
            if section.part == part
        ]
        return np.concatenate(rows) if rows else np.zeros(0, np.int64)

    def borders(self, rows: np.ndarray) -> np.ndarray:
        """Return between which of ascending `rows` one section ends and another begins."""
        return np.unique(np.searchsorted(rows, self.starts))

    def located(
        self, rows: np.ndarray
    ) -> Iterator[tuple[int, int, npz_shards.Section | record_shards.Section, np.ndarray]]:
        """Yield where sequences lie, section by section.

        Args:
            rows: numbers of sequences, in runs that ascend.

        Yields:
            Begin and end of a run in `rows`, its section, and the numbers of its sequences there.
        """
        owners = np.searchsorted(self.starts, rows, "right") - 1
        cuts = np.flatnonzero((np.diff(owners) != 0) | (np.diff(rows) <= 0)) + 1
        for begin, end in itertools.pairwise([0, *cuts.tolist(), len(rows)]):
            section, start = self.sections[owners[begin]], self.starts[owners[begin]]
            yield begin, end, section, rows[begin:end] - start

    def fingerprint(self, parts: tuple[str, ...]) -> str:
        """Return a short hash of the content of parts, whatever their files are called."""
        digest = hashlib.sha256()
        for section, content in zip(self.sections, self.hashes, strict=True):
            if section.part in parts:
                digest.update(f"{section.part} {content}\n".encode())
        if self.labels:
            digest.update(repr((self.labels.target, self.labels.classes)).encode())
        return digest.hexdigest()[:16]
