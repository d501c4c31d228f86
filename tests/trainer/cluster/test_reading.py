"""Orders of what to read, and a worker's reader by a server in this process."""

import types

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests import waiting
from tests.trainer.clusters import start
from tests.trainer.streaming.cases import save_npz
from tf1_rnn.errors import RunError
from tf1_rnn.trainer import plan as plans
from tf1_rnn.trainer.cluster import reading
from tf1_rnn.trainer.cluster.configuration import device_of
from tf1_rnn.trainer.settings import Settings


@pytest.fixture
def made(tmp_path):
    """Return the plan of a run on shards, and its settings."""
    save_npz(tmp_path / "data", sizes=(13, 6, 10))
    settings = Settings(
        cell="gru",
        data=str(tmp_path / "data"),
        stream=True,
        batch_size=4,
        epochs=2,
        standardize=True,
    )
    return plans.settle(settings), settings


def test_an_order_comes_back_with_the_sequences(made):
    plan, settings = made
    order = reading.Order.of(plan, "queue", 1, 3, 0, 2)
    packed = reading.packed(order, plan.dataset.train, plan.dataset.key)
    found, train = reading.unpacked(packed, settings)
    assert found == order and (found.worker, found.workers, found.done) == (1, 3, 2)
    for ours, theirs in zip(
        plan.dataset.train.batches(4, 0, 0), train.batches(4, 0, 0), strict=True
    ):
        np.testing.assert_array_equal(ours.x, theirs.x)
        np.testing.assert_array_equal(ours.y, theirs.y)


def test_shares_have_labels_as_they_are_fed_and_none_is_empty(made):
    plan, _ = made
    steps, sizes = plan.steps_per_epoch, []
    for worker in range(3):
        order = reading.Order.of(plan, "queue", worker, 3, 0, 1)
        batches = list(order.batches(plan.dataset.train))
        assert len(batches) == 2 * steps - 1
        assert all(len(x) == len(n) == len(y) == max(1, c) for x, n, y, c in batches)
        assert all(y.shape[1:] == (plan.n_classes,) for _, _, y, _ in batches)
        sizes.append([int(count) for *_, count in batches])
    total = np.sum(sizes, 0)
    assert total.max() == 4 and total.sum() == 2 * len(plan.dataset.train) - 4


def test_who_has_no_data_or_other_data_says_so(made, tmp_path):
    plan, settings = made
    order = reading.Order.of(plan, "queue", 0, 2, 0, 0)
    packed = reading.packed(order, plan.dataset.train, plan.dataset.key)
    with pytest.raises(RunError, match="has no --data; expected the shards"):
        reading.unpacked(packed, Settings(cell="gru"))
    save_npz(tmp_path / "data", sizes=(13, 6, 11))
    with pytest.raises(RunError, match="holds other shards than the chief has"):
        reading.unpacked(packed, settings)


def test_a_reader_fills_the_queue_that_was_ordered_last_and_tells_problems(made):
    plan, settings = made
    task, (target,) = start(1)
    device = device_of(*task.workers()[0])
    reader = reading.Reader(target, device, settings)
    broken = reading.Reader(target, device, Settings(cell="gru"))
    with tf.Graph().as_default(), tf.Session(target) as session:
        for name, one in (("first", reader), ("second", reader), ("third", broken)):
            batches, problem = reading.queue_on(device, name)
            order = reading.Order.of(plan, name, 0, 1, 0, 0)
            one.read(reading.packed(order, plan.dataset.train, plan.dataset.key))
            if one is reader:
                *_, count = session.run(batches.dequeue())
                assert count == 4
            else:
                assert b"has no --data" in session.run(problem.dequeue())
                with pytest.raises(tf.errors.OutOfRangeError):
                    session.run(batches.dequeue())
        # The first one was left for the second.
        first, _ = reading.queue_on(device, "first")
        closed = first.is_closed()
        waiting.until(lambda: session.run(closed))


@pytest.mark.parametrize("workers, expected", [(1, False), (2, True), (99, False)])
def test_who_reads_shards(made, workers, expected):
    plan, _ = made
    assert reading.is_for(plan, workers) is expected
    in_memory = types.SimpleNamespace(dataset=types.SimpleNamespace(train=np.zeros(9)))
    assert not reading.is_for(in_memory, 2)
