"""The digits, moving and still; standardizing; telling one data set from another."""

import pathlib
import sys

import numpy as np
import pytest

from tests.trainer.arrays import sequences
from tf1_rnn import digits
from tf1_rnn.errors import RunError
from tf1_rnn.trainer import datasets, loading

ROOT = pathlib.Path(__file__).parent.parent.parent
X = sequences()["x_train"]


def test_the_embedded_digits_are_the_ones_of_scikit_learn():
    pytest.importorskip("sklearn")
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        import make_digits
    finally:
        sys.path.pop(0)
    images, labels = make_digits.make_digits()
    data = datasets.embedded_digits()
    np.testing.assert_array_equal(np.concatenate([data.train.x, data.test.x]) * 16, images)
    np.testing.assert_array_equal(np.concatenate([data.train.y, data.test.y]), labels)


def test_digits_split_and_size():
    data = datasets.embedded_digits()
    assert (data.train.x.shape, data.test.x.shape) == ((1437, 8, 8), (360, 8, 8))
    assert data.train.x.dtype == np.float32 and (data.train.x.min(), data.train.x.max()) == (0, 1)
    # Every digit is about as frequent in one half as in the other.
    np.testing.assert_allclose(np.bincount(data.train.y) / 1437, 0.1, atol=0.02)
    np.testing.assert_allclose(np.bincount(data.test.y) / 360, 0.1, atol=0.04)
    assert digits.FILE.stat().st_size < 60_000
    assert "CC BY 4.0" in digits.FILE.with_name("DIGITS.txt").read_text()


def test_moving_digits_are_the_digits_moved_by_at_most_a_pixel():
    still, moving = datasets.embedded_digits(), datasets.moving_digits(6)
    assert moving.train.x.shape == (1437, 6, 28, 28, 1)
    np.testing.assert_array_equal(moving.test.y, still.test.y)
    for n in (0, 100, 359):
        image = still.test.x[n].repeat(3, 0).repeat(3, 1)
        places = []
        for frame in moving.test.x[n, ..., 0]:
            here = [
                (r, c)
                for r in range(5)
                for c in range(5)
                if np.array_equal(frame[r : r + 24, c : c + 24], image)
            ]
            assert len(here) == 1 and np.isclose(frame.sum(), image.sum())
            places += here
        assert np.abs(np.diff(places, axis=0)).max() <= 1
    # Some drift, some stand still, none leaves the canvas: the numbers of this very set.
    assert datasets.moving_digits(2).fingerprint() == datasets.moving_digits(2).fingerprint()
    assert datasets.moving_digits(2).fingerprint() != datasets.moving_digits(3).fingerprint()


def test_standardize_takes_its_numbers_only_from_valid_training_steps(save):
    data = loading.load(save(x_train=X * [1, 100, 0] + [0, 50, 7]))
    standard, (mean, deviation) = datasets.standardize(data)
    valid = np.concatenate(
        [row[:length] for row, length in zip(data.train.x, data.train.lengths, strict=True)]
    )
    np.testing.assert_allclose(mean, valid.mean(0), rtol=1e-6)
    np.testing.assert_allclose(deviation, [*valid.std(0)[:2], 1], rtol=1e-5)
    np.testing.assert_allclose(
        standard.test.x[0], (data.test.x[0] - mean) / deviation, rtol=1e-4, atol=1e-5
    )
    assert data.out_of_scale and not standard.out_of_scale
    assert not standard.train.x[5].any() and not standard.train.x[2, 3:].any()
    again, _ = datasets.standardize(data, (mean, deviation))
    assert again.fingerprint() == standard.fingerprint() != data.fingerprint()
    with pytest.raises(RunError, match="with 2 features"):
        datasets.standardize(data, ([0, 0], [1, 1]))


def test_a_feature_that_changes_by_rounding_alone_is_not_blown_up():
    train = np.stack([np.full([7, 3], 0.1), np.arange(21.0).reshape(7, 3)], 2).astype(np.float32)
    test = train + np.float32(0.1)
    data = datasets.Dataset("d", datasets.Split(train, None), datasets.Split(test, None), None)
    standard, (_, deviation) = datasets.standardize(data)
    assert deviation[0] == 1 and deviation[1] == pytest.approx(np.arange(21).std())
    np.testing.assert_allclose(standard.test.x[..., 0], 0.1, rtol=1e-5)


def test_what_leaves_float32_when_standardized_is_refused():
    split = datasets.Split(np.full([2, 3, 1], 3e38, np.float32), None)
    with pytest.raises(RunError, match="standardized values are beyond float32"):
        split.standardized(np.float32([0]), np.float32([1e-3]))
