"""Which files belong to the one that `--data` names: the other parts of a set, and its shards.

`NAME_TRAIN.ts` has `NAME_TEST.ts` next to it; `train-*` and `train-00000-of-00004` are shards of
one set. Needs neither TensorFlow nor NumPy.
"""

from __future__ import annotations

import fnmatch
import glob
import os
import re
from collections.abc import Iterable

from tf1_rnn.errors import RunError
from tf1_rnn.wording import counted

PARTS = {
    "train": ("train", "training"),
    "test": ("test", "testing"),
    "valid": ("valid", "val", "validation", "dev", "eval"),
}
_SHARD = re.compile(r"-(\d{3,})-of-(\d{3,})")
_COUNTED = re.compile(r"@(\d+)$")  # `train@4`, as TensorFlow's own scripts write it


def part_of(name: str) -> str | None:
    """Return the part that a name tells, "train", "test" or "valid", or None."""
    return next((part for part in PARTS if _word(name, part)), None)


def partners(path: str) -> dict[str, str]:
    """Return the files or patterns of a set by part, where one says that it is for training.

    Returns:
        A dict of "train", "test" and perhaps "valid", or an empty one where nothing is there to
        test on.
    """
    if not _word(os.path.basename(path), "train") or os.path.isdir(path):
        return {}
    found = {"train": path}
    for part in ("test", "valid"):
        there = [other for other in _named(path, part) if _exists(other)]
        if there:
            found[part] = there[0]
    return found if "test" in found else {}


def is_pattern(path: str) -> bool:
    """Return whether a path names several files by a pattern rather than one that is there."""
    return not os.path.exists(path) and bool(_COUNTED.search(path) or glob.has_magic(path))


def matching(path: str) -> list[str]:
    """Return the files that a pattern names, in the order of their names.

    Raises:
        RunError: there is none.
    """
    found = sorted(name for name in glob.glob(_as_glob(path)) if os.path.isfile(name))
    if not found:
        raise RunError("no file matches this pattern")
    return found


def missing_shards(paths: Iterable[str]) -> list[str]:
    """Return what some shards of a set lack, a line for each set of which not all are there."""
    there, lines = {}, []
    for path in paths:
        match = _SHARD.search(os.path.basename(path))
        if match:
            whole = path.replace(match.group(), f"-{{}}-of-{match.group(2)}")
            there.setdefault((whole, int(match.group(2))), set()).add(int(match.group(1)))
    for (whole, count), numbers in there.items():
        missing = next((n for n in range(count) if n not in numbers), None)
        if missing is not None:
            name = os.path.basename(whole).replace("{}", f"{missing:05d}", 1)
            lines.append(f"{len(numbers)} of {counted(count, 'shard')}, {name} is missing")
    return lines


def may_read(path: str, other: str) -> bool:
    """Return whether reading the data of a path opens another file, there already or not."""
    path, other = os.path.realpath(path), os.path.realpath(other)
    beside = [name for part in ("test", "valid") for name in _named(path, part)]
    return any(_is_of(name, other) for name in (path, *beside))


def _is_of(path, other):
    """Return whether a file is the one of a path, in its folder, or of its pattern."""
    if path == other or other.startswith(os.path.join(path, "")):
        return True
    if os.path.exists(path) and os.path.exists(other) and os.path.samefile(path, other):
        return True
    return is_pattern(path) and fnmatch.fnmatch(other, _as_glob(path))


def _named(path, part):
    """Return what a file of another part might be called, where one is for training."""
    folder, name = os.path.split(path)
    match = _word(name, "train")
    if not match or os.path.isdir(path):
        return []
    rest = name[match.end(1) :]
    if is_pattern(path):  # the parts of a set have their own numbers of shards
        rest = _COUNTED.sub("-*", re.sub(r"-of-\d+", "-of-*", rest))
    words = (_in_case_of(match.group(1), word) for word in PARTS[part])
    return [os.path.join(folder, name[: match.start(1)] + word + rest) for word in words]


def _word(name, part):
    """Return the match of a word for a part in a name, or None."""
    return re.search(rf"(?:^|(?<=[_\-.*]))({'|'.join(PARTS[part])})(?=$|[_\-.*?\[@])", name, re.I)


def _exists(path):
    return os.path.isfile(path) or any(map(os.path.isfile, glob.glob(_as_glob(path))))


def _as_glob(path):
    if os.path.exists(path):
        return path
    return _COUNTED.sub(lambda match: f"-?????-of-{int(match.group(1)):05d}", path)


def _in_case_of(model, word):
    return word.upper() if model.isupper() else word.title() if model[0].isupper() else word
