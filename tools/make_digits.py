"""Remake the digits that the package carries, from scikit-learn's copy of the UCI set.

    python tools/make_digits.py            # needs scikit-learn and numpy

Writes `tf1_rnn/data/digits.npz`: `images` [1797, 8, 8] uint8 with values 0 to 16, and
`labels` [1797] uint8, in the fixed order whose first 1,437 samples are for training and
whose last 360 are for testing. The source and the licence are in `tf1_rnn/data/DIGITS.txt`.
"""

import os
import sys

import numpy as np

# In scikit-learn's order neighbours were drawn by one writer. RandomState's stream is frozen by
# NumPy's compatibility policy, so that the split is the same wherever the file is remade.
SPLIT_SEED = 1797
LARGEST_FILE = 60000
TARGET = os.path.join(
    os.path.dirname(os.path.abspath(__file__)), os.pardir, "tf1_rnn", "data", "digits.npz"
)


def make_digits():
    """Return `images` [1797, 8, 8] and `labels` [1797], uint8, in the order of the split."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    order = np.random.RandomState(SPLIT_SEED).permutation(len(digits.target))
    return digits.images[order].astype(np.uint8), digits.target[order].astype(np.uint8)


def main():
    """Write the file, and refuse one that would be too large to carry."""
    images, labels = make_digits()
    np.savez_compressed(TARGET, images=images, labels=labels)
    size = os.path.getsize(TARGET)
    print("%s: %d images, %d bytes" % (os.path.normpath(TARGET), len(labels), size))
    if size >= LARGEST_FILE:
        sys.exit("the file must stay under %d bytes" % LARGEST_FILE)


if __name__ == "__main__":
    main()
