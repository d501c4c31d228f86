"""Arrays reach a model through the queue that 1.15.5 made, in its order."""

import json

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tests.v1.estimator import input_cases
from tf1_rnn.v1.estimator._feeding import FeedingQueueRunner

with open(input_cases.RECORDED, encoding="utf-8") as _file:
    EXPECTED = json.load(_file)


@pytest.mark.parametrize("name", input_cases.INPUTS)
def test_the_graph(name):
    assert input_cases.graph_of_inputs(tf, name) == EXPECTED["graphs"][name]


def test_batches_reach_into_the_next_epoch():
    options = {"batch_size": 5, "num_epochs": 2, "shuffle": False}
    assert input_cases.batches(tf, None, **options) == EXPECTED["batches"]


def test_the_order_under_a_seed_is_one_of_1_15_5s():
    assert input_cases.shuffled(tf) == EXPECTED["shuffled"]


@pytest.mark.parametrize("capacity", [7, 1000])
def test_the_order_under_a_seed_is_always_the_same(capacity):
    options = {"batch_size": 5, "num_epochs": 3, "shuffle": True, "queue_capacity": capacity}
    first = input_cases.batches(tf, 1, **options)
    assert first == input_cases.batches(tf, 1, **options) != input_cases.batches(tf, 2, **options)
    rows = sum(first, [])
    assert sorted(rows) == sorted([*range(12)] * 3) and rows != sorted(rows)


def test_the_order_without_a_seed_is_another_each_time():
    orders = {str(input_cases.batches(tf, None, batch_size=12, shuffle=True)) for _ in range(3)}
    assert len(orders) > 1


def test_each_thread_feeds_all_epochs():
    options = {"batch_size": 5, "num_epochs": 2, "num_threads": 3, "shuffle": False}
    assert sorted(sum(input_cases.batches(tf, 1, **options), [])) == sorted([*range(12)] * 6)


@pytest.mark.parametrize("kind", EXPECTED["trained"])
def test_a_seeded_estimator_learns_the_same(kind):
    ours, wanted = input_cases.trained(tf, kind), EXPECTED["trained"][kind]
    assert ours["loss"] == pytest.approx(wanted["loss"], rel=1e-5)
    np.testing.assert_allclose(ours["logits"], wanted["logits"], rtol=1e-4)


@pytest.fixture
def queue():
    """A queue, what it is fed through, and its operations."""
    with tf.Graph().as_default():
        queue = tf.FIFOQueue(10, [tf.int32], [[]])
        value = tf.placeholder(tf.int32, [])
        yield queue, value, queue.enqueue(value)


def counting(value, end):
    """Return a function that feeds 0, 1, ..."""
    numbers = iter(range(end))

    def feed():
        try:
            return {value: next(numbers)}
        except StopIteration:
            raise tf.errors.OutOfRangeError(None, None, "the end") from None

    return feed


def test_a_runner_feeds_until_the_end(queue):
    queue, value, enqueue = queue
    runner = tf.contrib.training.FeedingQueueRunner(
        queue, [enqueue] * 2, feed_fns=[counting(value, 3), counting(value, 2)]
    )
    element = queue.dequeue()
    with tf.Session() as session:
        threads = runner.create_threads(session, start=True)
        assert len(threads) == 2
        assert sorted(session.run(element) for _ in range(5)) == [0, 0, 1, 1, 2]
        with pytest.raises(tf.errors.OutOfRangeError):  # the last thread has closed the queue
            session.run(element)
        for thread in threads:
            thread.join()
        assert runner.exceptions_raised == []


def test_a_coordinator_hears_of_errors_and_stops_the_threads(queue):
    queue, value, enqueue = queue

    def fail():
        raise RuntimeError("no more")

    runner = FeedingQueueRunner(queue, [enqueue] * 2, feed_fns=[counting(value, 100), fail])
    coordinator = tf.train.Coordinator()
    with tf.Session() as session:
        threads = runner.create_threads(session, coordinator, start=True)
        assert len(threads) == 3
        with pytest.raises(RuntimeError, match="no more"):
            coordinator.join(threads)  # the first waits at a full queue until it is cancelled
        assert session.run(queue.is_closed())


def test_threads_run_once_in_a_session(queue):
    queue, value, enqueue = queue
    runner = FeedingQueueRunner(queue, [enqueue], feed_fns=[counting(value, 100)])
    with tf.Session() as session, tf.Session() as other:
        coordinator = tf.train.Coordinator()
        threads = runner.create_threads(session, coordinator, daemon=True)
        assert runner.create_threads(session, coordinator) == []
        assert len(runner.create_threads(other, None)) == 1
        assert all(thread.daemon and not thread.is_alive() for thread in threads)


def test_what_a_runner_refuses(queue):
    queue, _, enqueue = queue
    with pytest.raises(ValueError, match="must have the same length as enqueue_ops"):
        FeedingQueueRunner(queue, [enqueue], feed_fns=[])
    with pytest.raises(NotImplementedError, match="does not support serialization"):
        FeedingQueueRunner(queue, [enqueue]).to_proto()
