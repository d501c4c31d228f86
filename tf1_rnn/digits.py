"""The handwritten digits that the package carries, as arrays. Needs only NumPy.

1,797 images of 8 x 8 from the UCI Machine Learning Repository; `data/DIGITS.txt` has source and
licence.
"""

import pathlib

import numpy as np

FILE = pathlib.Path(__file__).parent / "data" / "digits.npz"
IMAGES, N_CLASSES = 1797, 10
TRAINING = 1437  # the first images are for training, the remaining 360 for testing
CANVAS = 28


def images_and_labels():
    """Return float32 images `[1797, 8, 8]` with pixels from 0 to 1, and int64 labels `[1797]`."""
    with np.load(FILE) as arrays:
        return arrays["images"].astype(np.float32) / 16, arrays["labels"].astype(np.int64)


def moving(time_steps):
    """Return the digits drifting over a canvas, and their labels.

    Every digit is drawn three times its size, starts anywhere and moves by up to one pixel a
    frame in each direction, turning back at an edge. Always the same frames.

    Args:
        time_steps: frames in each sequence.

    Returns:
        float32 frames `[1797, time_steps, 28, 28, 1]` with pixels from 0 to 1, and int64 labels
        `[1797]`.
    """
    images, labels = images_and_labels()
    images = images.repeat(3, axis=1).repeat(3, axis=2)
    n, size = len(images), images.shape[1]
    room = CANVAS - size
    # RandomState's stream is frozen by NumPy's compatibility policy; newer generators' is not.
    random = np.random.RandomState(28)
    start, speed = random.randint(0, room + 1, [n, 2]), random.randint(-1, 2, [n, 2])
    frames = np.zeros([n, time_steps, CANVAS, CANVAS, 1], np.float32)
    for step in range(time_steps):
        top_left = np.abs(start + step * speed) % (2 * room)
        top_left = np.minimum(top_left, 2 * room - top_left)
        rows = top_left[:, 0, None] + np.arange(size)
        columns = top_left[:, 1, None] + np.arange(size)
        frames[np.arange(n)[:, None, None], step, rows[:, :, None], columns[:, None, :], 0] = images
    return frames, labels
