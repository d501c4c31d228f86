"""The digits as arrays: shapes, types, scale, and movement that never changes."""

import hashlib

import numpy as np
import pytest

from tf1_rnn import digits


def test_images_and_labels():
    images, labels = digits.images_and_labels()
    assert images.shape == (1797, 8, 8) and images.dtype == np.float32
    assert labels.shape == (1797,) and labels.dtype == np.int64
    assert images.min() == 0 and images.max() == 1
    np.testing.assert_array_equal(images * 16, np.round(images * 16))
    assert sorted(set(labels)) == list(range(digits.N_CLASSES))
    assert 0 < digits.TRAINING < len(images)


@pytest.mark.parametrize("time_steps", [1, 3])
def test_moving_frames(time_steps):
    frames, labels = digits.moving(time_steps)
    assert frames.shape == (1797, time_steps, digits.CANVAS, digits.CANVAS, 1)
    assert frames.dtype == np.float32 and frames.min() == 0 and frames.max() == 1
    np.testing.assert_array_equal(labels, digits.images_and_labels()[1])


def test_a_digit_keeps_all_its_pixels_and_more_frames_begin_as_fewer_do():
    frames, _ = digits.moving(6)
    images, _ = digits.images_and_labels()
    sums = frames.sum((2, 3, 4), dtype=np.float64)
    expected = 9 * images.sum((1, 2), dtype=np.float64)
    np.testing.assert_allclose(sums, np.tile(expected[:, None], 6), rtol=1e-6)
    np.testing.assert_array_equal(frames[:, :2], digits.moving(2)[0])


def test_the_frames_are_the_same_everywhere_and_for_ever():
    frames, _ = digits.moving(2)
    pixels = np.round(frames * 16).astype(np.uint8)
    assert hashlib.sha256(pixels.tobytes()).hexdigest()[:16] == "9cef71799dcc9e1e"
