"""`contrib.data`: two functions of its own, and the names of `tf.data.experimental`."""

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


def test_other_names_are_those_of_today():
    assert data.group_by_window is tf.data.experimental.group_by_window
    with pytest.raises(AttributeError):
        _ = data.nosuch
