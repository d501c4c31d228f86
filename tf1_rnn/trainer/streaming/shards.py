"""Which files a folder or a pattern of shards names, and which part of the data each of them is."""

import dataclasses
import glob
import os
import re

from tf1_rnn.errors import RunError

NAME = re.compile(r"\.(npz|tfrecords?|tfrec)(-\d+-of-\d+)?(\.gz)?$", re.I)
PART = re.compile(r"(?:^|(?<=[_\-.]))(train|test|valid|validation|val)(?=$|[_\-.])", re.I)
WILD = "*?["


@dataclasses.dataclass(frozen=True)
class Shard:
    """One file of many.

    Attributes:
        path: the file.
        part: "train", "test" or "valid", or None where neither its name nor its folder tells.
    """

    path: str
    part: str | None


def are_named_by(path):
    """Return whether a path names shards: a pattern, or a folder that holds them."""
    if os.path.isdir(path):
        return bool(_in_folder(path))
    return not os.path.exists(path) and any(character in path for character in WILD)


def find(path, test_path=None):
    """Return the shards that a path names, in the order of their names.

    Args:
        path: a folder, a pattern, or a file.
        test_path: the same of the test set, or None.

    Raises:
        RunError: there are none.
    """
    found = _named_by(path)
    if test_path is not None:
        found = [shard for shard in found if shard.part != "test"]
        return found + [Shard(shard.path, "test") for shard in _named_by(test_path)]
    if not os.path.isdir(path):
        for part in ("test", "valid"):
            found += _partners(path, part, {shard.path for shard in found})
    return found


def _named_by(path):
    if os.path.isdir(path):
        files = _in_folder(path)
    elif os.path.isfile(path):
        files = [path]
    else:
        files = sorted(filter(os.path.isfile, glob.glob(path)))
    if not files:
        raise RunError("no such shards; expected a folder of .npz or TFRecords, or a pattern")
    return [Shard(file, _part(file, path)) for file in files]


def _in_folder(path):
    """Return the shards in a folder, and in its folders train, test and valid."""
    folders = [path]
    for name in sorted(os.listdir(path)):
        if os.path.isdir(os.path.join(path, name)) and PART.fullmatch(name):
            folders.append(os.path.join(path, name))
    return [
        os.path.join(folder, name)
        for folder in folders
        for name in sorted(os.listdir(folder))
        if NAME.search(name) and os.path.isfile(os.path.join(folder, name))
    ]


def _part(file, path):
    """Return the part that a file's name tells, or its folder inside `path`."""
    folder, name = os.path.split(file)
    match = PART.search(name)
    if not match and os.path.normpath(folder) != os.path.normpath(path):
        match = PART.fullmatch(os.path.basename(folder))
    if not match:
        return None
    word = match.group(1).lower()
    return word if word in ("train", "test") else "valid"


def _partners(pattern, part, known):
    """Return the shards of another part, where a pattern says that it is for training."""
    folder, name = os.path.split(pattern)
    match = PART.search(name)
    if not match or match.group(1).lower() != "train":
        return []
    words = {"test": ["test"], "valid": ["valid", "val", "validation"]}[part]
    files = {
        file
        for word in words
        for file in glob.glob(
            os.path.join(folder, name[: match.start(1)] + word + name[match.end(1) :])
        )
    }
    return [Shard(file, part) for file in sorted(files - known)]
