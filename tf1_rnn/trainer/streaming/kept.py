"""The index of shards, kept in a model_dir, so that shards that did not change are not read again.

    shards.csv    the shards with their sizes, sequences and hashes, to read
    index.npz     the index itself

A shard whose name, size and time of change are as they were is taken for unchanged, as `make` and
`rsync` do. An index that is damaged, or of other shards or flags, is made again. Files of these
names that something else wrote are never replaced.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from tf1_rnn import files
from tf1_rnn.errors import RunError
from tf1_rnn.trainer import targets
from tf1_rnn.trainer.streaming import record_shards
from tf1_rnn.trainer.streaming.index import Index
from tf1_rnn.trainer.streaming.labels import Labels, StepClasses

if TYPE_CHECKING:
    from tf1_rnn.trainer.readers.source import Source
    from tf1_rnn.trainer.streaming import npz_shards, shards

    Sections = list[npz_shards.Section] | list[record_shards.Section]

NAME, LIST = "index.npz", "shards.csv"
COLUMNS = ("file", "part", "bytes", "sequences", "hash")
_VERSION = 1


def key(
    shards: list[shards.Shard],
    source: Source,
    schema: record_shards.Schema | None,
    labels: bool,
) -> str:
    """Return what an index depends on, a text.

    Args:
        shards: a list of `shards.Shard`.
        source: a `Source`.
        schema: what records hold, or None for arrays.
        labels: whether labels are wanted.
    """
    stats = [os.stat(shard.path) for shard in shards]
    named = [
        [os.path.realpath(shard.path), shard.part, stat.st_size, stat.st_mtime_ns]
        for shard, stat in zip(shards, stats, strict=True)
    ]
    how = [source.label, schema and [name for name, _, _ in schema.features], source.target, labels]
    return json.dumps([_VERSION, named, how])


def write(folder: str, index: Index, key: str) -> None:
    """Keep an index in a folder.

    Args:
        folder: path of the folder.
        index: the `Index`.
        key: as `key` returns it.

    Raises:
        OSError: it cannot be written.
        RunError: the folder has a file of that name that is none of these.
    """
    _require_own(folder)
    with files.writing(os.path.join(folder, LIST)) as file:
        file.write(_listed(index))
    with files.writing(os.path.join(folder, NAME), "wb") as file:
        save(file, index, key)


def save(file: BinaryIO, index: Index, key: str) -> None:
    """Write an index into an open file.

    Args:
        file: the file.
        index: the `Index`.
        key: as `key` returns it.
    """
    labels = index.labels
    facts = {
        "key": key,
        "has_lengths": index.has_lengths,
        "step_shape": index.step_shape,
        "is_uint8": index.is_uint8,
        "hashes": index.hashes,
        "notes": index.notes,
        "out_of_scale": index.out_of_scale,
        "labels": labels and [labels.target, labels.n_classes, labels.classes],
    }
    arrays: dict = {"starts": index.starts, "lengths": index.lengths}
    records = [s for s in index.sections if isinstance(s, record_shards.Section)]
    if records:
        offsets, sizes = zip(*(section.places for section in records), strict=True)
        arrays.update(offsets=np.concatenate(offsets), sizes=np.concatenate(sizes))
    if labels and labels.steps:
        steps = labels.steps
        arrays.update({n: a for n in ("values", "numbers") if (a := getattr(steps, n)) is not None})
    elif labels:
        arrays["y"] = labels.y
    np.savez(file, facts=np.array(json.dumps(facts)), **arrays)


def read(
    folder: str | None, key: str, sections: Sections, schema: record_shards.Schema | None
) -> Index | None:
    """Return the index that a folder keeps, or None where it has none of that key.

    Args:
        folder: path of the folder, or None.
        key: as `key` returns it.
        sections: the sections of the shards, which nothing was read of yet.
        schema: what records hold, or None for arrays.
    """
    if folder is None:
        return None
    try:
        return load(os.path.join(folder, NAME), lambda found: found == key, sections, schema)
    except Exception:  # of a damaged file nearly anything; it is only a note
        return None


def load(
    file: str | BinaryIO,
    fits: Callable[[str], bool],
    sections: Sections,
    schema: record_shards.Schema | None,
) -> Index | None:
    """Return the index in a file, or None where its key does not fit.

    Args:
        file: a path, or an open file.
        fits: whether the index of a key is wanted.
        sections: as of `read`.
        schema: as of `read`.

    Raises:
        Exception: of a damaged file, nearly any.
    """
    with np.load(file, allow_pickle=False) as content:
        facts = json.loads(str(content["facts"]))
        if not fits(facts.pop("key")):
            return None
        arrays = {name: content[name] for name in content.files if name != "facts"}
    return _index(facts, arrays, sections, schema)


def listed_in(key: str) -> list[list]:
    """Return of the shards of a key, in order, the file's name, the part and the bytes."""
    return [[os.path.basename(path), part, size] for path, part, size, _ in json.loads(key)[1]]


def _index(facts, arrays, sections, schema):
    _require_layout(facts, arrays, len(sections))
    labels, starts = facts.pop("labels"), arrays["starts"]
    if labels:
        target, n_classes, classes = labels
        steps = None
        if target == "step classes":
            steps = StepClasses(arrays.get("values"), arrays.get("numbers"))
        labels = Labels(arrays.get("y"), target, n_classes, classes and tuple(classes), steps)
    if schema:
        for section, begin, end in zip(sections, starts[:-1], starts[1:], strict=True):
            section.placed(arrays["offsets"][begin:end], arrays["sizes"][begin:end])
    return Index(
        sections,
        starts,
        arrays["lengths"],
        facts["has_lengths"],
        labels,
        tuple(facts["step_shape"]),
        schema,
        facts["is_uint8"],
        tuple(facts["hashes"]),
        tuple(facts["notes"]),
        facts["out_of_scale"],
    )


def _require_layout(facts, arrays, n_sections):
    """Raise ValueError where an index is not as `write` makes it."""
    starts, lengths, labels = arrays["starts"], arrays["lengths"], facts["labels"]
    count = int(starts[-1])
    by_step = bool(labels) and labels[1:] and labels[0] == "step classes"
    of_each = ["lengths", *(["y"] if labels and not by_step else [])]
    of_each += [name for name in ("offsets", "sizes") if name in arrays]
    flags = {"has_lengths", "is_uint8", "out_of_scale"}
    fits = (
        set(facts) == {*flags, "labels", "step_shape", "hashes", "notes"}
        and starts.shape == (n_sections + 1,)
        and starts.dtype == np.int64
        and starts[0] == 0
        and (np.diff(starts) > 0).all()
        and lengths.dtype == np.int32
        and lengths.shape == (count,)
        and lengths.min() >= 0
        and all(len(arrays[name]) == count and arrays[name].dtype.kind in "if" for name in of_each)
        and all(type(facts[name]) is bool for name in flags)
        and len(facts["hashes"]) == n_sections
        and all(type(text) is str for text in (*facts["hashes"], *facts["notes"]))
        and all(type(size) is int and size > 0 for size in facts["step_shape"])
        and (not labels or _are_labels(arrays, *labels))
    )
    if not fits:
        raise ValueError("an index of another layout")


def _are_labels(arrays, target, n_classes, classes):
    """Return whether these are facts on labels, of which the arrays are among those kept."""
    values, numbers = arrays.get("values"), arrays.get("numbers")
    return (
        target in targets.TARGETS
        and (n_classes is None or (type(n_classes) is int and n_classes > 0))
        and (classes is None or all(type(name) is str for name in classes))
        and (values is None) == (numbers is None)
        and (values is None or (values.shape == numbers.shape and numbers.dtype == np.int64))
    )


def _require_own(folder):
    """Raise RunError where a file that would be replaced was not written by this command."""
    foreign = None
    with contextlib.suppress(Exception):  # missing or damaged: no data
        with np.load(os.path.join(folder, NAME), allow_pickle=False) as file:
            foreign = None if "facts" in file.files else NAME
    with contextlib.suppress(OSError):
        with open(os.path.join(folder, LIST), "rb") as file:
            head = file.readline(1000).strip()
        foreign = foreign if head in (b"", ",".join(COLUMNS).encode()) else LIST
    if foreign:
        raise RunError(
            f"{os.path.join(folder, foreign)} was not written by this command, which keeps a file "
            "of that name: move it, or give another --model_dir"
        )


def _listed(index):
    """Return the list of shards as text."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    counts = np.diff(index.starts).tolist()
    for section, count, content in zip(index.sections, counts, index.hashes, strict=True):
        size = os.path.getsize(section.path)
        table.writerow([section.path, section.part, size, count, content])
    return text.getvalue()
