"""From shards that the command line names to a `Dataset` whose parts are read piece by piece."""

from __future__ import annotations

import dataclasses
import os
from typing import TYPE_CHECKING

import numpy as np

from tf1_rnn import memory
from tf1_rnn.errors import RunError
from tf1_rnn.trainer import checking, targets
from tf1_rnn.trainer.datasets import Dataset
from tf1_rnn.trainer.streaming import kept, shards, surveying
from tf1_rnn.trainer.streaming.blocks import BUFFER
from tf1_rnn.trainer.streaming.split import StreamedSplit
from tf1_rnn.wording import counted

if TYPE_CHECKING:
    from tf1_rnn.trainer.loading import Trained
    from tf1_rnn.trainer.readers.source import Source


@dataclasses.dataclass(frozen=True)
class StreamedDataset(Dataset):
    """A `Dataset` of `StreamedSplit`s.

    Attributes:
        data_fingerprint: a hash of the content of all shards.
        key: what their index is kept by.
    """

    train: StreamedSplit | None
    test: StreamedSplit
    valid: StreamedSplit | None = None
    data_fingerprint: str = ""
    key: str = ""

    @property
    def fed_time_steps(self) -> int | None:
        """Time steps of every batch, or None where each is as long as its longest sequence."""
        return None if self.test.index.has_lengths and not self.test.one_width else self.time_steps

    def padded(self) -> StreamedDataset:
        """Return the data with all batches as long as the longest sequence."""
        train, test, valid = (
            part and dataclasses.replace(part, one_width=True)
            for part in (self.train, self.test, self.valid)
        )
        return dataclasses.replace(self, train=train, test=test, valid=valid)

    def fingerprint(self) -> str:
        """Return a short hash of the content of all shards."""
        return self.data_fingerprint

    def keep(self, folder: str) -> None:
        """Keep the list of shards and their index in a folder."""
        kept.write(folder, self.test.index, self.key)


def load(
    source: Source,
    parts: tuple[str, ...],
    labels: bool,
    trained: Trained,
    held_out: tuple[float, int],
    folder: str | None,
) -> StreamedDataset:
    """Return the data of shards.

    Args:
        source: a `Source` whose path names shards.
        parts: ("train", "test") to train, ("test",) for a trained model.
        labels: False where only predictions are wanted.
        trained: what the model knows of its data, a `Trained`.
        held_out: fraction and seed of the test set, where no shard is of the test.
        folder: path of the model_dir, which may keep the index of these shards, or None.

    Raises:
        RunError: whatever is wrong with the shards, in one line.
    """
    files = _files(source, parts)
    asked = targets.BY_FLAG[source.target] if source.target else trained.target
    classes = trained.classes and tuple(trained.classes)
    index, key = surveying.survey(files, source, labels, asked, classes, folder)
    labels = labels and index.labels is not None
    splits = _splits(index, labels)
    fingerprint = index.fingerprint(("train", "test", "valid"))
    notes = [_size_note(files, index), *index.notes]
    if "test" not in splits:
        is_trained = trained.fingerprint == fingerprint
        splits, note = _with_test(splits, parts, labels and is_trained, held_out)
        notes += note
    elif "train" in parts and "train" not in splits:
        raise RunError("has no shards for training; expected some with other names than test")
    found = index.labels
    if found and "train" in parts:
        # Classes of steps are not read again for a note.
        notes += checking.label_notes(found, splits["train"] if found.target == "class" else None)
    elif found and found.steps and trained.n_classes:
        found.steps.check(trained.n_classes)
    return StreamedDataset(
        name=os.path.basename(os.path.normpath(source.path)),
        train=splits.get("train") if "train" in parts else None,
        test=splits["test"],
        n_classes=found and found.n_classes,
        notes=tuple(notes),
        out_of_scale=index.out_of_scale,
        valid=splits.get("valid") if "train" in parts else None,
        target=found.target if found else asked or "class",
        classes=found.classes if found else classes,
        features=tuple(name for name, _, _ in index.schema.features) if index.schema else None,
        is_whole=index.rows_of("test").size == 0 and "train" not in parts and len(splits) == 1,
        data_fingerprint=fingerprint,
        key=key,
    )


def _files(source, parts):
    """Return the shards to read: for a trained model those of the test, if there are any."""
    files = shards.find(source.path, source.test_path)
    of_test = [shard for shard in files if shard.part == "test"]
    return of_test if of_test and parts == ("test",) else files


def _splits(index, labels):
    """Return the parts of the data that have sequences."""
    rows = {part: index.rows_of(part) for part in ("train", "test", "valid")}
    time_steps = max(1, int(index.lengths.max()))
    return {
        part: StreamedSplit(index, numbers, labels, time_steps)
        for part, numbers in rows.items()
        if len(numbers)
    }


def _with_test(splits, parts, is_trained, held_out):
    """Return the parts of shards of which none is of the test, and notes.

    Args:
        splits: by part.
        parts: as of `load`.
        is_trained: whether a model is tested on the data that it was trained on.
        held_out: as of `load`.
    """
    whole = splits["train"]
    if parts == ("test",) and not is_trained:
        return {"test": whole}, []
    chosen = whole.held_out(*held_out) if len(whole) > 1 else []
    if not len(chosen):
        raise RunError(
            f"holds {counted(len(whole), 'sequence')}, too few to hold some out for the test "
            "without losing a class; give shards named test, or --test_data=SHARDS"
        )
    rest = np.setdiff1d(np.arange(len(whole)), chosen)
    note = (
        "the training data: evaluated on the part that was held out"
        if parts == ("test",)
        else f"{len(chosen):,} of {len(whole):,} sequences held out as the test set, the same in "
        "every run; shards named test or --test_data=SHARDS choose others"
    )
    return {**splits, "train": whole.take(rest), "test": whole.take(chosen)}, [note]


def _size_note(files, index):
    size = memory.readable(sum(os.path.getsize(shard.path) for shard in files))
    return (
        f"{counted(len(files), 'shard')}, {size}, read piece by piece; shuffled through a buffer "
        f"of {memory.readable(BUFFER)}"
    )
