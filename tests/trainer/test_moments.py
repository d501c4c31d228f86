"""Blocks of values together have the mean and the deviation of all of them."""

import numpy as np
import pytest

from tf1_rnn.trainer.moments import Moments


@pytest.mark.parametrize("sizes", [[100], [1, 99], [30, 0, 1, 69], [1] * 100])
def test_blocks_are_joined(sizes):
    random = np.random.RandomState(0)
    # Means so far from 0 that a sum of squares would leave nothing of the deviation.
    values = random.randn(100, 3) * [1, 1e-3, 10] + [1e6, 1e6, 0]
    moments, begin = Moments(), 0
    for size in sizes:
        moments.add(values[begin : begin + size])
        begin += size
    assert moments.count == 100
    np.testing.assert_allclose(moments.mean, values.mean(0), rtol=1e-14)
    np.testing.assert_allclose(moments.deviation, values.std(0), rtol=1e-7)


def test_values_that_are_all_the_same_do_not_deviate():
    moments = Moments()
    for size in (3, 7, 1):
        moments.add(np.full([size, 1], 0.1, np.float32))
    assert moments.deviation == 0
