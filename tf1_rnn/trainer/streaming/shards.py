"""Which files are shards, of which part of the data each is, and whether they are streamed."""

import dataclasses
import os

from tf1_rnn.errors import RunError
from tf1_rnn.trainer import data_files
from tf1_rnn.trainer.readers import formats, tfrecord
from tf1_rnn.trainer.readers.source import Source

STREAMED_FROM = 10**9  # bytes of TFRecords in shards; fewer are read into memory


@dataclasses.dataclass(frozen=True)
class Shard:
    """One file of many.

    Attributes:
        path: the file.
        part: "train", "test" or "valid", or None where neither its name nor its folder tells.
    """

    path: str
    part: str | None


def are_streamed(source: Source) -> bool:
    """Return whether the data of a `Source` are read piece by piece.

    Shards of `.npz` are, and those of TFRecords from `STREAMED_FROM` on; `source.stream` says
    otherwise. What is one file is read into memory unless that asks for it.
    """
    if source.stream is not None:
        return source.stream
    return are_named_by(source.path) and (
        any(path.endswith(".npz") for path in _files(source.path))
        or sum(map(os.path.getsize, _files(source.path))) > STREAMED_FROM
    )


def are_named_by(path: str) -> bool:
    """Return whether a path names shards: a pattern, or a folder that holds them."""
    if os.path.isdir(path):
        return bool(_in_folder(path))
    return data_files.is_pattern(path)


def find(path: str, test_path: str | None = None) -> list[Shard]:
    """Return the shards that a path names, in the order of their names.

    Args:
        path: a folder, a pattern, or a file.
        test_path: the same of the test set, or None.

    Raises:
        RunError: there are none, or not all of them.
    """
    if test_path is not None:
        found = [shard for shard in _named_by(path) if shard.part != "test"]
        return found + [Shard(file, "test") for file in _files(test_path)]
    partners = data_files.partners(path)
    if not partners:
        return _named_by(path)
    return [Shard(file, part) for part, other in partners.items() for file in _files(other)]


def _named_by(path):
    found = [Shard(file, _part(file, path)) for file in _files(path)]
    unnamed = next((shard.path for shard in found if shard.part is None), None)
    if unnamed is not None and {shard.part for shard in found} - {None, "train"}:
        raise RunError(
            f"{os.path.basename(unnamed)} is not named for training or the test, as other "
            "shards are; expected names with train, test or valid"
        )
    return found


def _files(path):
    """Return the files that a path names: one, those of a folder, or those of a pattern."""
    if os.path.isdir(path):
        files, asks_for_all = _in_folder(path), True
    elif data_files.is_pattern(path):
        files, asks_for_all = data_files.matching(path), "[" not in path
    else:
        files, asks_for_all = [path], False
    if not files:
        raise RunError("holds no shards; expected .npz or TFRecords")
    for lack in data_files.missing_shards(files) if asks_for_all else ():
        raise RunError(f"{lack}; expected all, or a pattern as train-0000[0-2]-of-00004")
    return files


def _in_folder(path):
    """Return the shards in a folder, those in folders named for a part included."""
    folders = [path]
    folders += [
        os.path.join(path, name)
        for name in sorted(os.listdir(path))
        if data_files.part_of(name) and os.path.isdir(os.path.join(path, name))
    ]
    arrays = [
        os.path.join(folder, name)
        for folder in folders
        for name in sorted(os.listdir(folder))
        if name.endswith(".npz")
    ]
    return sorted([*arrays, *tfrecord.shards_in(path)])


def _part(file, path):
    """Return the part that a file's name tells, or its folder inside `path`."""
    folder, name = os.path.split(file)
    part = data_files.part_of(name)
    if part is None and os.path.normpath(folder) != os.path.normpath(path):
        part = data_files.part_of(os.path.basename(folder)) if os.path.isdir(path) else None
    return part


def describe(path: str) -> list[str]:
    """Return lines on shards: how many of each part there are, and what the first one holds."""
    found = find(path)
    counts = {}
    for shard in found:
        counts[shard.part or "train"] = counts.get(shard.part or "train", 0) + 1
    listed = ", ".join(f"{count:,} {part}" for part, count in counts.items())
    return [f"{path}: shards: {listed}; the first one:", *formats.describe(found[0].path)]
