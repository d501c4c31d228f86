"""`contrib.data`: functions of its own, and the names of `tf.data.experimental`."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.v1.contrib import data


def elements(dataset):
    with tf.Session() as session:
        following = tf.data.make_one_shot_iterator(dataset).get_next()
        found = []
        with pytest.raises(tf.errors.OutOfRangeError):
            while True:
                found.append(session.run(following).tolist())
        return found


def test_batches_without_a_smaller_last_one():
    with tf.Graph().as_default():
        batched = tf.data.Dataset.range(5).apply(data.batch_and_drop_remainder(2))
        assert elements(batched) == [[0, 1], [2, 3]]


def test_padded_batches_without_a_smaller_last_one():
    with tf.Graph().as_default():
        rows = tf.data.Dataset.range(1, 4).map(lambda n: tf.fill([n], n))
        padded = data.padded_batch_and_drop_remainder(2, [None], tf.constant(-1, tf.int64))
        assert elements(rows.apply(padded)) == [[[1, -1], [2, 2]]]
        assert rows.apply(data.padded_batch_and_drop_remainder(2, [3])).element_spec.shape == [2, 3]


@pytest.mark.parametrize(
    "options, expected",
    [
        ({}, [[0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5]]),
        ({"stride": 2}, [[0, 1, 2], [2, 3, 4]]),
        ({"window_shift": 2}, [[0, 1, 2], [2, 3, 4]]),
        ({"window_stride": 2}, [[0, 2, 4], [1, 3, 5]]),
    ],
)
def test_windows_that_overlap(options, expected):
    with tf.Graph().as_default():
        numbers, windows = tf.data.Dataset.range(6), data.sliding_window_batch(3, **options)
        assert elements(numbers.apply(windows)) == expected
        pairs = tf.data.Dataset.zip((numbers, numbers)).apply(windows)
        assert elements(pairs.map(lambda a, b: a + b)) == (2 * np.array(expected)).tolist()
        named = numbers.map(lambda n: {"n": n}).apply(windows)
        assert elements(named.map(lambda each: each["n"])) == expected
    with pytest.raises(ValueError, match="both `stride` and `window_shift`"):
        data.sliding_window_batch(3, stride=1, window_shift=1)


def test_interleaved_in_any_order():
    with tf.Graph().as_default():
        mixed = data.sloppy_interleave(lambda n: tf.data.Dataset.range(n + 1), 2)
        assert sorted(elements(tf.data.Dataset.range(3).apply(mixed))) == [0, 0, 0, 1, 1, 2]


def test_a_dataset_is_reduced_to_the_last_state():
    reducer = data.Reducer(
        lambda _: (np.int64(0), np.int64(1)),
        lambda state, n: (state[0] + n, state[1] * 2),
        lambda total, power: total * power,  # not called, as in 1.15.5
    )
    with tf.Graph().as_default(), tf.Session() as session:
        reduced = data.reduce_dataset(tf.data.Dataset.range(5), reducer)
        assert session.run(reduced) == (10, 32)


def test_shapes_of_elements_are_asserted():
    def made(n):
        return tf.py_func(lambda _: np.zeros([2, 3]), [n], tf.float64)

    with tf.Graph().as_default():
        unknown = tf.data.Dataset.range(1).map(made)
        known = unknown.apply(data.assert_element_shape(tf.TensorShape([2, 3])))
        assert known.element_spec.shape == [2, 3]
        assert elements(known) == [[[0.0] * 3] * 2]
        pair = tf.data.Dataset.zip((unknown, tf.data.Dataset.range(1)))
        pair = pair.apply(
            data.assert_element_shape((tf.TensorShape([2, None]), tf.TensorShape([])))
        )
        assert [spec.shape.as_list() for spec in pair.element_spec] == [[2, None], []]
        wrong = unknown.apply(data.assert_element_shape(tf.TensorShape([2, 4])))
        with tf.Session() as session, pytest.raises(tf.errors.InvalidArgumentError):
            session.run(tf.data.make_one_shot_iterator(wrong).get_next())
        with pytest.raises(ValueError, match="are not compatible"):
            tf.data.Dataset.range(1).apply(data.assert_element_shape(tf.TensorShape([2])))


def test_batches_of_serialised_examples(tmp_path):
    path = str(tmp_path / "examples")
    with tf.python_io.TFRecordWriter(path) as writer:
        for number in range(3):
            example = tf.train.Example()
            example.features.feature["n"].int64_list.value.append(number)
            writer.write(example.SerializeToString())
    with tf.Graph().as_default(), tf.Session() as session:
        spec = {"n": tf.FixedLenFeature([], tf.int64)}
        batch = data.read_batch_features(path, 3, spec, randomize_input=False, num_epochs=1)
        assert session.run(batch)["n"].tolist() == [0, 1, 2]


def test_other_names_are_those_of_today():
    assert data.group_by_window is tf.data.experimental.group_by_window
    with pytest.raises(AttributeError):
        _ = data.nosuch
