"""A barrier: parts under keys, taken when all parts of an element are there."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.v1.contrib.training._barrier import Barrier


@pytest.fixture
def barrier():
    with tf.Graph().as_default(), tf.Session() as session:
        made = Barrier(["float32", tf.int64], [[], [2]], name="mine")

        def put(part, keys, values):
            values = np.array(values, ["float32", "int64"][part])
            session.run(made.insert_many(part, keys, values))

        yield made, put, session


def sizes(made, session):
    return session.run([made.ready_size(), made.incomplete_size()])


def test_what_is_whole_is_taken_in_the_order_in_which_it_began(barrier):
    made, put, session = barrier
    for key, number in zip("abc", [1.0, 2.0, 3.0], strict=True):
        put(0, [key], [number])
    assert sizes(made, session) == [0, 3]
    put(1, ["c", "a"], [[3, 3], [1, 1]])
    assert sizes(made, session) == [2, 1]
    indices, keys, (numbers, pairs) = session.run(made.take_many(2))
    assert keys.tolist() == [b"a", b"c"] and numbers.tolist() == [1, 3]
    assert pairs.tolist() == [[1, 1], [3, 3]] and indices[0] < indices[1]


def test_static_shapes():
    with tf.Graph().as_default():
        made = Barrier([tf.float32], [[2]])
        assert made.name == "barrier"
        for small, rows in ((False, 3), (True, None)):
            indices, keys, (values,) = made.take_many(3, allow_small_batch=small)
            assert values.shape.as_list() == [rows, 2]
            assert indices.shape.as_list() == keys.shape.as_list() == [rows]
        assert made.take_many(tf.placeholder(tf.int32, []))[1].shape.as_list() == [None]


def test_a_closed_barrier_gives_what_it_has(barrier):
    made, put, session = barrier
    put(0, ["a"], [1.0])
    session.run(made.close())
    put(1, ["a"], [[1, 1]])  # a part of what had begun
    with pytest.raises(tf.errors.OpError):
        put(0, ["b"], [2.0])
    with pytest.raises(tf.errors.OutOfRangeError):
        session.run(made.take_many(2))
    assert session.run(made.take_many(2, allow_small_batch=True))[1].tolist() == [b"a"]


def test_cancelling_takes_no_more_parts(barrier):
    made, put, session = barrier
    put(0, ["a"], [1.0])
    session.run(made.close(cancel_pending_enqueues=True))
    with pytest.raises(tf.errors.OpError):
        put(1, ["a"], [[1, 1]])


def test_waiting_ends_with_its_time(barrier):
    made, _, session = barrier
    with pytest.raises(tf.errors.OpError):
        session.run(made.take_many(1, timeout=1))
