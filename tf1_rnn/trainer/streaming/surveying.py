"""The pass over all shards that comes before everything else: each is read once, and checked."""

from __future__ import annotations

import hashlib

import numpy as np

from tf1_rnn.errors import RunError
from tf1_rnn.trainer import checking
from tf1_rnn.trainer.moments import Moments
from tf1_rnn.trainer.readers import formats
from tf1_rnn.trainer.readers.source import Source
from tf1_rnn.trainer.streaming import kept, npz_shards, record_shards
from tf1_rnn.trainer.streaming.index import Index
from tf1_rnn.trainer.streaming.labels import Collector
from tf1_rnn.trainer.streaming.shards import Shard

FORMATS = ("npz_file", "tfrecord")


def survey(
    shards: list[Shard],
    source: Source,
    labels: bool,
    asked: str | None = None,
    classes: tuple | None = None,
    folder: str | None = None,
) -> tuple[Index, str]:
    """Return the `Index` of shards, and the key that it is kept by.

    Args:
        shards: the `Shard`s.
        source: a `Source`, which may name label and features.
        labels: whether labels are wanted.
        asked: one of `targets.TARGETS`, or None to tell it by the labels.
        classes: names of the classes of a trained model.
        folder: path of the model_dir, which may keep the index of these shards, or None.

    Raises:
        RunError: whatever is wrong with a shard, in one line that begins with its name.
    """
    sections, schema = sections_of(shards, source, labels)
    key = kept.key(shards, source, schema, labels)
    index = kept.read(folder, key, sections, schema)
    if index:
        return index, key
    surveyor = _Surveyor(labels and (schema is None or schema.label is not None))
    for section in sections:
        with formats.saying(section.path):
            surveyor.add(section)
    return surveyor.index(asked, classes, schema), key


def sections_of(
    shards: list[Shard], source: Source, labels: bool
) -> tuple[list, record_shards.Schema | None]:
    """Return the sections of shards, of which only the beginning was read, and their schema.

    Args:
        shards: a list of `shards.Shard`.
        source: a `Source`, which may name label and features.
        labels: whether labels are wanted.

    Raises:
        RunError: whatever is wrong with a shard, in one line that begins with its name.
    """
    kind = _format(shards[0].path)
    sections, schema = [], None
    for shard in shards:
        with formats.saying(shard.path):
            if _format(shard.path) != kind:
                raise RunError(f"has another format than {shards[0].path}; expected the same")
            if kind == "npz_file":
                sections += npz_shards.sections(shard.path, shard.part)
                continue
            schema = schema or record_shards.schema_of(shard.path, source, labels)
            sections.append(record_shards.Section(shard.path, shard.part, schema))
    # Where nothing tells the part of a shard, it is for training as the others are.
    for section in sections:
        section.part = section.part or "train"
    return sections, schema


def _format(path):
    with formats.saying(path):
        name = formats.format_of(path)
        if name not in FORMATS:
            raise RunError(
                f"{formats.READERS[name]}; expected shards in .npz or TFRecords, or this file on "
                "its own"
            )
    return name


class _Surveyor:
    """Takes section after section."""

    def __init__(self, labels):
        self._sections, self._sizes, self._lengths, self._hashes = [], [], [], []
        self._labels = Collector() if labels else None
        self._moments, self._range = Moments(), (np.inf, -np.inf)
        self._step_shape: tuple[int, ...] | None = None

    def add(self, section):
        """Read a section once."""
        self._require_layout(section)
        digest, count, longest = hashlib.sha256(), 0, []
        for found in section.blocks():
            block, raw = found if isinstance(found, tuple) else (found, None)
            lengths = self._checked_lengths(block)
            valid = np.arange(block.x.shape[1]) < lengths[:, np.newaxis]
            self._look_at(block, valid)
            if self._labels:
                if block.y is None:
                    raise RunError("has no y; expected labels as well as x")
                self._labels.add(section.part, block.y, valid)
            _hash(digest, block, raw)
            longest.append(lengths)
            count += len(lengths)
        if not count:
            raise RunError("holds no sequences")
        self._sections.append(section)
        self._sizes.append(count)
        self._lengths += longest
        self._hashes.append(digest.hexdigest()[:16])

    def _require_layout(self, section):
        first = self._sections[0] if self._sections else section
        if (section.dtype == np.uint8) != (first.dtype == np.uint8):
            raise RunError(
                f"x is {section.dtype}, in {first.path} {first.dtype}: uint8 is scaled to 0..1 and "
                "the other is not; expected one type"
            )

    def _checked_lengths(self, block):
        """Return the lengths of a block, int32."""
        steps = block.x.shape[1]
        if self._step_shape not in (None, block.x.shape[2:]):
            raise RunError(
                f"x has steps of shape {block.x.shape[2:]}, the first shard of {self._step_shape}; "
                "expected the same in every shard"
            )
        self._step_shape = block.x.shape[2:]
        if block.lengths is None:
            return np.full(len(block.x), steps, np.int32)
        return checking.lengths_of(block.lengths, "lengths", block.x)

    def _look_at(self, block, valid):
        """Check the valid values of a block and take their range and moments."""
        values = block.x if valid.all() else block.x[valid]
        values = values.reshape(-1, values.shape[-1])
        if block.x.dtype == np.uint8 or not len(values):
            return
        with np.errstate(over="ignore", invalid="ignore"):
            values = values.astype(np.float32, copy=False)
        if not np.isfinite(values).all():
            raise RunError(
                "x holds NaN, infinity or what float32 cannot hold; expected finite numbers: give "
                "lengths where that is padding, or leave out those sequences"
            )
        low, high = self._range
        self._range = min(low, float(values.min())), max(high, float(values.max()))
        self._moments.add(values)

    def index(self, asked, classes, schema):
        """Return the `Index` of what was added."""
        lengths = np.concatenate(self._lengths)
        if not lengths.any():
            raise RunError("every sequence is empty; expected some steps")
        found = None
        if self._labels:
            found = self._labels.labels(asked, classes, as_names=schema is not None)
        is_uint8 = self._sections[0].dtype == np.uint8
        note, out_of_scale = "uint8 divided by 255", False
        if not is_uint8:
            note, out_of_scale = checking.scale(self._moments, *self._range)
        return Index(
            self._sections,
            np.concatenate([[0], np.cumsum(self._sizes)]).astype(np.int64),
            lengths,
            bool((lengths != lengths[0]).any()),
            found,
            self._step_shape or (),
            schema,
            is_uint8,
            tuple(self._hashes),
            (*(schema.notes if schema else ()), note),
            out_of_scale,
        )


def _hash(digest, block, raw):
    """Count a block into a hash: records as they are, or arrays with their types."""
    if raw is not None:
        for record in raw:
            digest.update(len(record).to_bytes(8, "little"))
            digest.update(record)
        return
    for array in (block.x, block.lengths, block.y):
        if array is not None:
            digest.update(f"{array.dtype.str}{array.shape[1:]}".encode())
            digest.update(np.ascontiguousarray(array).data)
