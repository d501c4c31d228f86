"""A shard of TFRecords gives its records and what they hold, and says which one differs."""

import gzip
import zlib

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests.trainer.streaming.cases import record, save_records
from tf1_rnn.errors import RunError
from tf1_rnn.trainer.readers.source import Source
from tf1_rnn.trainer.streaming import record_shards


def schema_of(path, label="kind", features=("wave",), labels=True):
    return record_shards.schema_of(path, Source(path, label=label, features=features), labels)


def saved(tmp_path, sizes=(70,), **more):
    """Write one shard; return its path, section, and x, y and lengths."""
    arrays = save_records(tmp_path / "d", sizes, **more)
    path = str(next((tmp_path / "d").iterdir()))
    return path, record_shards.Section(path, "train", schema_of(path)), arrays


@pytest.mark.parametrize("pack", [None, gzip.compress, zlib.compress])
def test_blocks_and_records_are_what_was_written(tmp_path, pack):
    path, one, (x, y, lengths) = saved(tmp_path)
    if pack:
        with open(path, "rb") as file:
            content = pack(file.read())
        with open(path, "wb") as file:
            file.write(content)
        one = record_shards.Section(path, "train", one.schema)
    assert one.is_whole == bool(pack)
    raw, first = [], 0
    for block, records in one.blocks():
        assert block.y.tolist() == ["abc"[label] for label in y[first : first + len(records)]]
        np.testing.assert_array_equal(block.lengths, lengths[first : first + len(records)])
        for row, values in enumerate(block.x, first):
            np.testing.assert_array_equal(values[: lengths[row]], x[row, : lengths[row]])
            assert not values[lengths[row] :].any()
        raw += list(records)
        first += len(records)
    assert first == len(one) == 70
    for rows in ([0], [69], [0, 1, 2, 40, 69], list(range(70)), []):
        assert one.records(np.array(rows, int)).tolist() == [raw[row] for row in rows]
    # What is kept of it is enough to read it again.
    again = record_shards.Section(path, "train", one.schema)
    again.placed(*one.places)
    assert again.records(np.array([5, 60])).tolist() == [raw[5], raw[60]]
    assert again.row_bytes == sum(map(len, raw)) // 70 + 1


def test_the_label_may_be_of_steps_a_number_or_none(tmp_path):
    path, _, (x, y, lengths) = saved(tmp_path, (5,))
    schema = schema_of(path, "tag")
    assert schema.by_step and schema.width == 2
    ((block, _),) = record_shards.Section(path, None, schema).blocks()
    assert block.y[3][: lengths[3]].tolist() == [
        "up" if up else "down" for up in x[3, : lengths[3], 0] > 0
    ]
    ((block, _),) = record_shards.Section(path, None, schema_of(path, "size")).blocks()
    np.testing.assert_array_equal(block.y, y + np.float32(0.5))
    schema = schema_of(path, None, labels=False)
    assert schema.label is None
    ((block, _),) = record_shards.Section(path, None, schema).blocks()
    assert block.y is None


@pytest.mark.parametrize("compressed", [(), (0,)])
def test_truncated_records_are_damaged(tmp_path, compressed):
    path, one, _ = saved(tmp_path, compressed=compressed)
    with open(path, "rb") as file:
        content = file.read()
    for end in (len(content) - 3, len(content) // 2):
        with open(path, "wb") as file:
            file.write(content[:end])
        one = record_shards.Section(path, "train", one.schema)
        with pytest.raises(RunError, match="damaged TFRecords") as caught:
            list(one.blocks())
        assert "\n" not in str(caught.value)


def test_a_file_of_no_records(tmp_path):
    path, one, _ = saved(tmp_path)
    open(path, "wb").close()
    with pytest.raises(RunError, match="holds no records"):
        list(record_shards.Section(path, "train", one.schema).blocks())


def wider(example):
    for step in example.feature_lists.feature_list["wave"].feature:
        step.float_list.value.append(1)


def whole_numbers(example):
    steps = example.feature_lists.feature_list["wave"].feature
    for step in steps:
        step.Clear()
        step.int64_list.value.extend([1, 2])


def longer(example):
    example.feature_lists.feature_list["tag"].feature.add().bytes_list.value.append(b"up")


def without_label(example):
    del example.context.feature["kind"]


@pytest.mark.parametrize(
    "spoil, label, words",
    [
        (wider, "kind", "record 69 has steps of 3 numbers; expected 2"),
        (whole_numbers, "kind", "one of the records 65 to 70 differs from the first ones"),
        (longer, "tag", "record 69"),
        (without_label, "kind", "record 69 has 0 values of the label kind"),
    ],
)
def test_a_record_that_is_not_as_the_first_ones(tmp_path, monkeypatch, spoil, label, words):
    monkeypatch.setattr(record_shards, "SURVEYED", 20)
    path = str(tmp_path / "a.tfrecord")
    with tf.io.TFRecordWriter(path) as writer:
        for number in range(1, 71):
            example = record(np.full([4, 2], number, np.float32), number % 3)
            if number == 69:
                spoil(example)
            writer.write(example.SerializeToString())
    one = record_shards.Section(path, None, schema_of(path, label))
    with pytest.raises(RunError, match=words) as caught:
        list(one.blocks())
    assert "\n" not in str(caught.value)


def written(tmp_path, *examples):
    path = str(tmp_path / "b.tfrecord")
    with tf.io.TFRecordWriter(path) as writer:
        for example in examples:
            writer.write(example.SerializeToString())
    return path


def test_what_the_first_records_must_not_be(tmp_path):
    one, other = record(np.ones([2, 2]), 0), record(np.ones([2, 2]), 1)
    flat = tf.train.Example()
    flat.features.feature["wave"].float_list.value.extend([1, 2])
    flat.features.feature["kind"].int64_list.value.append(1)
    with pytest.raises(RunError, match="holds tf.train.Example; shards read piece by piece"):
        schema_of(written(tmp_path, flat))
    whole_numbers(other)
    with pytest.raises(RunError, match="wave holds float or int64; shards are expected"):
        schema_of(written(tmp_path, one, other))
    with pytest.raises(RunError, match="nothing"):
        schema_of(written(tmp_path, one), label="nothing")


@pytest.mark.parametrize("compressed", [(), (0,)])
def test_a_shard_that_was_replaced_is_not_read(tmp_path, compressed):
    path, one, _ = saved(tmp_path, compressed=compressed)
    list(one.blocks())
    record_shards._unpacked.cache_clear()  # what is unpacked already is what was there
    (tmp_path / "d").joinpath(path).write_bytes(b"other")
    with pytest.raises(RunError, match="was changed since this run began to read it"):
        one.records(np.array([0]))


def test_a_shard_that_changes_while_it_is_surveyed(tmp_path):
    path, one, _ = saved(tmp_path)
    blocks = one.blocks()
    next(blocks)
    with open(path, "ab") as file:
        file.write(b"x")
    with pytest.raises(RunError, match="was changed since|damaged TFRecords"):
        list(blocks)


def test_a_compressed_shard_must_be_small(tmp_path, monkeypatch):
    monkeypatch.setattr(record_shards, "LARGEST_WHOLE", 1000)
    _, one, _ = saved(tmp_path, compressed=(0,))
    with pytest.raises(RunError, match="is compressed and larger than"):
        list(one.blocks())
