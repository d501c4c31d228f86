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
        ([record(x=[[math.nan]])], "record 1 holds NaN or infinity at step 1"),
        ([record(x=[[1]]), record(None, x=[[1]])], "record 2 has 0 values of the label y"),
        ([tf.train.Example()], "no feature lists, features none"),
        ([record()], "holds tf.train.Example, not SequenceExample: .*features y"),
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
