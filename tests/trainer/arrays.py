"""The arrays of a good file of data, and how to spoil them."""

import numpy as np


def sequences(**changes):
    """Return arrays of a good file: 6 and 4 sequences of up to 5 steps of 3; None leaves out."""
    random = np.random.RandomState(0)
    arrays = {
        "x_train": random.rand(6, 5, 3),
        "y_train": np.array([0, 1, 2, 0, 1, 2]),
        "x_test": random.rand(4, 5, 3),
        "y_test": np.array([2, 1, 0, 0]),
        "lengths_train": np.array([5, 4, 3, 2, 1, 0]),
        "lengths_test": np.array([5, 5, 1, 2]),
    }
    arrays.update(changes)
    return {name: array for name, array in arrays.items() if array is not None}


def replaced(array, where, value):
    array = array.copy()
    array[where] = value
    return array
