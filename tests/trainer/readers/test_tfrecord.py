"""TFRecords that TensorFlow 1.15.5 wrote (tests/fixtures/data/make_tfrecord.py)."""

import math
import struct

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tf1_rnn.errors import RunError
from tf1_rnn.trainer import loading
from tf1_rnn.trainer.readers import formats, tfrecord
from tf1_rnn.trainer.readers.source import Source

WAVES, TAGS = "tests/fixtures/data/waves.tfrecord", "tests/fixtures/data/tags.tfrecord.gz"


def test_one_class_a_sequence():
    data = loading.load(Source(WAVES, label="class", features=("wave",)), ("test",), labels=False)
    assert len(data.test) == 30 and data.step_shape == (2,)
    for n in range(30):
        length, speed = 4 + n % 4, 1 + n % 2
        values = np.array([math.sin(speed * step + n / 7) for step in range(length)])
        assert data.test.lengths[n] == length and not data.test.x[n, length:].any()
        np.testing.assert_allclose(data.test.x[n, :length, 0], values, rtol=1e-6)
        np.testing.assert_allclose(data.test.x[n, :length, 1], values**2, rtol=1e-6)
    data = loading.load(Source(WAVES, label="class"))
    assert data.classes == ("fast", "slow") and data.step_shape == (3,)
    assert data.features == ("step", "wave") and "not used: word, length" in data.notes
    assert (len(data.train), len(data.test)) == (24, 6)
    assert np.bincount(data.train.y).tolist() == [12, 12]


def test_one_class_a_step_compressed():
    data = loading.load(Source(TAGS, label="tag"))
    assert data.target == "step classes" and data.n_classes == 2
    for split in (data.train, data.test):
        odd = (split.x[..., 0] % 2).astype(int)
        np.testing.assert_array_equal(split.y, np.where(split.is_valid(), odd, 0))


@pytest.mark.parametrize(
    "how, words",
    [
        ({}, "needs --label=FEATURE.*context features: class, length; sequence features: step"),
        ({"label": "clas"}, "--label=clas: no such feature.*did you mean class"),
        ({"label": "class", "features": ("word",)}, "--features=word: holds bytes"),
        ({"label": "class", "features": ("w",)}, "--features=w: no such feature list"),
    ],
)
def test_names_that_are_not_there(how, words):
    with pytest.raises(RunError, match=words):
        loading.load(Source(WAVES, **how))


def write(path, *examples):
    with tf.io.TFRecordWriter(str(path)) as out:
        for example in examples:
            out.write(example.SerializeToString())
    return str(path)


def record(label=1, **lists):
    """Return a SequenceExample of feature lists, each a list of steps, each a list of numbers."""
    example = tf.train.SequenceExample()
    if label is not None:
        example.context.feature["y"].int64_list.value.append(label)
    for name, steps in lists.items():
        for step in steps:
            values = example.feature_lists.feature_list[name].feature.add()
            values.float_list.value.extend(step)
    return example


@pytest.mark.parametrize(
    "examples, words",
    [
        ([record(x=[[1], [2, 3]])], "record 1 has steps of different sizes in x"),
        ([record(x=[[1]]), record(x=[[1, 2]])], "its steps hold 1, 2 numbers"),
        ([record(x=[[1], [2]], z=[[1]])], "record 1 has feature lists of different lengths"),
        ([record(x=[[math.nan]])], "record 1 has no value at step 1; .* fill it in"),
        ([record(x=[[1]]), record(None, x=[[1]])], "record 2 has 0 values of the label y"),
        ([tf.train.Example()], "Example without a feature of several numbers; features: none"),
        ([record()], "Example without a feature of several numbers; features: y; expected"),
    ],
)
def test_what_is_wrong_is_said_with_its_record(tmp_path, examples, words):
    with pytest.raises(RunError, match=words) as error:
        loading.load(Source(write(tmp_path / "a.tfrecord", *examples), label="y"))
    assert "\n" not in str(error.value)


def test_an_empty_sequence_has_length_0(tmp_path):
    examples = [record(i % 2, x=[[1, 2]] * (i % 3)) for i in range(12)]
    data = loading.load(Source(write(tmp_path / "a", *examples), label="y"))
    assert data.step_shape == (2,) and 0 in data.train.lengths


def test_a_file_is_recognised_by_its_first_record(tmp_path):
    with open(write(tmp_path / "no_suffix", record(x=[[1]])), "rb") as file:
        head = file.read()
    assert tfrecord.is_tfrecord(head, len(head)) and not tfrecord.is_tfrecord(head, len(head) - 5)
    assert not tfrecord.is_tfrecord(b"\1" + head[1:], len(head))
    (tmp_path / "b.tfrecord").write_bytes(head[:-1])
    with pytest.raises(RunError, match="damaged or not TFRecords"):
        loading.load(str(tmp_path / "b.tfrecord"))
    (tmp_path / "b.tfrecord").write_bytes(struct.pack("<Q", 2**60) + head[8:])
    with pytest.raises(RunError, match="damaged or not TFRecords"):
        loading.load(str(tmp_path / "b.tfrecord"))


def test_describe_says_what_a_file_holds():
    assert formats.describe(WAVES)[1:] == [
        "30 records of tf.train.SequenceExample",
        "context   class: bytes, size 1",
        "context   length: int64, size 1",
        "sequence  step: int64, steps 4 to 7, size of a step 1",
        "sequence  wave: float, steps 4 to 7, size of a step 2",
        "sequence  word: bytes, steps 4 to 7, size of a step 1",
    ]


# Examples, which TensorFlow 1.15.5 wrote in shards.

READINGS = "tests/fixtures/data/readings"
TWO = {"label": "label", "features": ("sine", "cosine")}


def test_shards_of_examples_in_a_folder():
    data = loading.load(Source(READINGS, **TWO))
    assert (len(data.train), len(data.test), data.step_shape) == (24, 8, (2,))
    numbers = [n for shard in range(3) for n in range(24) if n % 3 == shard]
    np.testing.assert_array_equal(data.train.y, [n % 2 for n in numbers])
    angles = np.array([[(1 + n % 2) * step + n / 7 for step in range(6)] for n in numbers])
    np.testing.assert_allclose(data.train.x[..., 0], np.sin(angles), atol=1e-6)
    np.testing.assert_allclose(data.train.x[..., 1], np.cos(angles), atol=1e-6)
    assert "not used: odd, one_hot, name, third" in data.notes


@pytest.mark.parametrize("pattern", ["train-*", "train@3", "train-?????-of-00003", "*train*"])
def test_shards_by_a_pattern_find_those_of_the_test(pattern):
    data = loading.load(Source(f"{READINGS}/{pattern}", **TWO))
    assert data.fingerprint() == loading.load(Source(READINGS, **TWO)).fingerprint()
    alone = loading.load(Source(f"{READINGS}/{pattern}", **TWO), ("test",))
    assert alone.train is None and len(alone.test) == 8


def test_folders_of_the_parts(tmp_path):
    for part, n in (("train", 6), ("test", 2)):
        (tmp_path / part).mkdir()
        for i in range(n):
            write(tmp_path / part / f"{i}.tfrecord", record(i % 2, x=[[i]]), record(1, x=[[i]]))
    data = loading.load(Source(str(tmp_path), label="y"))
    assert len(data.train) == 12 and data.test.x.ravel().tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize(
    "label, target, first",
    [
        ("one_hot", "class", 0),
        ("odd", "step classes", [0, 1] * 3),
        ("third", "number", [0]),
        ("label", "class", 0),
    ],
)
def test_labels_of_examples(label, target, first):
    data = loading.load(Source(READINGS, label=label, features=("sine",)))
    assert data.target == target and data.train.y[0].tolist() == first


def test_missing_shards(tmp_path):
    for i in (0, 2):
        write(tmp_path / f"train-{i:05d}-of-00003", *(record(n % 2, x=[[n]]) for n in range(10)))
    for path in (tmp_path, tmp_path / "train-*", tmp_path / "train@3"):
        with pytest.raises(RunError, match="2 of 3 shards, train-00001-of-00003 is missing"):
            loading.load(Source(str(path), label="y"))
    data = loading.load(Source(str(tmp_path / "train-0000[02]-of-00003"), label="y"))
    assert len(data.train) + len(data.test) == 20
    assert any("2 of 3 shards, train-00001-of-00003 is missing" in note for note in data.notes)


@pytest.mark.parametrize(
    "path, how, words",
    [
        ("", {"label": "label"}, "record 1 has features of different lengths: cosine 6, odd 6"),
        ("", {}, "needs --label=FEATURE, the feature to predict; features: cosine, label"),
        ("/train-*", {**TWO, "features": ("name",)}, "--features=name: no such feature"),
        ("/none-*", TWO, "no file matches this pattern"),
        ("/../*.ts", TWO, "Gestures_TEST.ts: not TFRecords; expected a pattern that names shards"),
    ],
)
def test_what_is_wrong_with_examples(path, how, words):
    with pytest.raises(RunError, match=words) as error:
        loading.load(Source(READINGS + path, **how))
    assert "\n" not in str(error.value)


def test_describe_a_folder_of_examples():
    lines = formats.describe(READINGS)
    assert lines[1] == "32 records of tf.train.Example in 5 files"
    assert "feature   sine: float, size 6" in lines
