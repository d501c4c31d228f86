"""Batches come in their order from wherever they are to begin, and an error comes as one line."""

import threading

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tf1_rnn.errors import RunError
from tf1_rnn.trainer.streaming import order, pipeline


class Numbers:
    """A split whose sequences are their own positions; `fails` gets those of each window."""

    signature = ((tf.float32, [None]), (tf.int32, [None]), (tf.int64, [None]))

    def __init__(self, fails=None):
        self.read_from, self._fails = [], fails

    def read(self, positions):
        self.read_from.append(int(positions[0]))
        if self._fails:
            self._fails(positions)
        return positions.astype(np.float32), positions.astype(np.int32), positions

    def prepare(self, x, lengths, y):
        return x + 0.5, lengths, y


def epoch(count=23, batch_size=4, window=2):
    blocks = order.cut(np.array([0, count]), 3)
    return order.Epoch(blocks, None, batch_size, window, 0, 0)


def numbers(windows, done=0, split=None, batch_size=4):
    found = list(pipeline.batches(split or Numbers(), windows, batch_size, done))
    for x, lengths, y in found:
        np.testing.assert_array_equal(x, y + np.float32(0.5))
        np.testing.assert_array_equal(lengths, y)
    return [y.tolist() for _, _, y in found]


def require_no_thread(before):
    assert set(threading.enumerate()) <= before


def test_batches_are_those_of_the_windows():
    windows, expected = epoch(), []
    for number in range(len(windows)):
        positions, chosen = windows.window(number)
        rows = positions[chosen].tolist()
        expected += [rows[begin : begin + 4] for begin in range(0, len(rows), 4)]
    assert numbers(windows) == expected
    assert [len(batch) for batch in expected] == [4] * 5 + [3]
    assert sorted(sum(expected, [])) == list(range(23))


@pytest.mark.parametrize("done", range(8))
def test_an_epoch_that_is_resumed_goes_on_without_reading_what_is_done(done):
    split = Numbers()
    assert numbers(epoch(), done, split) == numbers(epoch())[done:]
    read = [int(epoch().window(number)[0][0]) for number in range(done // 2, 3)]
    assert split.read_from == read


def test_one_sequence_and_batches_larger_than_all():
    assert numbers(order.InOrder(1, 4, 2)) == [[0]]
    assert numbers(order.InOrder(3, 100, 1), batch_size=100) == [[0, 1, 2]]
    assert numbers(order.InOrder(0, 4, 2)) == []


def test_what_a_shard_says_comes_as_it_is_after_the_batches_before():
    def fail(positions):
        if positions[0] >= 8:
            raise RunError("a.npz: is shorter than it was")

    before, found = set(threading.enumerate()), []
    with pytest.raises(RunError, match=r"^a.npz: is shorter than it was$"):
        for *_, y in pipeline.batches(Numbers(fail), order.InOrder(23, 4, 2), 4):
            found.append(y.tolist())
    assert found in ([], [[0, 1, 2, 3]], [[0, 1, 2, 3], [4, 5, 6, 7]])
    require_no_thread(before)


def test_any_other_error_is_one_line():
    def fail(positions):
        raise ValueError("first line\nsecond line")

    with pytest.raises(RunError, match=r"^the data cannot be read: first line$"):
        numbers(order.InOrder(23, 4, 2), split=Numbers(fail))


def test_an_error_of_the_preparation_is_one_line():
    class Wrong(Numbers):
        def prepare(self, x, lengths, y):
            with tf.control_dependencies([tf.debugging.assert_less(x, 2.0, message="too large")]):
                return tf.identity(x), lengths, y

    with pytest.raises(RunError, match="^the data cannot be read: ") as caught:
        numbers(order.InOrder(9, 4, 2), split=Wrong())
    assert "\n" not in str(caught.value)


def test_whoever_stops_early_leaves_no_thread():
    before = set(threading.enumerate())
    made = pipeline.batches(Numbers(), order.InOrder(10_000, 4, 2), 4)
    assert next(made)[2].tolist() == [0, 1, 2, 3]
    made.close()
    require_no_thread(before)
