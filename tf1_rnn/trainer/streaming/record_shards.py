"""Shards that are TFRecords of `tf.train.SequenceExample`, parsed by TensorFlow.

What features there are is told by the first records; all others must have the same, of one type
and size. Records of uncompressed files are read one by one where they lie; a compressed file is
read as a whole, so that it must be small.
"""

from __future__ import annotations

import dataclasses
import functools
import gzip
import itertools
import zlib
from collections.abc import Iterator

import numpy as np
import tensorflow.compat.v1 as tf

from tf1_rnn.errors import RunError
from tf1_rnn.trainer.readers import tfrecord
from tf1_rnn.trainer.readers.source import Source
from tf1_rnn.trainer.streaming.blocks import LARGEST_WHOLE, Block, opened, stamp

SURVEYED = 500  # records that show which features exist
BATCH = 64  # records that are parsed at once
_BEFORE, _BEHIND = 12, 4  # bytes of a record's length and its checksum, and of the record's own
_TYPES = {"float": tf.float32, "int64": tf.int64, "bytes": tf.string}


@dataclasses.dataclass(frozen=True)
class Schema:
    """What every record holds.

    Attributes:
        features: name, type and width of each feature list to learn from.
        label: the name of the label, or None.
        label_type: TensorFlow's type of it.
        by_step: whether the label is a feature list, one for each step.
        notes: lines on what was found.
        survey, layout: what the reader of a single file makes of the first records.
    """

    features: tuple
    label: str | None
    label_type: tf.DType | None
    by_step: bool
    notes: tuple
    survey: tfrecord.Survey
    layout: tfrecord.Layout

    @property
    def width(self) -> int:
        """How many numbers a step has."""
        return sum(width for _, _, width in self.features)

    def parse(
        self, records: tf.Tensor, context: bool = True
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor | None]:
        """Return what records hold, as tensors.

        Args:
            records: `[batch]` bytes.
            context: whether the label of a sequence is wanted.

        Returns:
            x `[batch, time_steps, width]` float32, zeros after a sequence's end; the steps of each
            feature list `[batch, features]`; and the labels `[batch]` or `[batch, time_steps]`, or
            None.
        """
        lists = {
            name: tf.io.FixedLenSequenceFeature([width], dtype)
            for name, dtype, width in self.features
        }
        of_context = {}
        if self.by_step:
            lists[self.label] = tf.io.FixedLenSequenceFeature([], self.label_type)
        elif self.label and context:
            of_context[self.label] = tf.io.FixedLenFeature([], self.label_type)
        found, steps, lengths = tf.io.parse_sequence_example(records, of_context, lists)
        names = [name for name, _, _ in self.features]
        x = tf.concat([tf.cast(steps[name], tf.float32) for name in names], 2)
        label = steps[self.label] if self.by_step else found.get(self.label)
        return x, tf.stack([lengths[name] for name in lists], 1), label


class Section:
    """The sequences of one file.

    Attributes:
        path, part, is_whole, row_bytes: as of `npz_shards.Section`; `row_bytes` is known when the
            blocks were read.
    """

    dtype, time_steps = np.dtype(np.float32), None

    def __init__(self, path: str, part: str | None, schema: Schema) -> None:
        """Read nothing but the first bytes."""
        self.path, self.part, self.schema = path, part, schema
        self._stamp, self.compression = stamp(path), tfrecord.compression(path)
        self.is_whole = bool(self.compression)
        self._offsets, self._sizes = np.zeros(0, np.int64), np.zeros(0, np.int32)

    def __len__(self):
        return len(self._offsets)

    def placed(self, offsets: np.ndarray, sizes: np.ndarray) -> None:
        """Take where the records lie, from a pass that was made before."""
        self._offsets, self._sizes = offsets, sizes

    @property
    def places(self) -> tuple[np.ndarray, np.ndarray]:
        """Where the records lie in the file, unpacked, and their bytes."""
        return self._offsets, self._sizes

    @property
    def row_bytes(self) -> int:
        """Bytes that a sequence takes on average."""
        return int(self._sizes.mean()) + 1 if len(self._sizes) else 1

    def blocks(self) -> Iterator[tuple[Block, np.ndarray]]:
        """Yield all sequences, parsed, a `Block` after the other, and what they were read from."""
        offsets, sizes, end = [], [], 0
        for records, x, lengths, y in self._parsed():
            size = np.array([len(record) for record in records], np.int64)
            starts = end + np.cumsum(size + _BEFORE + _BEHIND) - size - _BEHIND
            end = int(starts[-1] + size[-1]) + _BEHIND
            if self.is_whole and end > LARGEST_WHOLE:
                raise RunError(
                    f"is compressed and larger than {LARGEST_WHOLE // 2**20} MB unpacked; expected "
                    "an uncompressed file, or smaller shards"
                )
            offsets.append(starts)
            sizes.append(size.astype(np.int32))
            if (lengths != lengths[:, :1]).any():
                self._explain(records, sum(map(len, sizes)) - len(size))
            yield Block(x, lengths[:, 0].astype(np.int32), y), records
        if not offsets:
            raise RunError("holds no records")
        # TensorFlow takes a truncated gzip file that ends with a whole record for complete.
        if self.is_whole and len(_unpacked(self.path, self._stamp)) != end:
            raise RunError("damaged TFRecords (it ends within a record)")
        with opened(self.path, self._stamp):
            pass  # TensorFlow has read it: it must still be the same
        self.placed(np.concatenate(offsets), np.concatenate(sizes))

    def _parsed(self):
        """Yield records with what they hold, `BATCH` at a time."""
        graph = tf.Graph()
        with graph.as_default(), graph.device("/cpu:0"):
            raw = tf.data.TFRecordDataset(self.path, self.compression).batch(BATCH)
            raw = tf.data.make_initializable_iterator(raw)
            records = raw.get_next()
            given = tf.placeholder(tf.string, [None])
            x, lengths, y = self.schema.parse(given)
            fetched = [x, lengths] + ([] if y is None else [y])
        session, count = tf.Session(graph=graph), 0
        try:
            session.run(raw.initializer)
            take = session.make_callable(records)
            parse = session.make_callable(fetched, [given])
            while True:
                try:
                    batch = take()
                except tf.errors.OutOfRangeError:
                    return
                try:
                    values = parse(batch)
                except tf.errors.OpError as error:
                    self._explain(batch, count)
                    raise RunError(error.message.splitlines()[0]) from None
                count += len(batch)
                label = values[2] if len(values) > 2 else None
                yield batch, values[0], values[1], _as_text(label)
        except tf.errors.OpError as error:
            raise RunError(f"damaged TFRecords ({error.message.splitlines()[0]})") from None
        finally:
            session.close()

    def _explain(self, records, before):
        """Raise what is wrong with one of some records, as the reader of a single file says it."""
        schema = self.schema
        names = [name for name, _, _ in schema.features]
        for number, record in enumerate(records, before + 1):
            example = tf.train.SequenceExample.FromString(record)
            values = tfrecord.steps_of(schema.layout, example, names, number)
            if len(values) and values.shape[1] != schema.width:
                raise RunError(
                    f"record {number} has steps of {values.shape[1]} numbers; expected "
                    f"{schema.width}, as the first records have"
                )
            if schema.label:
                tfrecord.label_of(schema.survey, example, schema.label, len(values), number)
        raise RunError(
            f"one of the records {before + 1} to {before + len(records)} differs from the first "
            "ones: "
            "expected the same features in every record, of one type"
        )

    def records(self, rows: np.ndarray) -> np.ndarray:
        """Return records as they are, an array of bytes.

        Args:
            rows: numbers of records, ascending.
        """
        offsets, sizes = self._offsets[rows], self._sizes[rows]
        found = np.empty(len(rows), object)
        if self.is_whole:
            content = _unpacked(self.path, self._stamp)
            found[:] = [content[o : o + s] for o, s in zip(offsets, sizes, strict=True)]
            return found
        with opened(self.path, self._stamp) as file:
            found[:] = list(itertools.chain(*_runs(file, offsets, sizes)))
        return found


def _runs(file, offsets, sizes):
    """Yield lists of records; neighbouring ones are read at once."""
    cuts = np.flatnonzero(offsets[1:] != offsets[:-1] + sizes[:-1] + _BEFORE + _BEHIND) + 1
    for places, lengths in zip(np.split(offsets, cuts), np.split(sizes, cuts), strict=True):
        if not len(places):
            continue
        begin = int(places[0])
        file.seek(begin)
        content = file.read(int(places[-1] + lengths[-1]) - begin)
        if len(content) < places[-1] + lengths[-1] - begin:
            raise RunError(
                "was cut short while this run was reading it: restore the file, and run the same "
                "command again"
            )
        yield [content[o - begin : o - begin + s] for o, s in zip(places, lengths, strict=True)]


@functools.lru_cache(maxsize=1)
def _unpacked(path, known):
    with opened(path, known) as file:
        content = file.read()
    try:
        is_gzip = content[:2] == tfrecord.GZIP
        return gzip.decompress(content) if is_gzip else zlib.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise RunError(f"damaged TFRecords ({error})") from None


def _as_text(labels):
    """Return labels, those of bytes as text."""
    if labels is None or labels.dtype != object:
        return labels
    flat = [value.decode("utf-8", "replace") for value in labels.ravel()]
    return np.array(flat, str).reshape(labels.shape)


def schema_of(path: str, source: Source, labels: bool) -> Schema:
    """Return the `Schema` that the first records of a file tell.

    Args:
        path: the file.
        source: a `Source`, which may name label and features.
        labels: whether the label is needed.
    """
    survey = tfrecord.Survey()
    for _, _, example in tfrecord.examples([path], SURVEYED):
        survey.add(example)
    layout = tfrecord.layout_of(survey)
    if not survey.lists:
        raise RunError("holds tf.train.Example; shards read piece by piece hold SequenceExample")
    label = tfrecord.choose_label(survey, source.label, labels)
    chosen, notes = tfrecord.choose_features(survey, layout, source, label)
    by_step = label in survey.lists
    label_type = None
    if label is not None:
        label_type, _ = _type_and_width(label, (survey.lists if by_step else survey.context)[label])
    features = [(name, *_type_and_width(name, survey.lists[name])) for name in chosen]
    return Schema(tuple(features), label, label_type, by_step, tuple(notes), survey, layout)


def _type_and_width(name, feature):
    if len(feature.types) != 1 or feature.types == {"nothing"}:
        raise RunError(
            f"{name} holds {' or '.join(sorted(feature.types))}; shards are expected to hold "
            "values of one type"
        )
    if len(feature.sizes) != 1:
        raise RunError(
            f"{name} has {min(feature.sizes)} to {max(feature.sizes)} values a step; expected as "
            "the same number in every step"
        )
    return _TYPES[next(iter(feature.types))], next(iter(feature.sizes))
