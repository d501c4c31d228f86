"""Feeding arrays to `contrib.learn`'s estimator, batch by batch, as scikit-learn's users have them.

The order of the rows is that of 1.15.5, and the same in every run.
"""

import numpy as np
import tensorflow.compat.v1 as tf

BATCH_SIZE = 128
_SEED = 42  # of the order, whatever seed the graph has


class Feeder:
    """Feeds arrays to placeholders.

    Args:
        x: an array `[rows, ...]`, or a dict of arrays; one of numbers `[rows]` is fed as
            `[rows, 1]`.
        y: labels, the same; those of `[rows, 1]` are fed as `[rows]`. None for no labels.
        batch_size: the rows of a batch; the last one of an epoch may have fewer.
        num_epochs: how often the rows are fed; None for ever.
        shuffle: whether the rows of each epoch are shuffled.
    """

    def __init__(self, x, y, batch_size, num_epochs, shuffle):
        self._x = _map(_as_features, x)
        self._y = None if y is None else _map(_as_labels, y)
        self._n_rows = len(next(iter(_columns(self._x).values())))
        self._batch_size = min(batch_size or BATCH_SIZE, self._n_rows)
        self._random = np.random.RandomState(_SEED) if shuffle else None
        self._epochs_left = num_epochs
        self._order = np.arange(0)
        self._placeholders = ()

    def input_fn(self):
        """Return placeholders of the features and the labels."""
        features = _map_named(_placeholder, "input", self._x)
        labels = None if self._y is None else _map_named(_placeholder, "output", self._y)
        self._placeholders = (*_columns(features).values(), *_columns(labels).values())
        return features, labels

    def feed(self):
        """Return the next batch, a dict from placeholders to arrays; OutOfRangeError at the end."""
        if not len(self._order):
            self._begin_epoch()
        rows, self._order = np.split(self._order, [self._batch_size])
        arrays = (*_columns(self._x).values(), *_columns(self._y).values())
        return {
            placeholder: array[rows]
            for placeholder, array in zip(self._placeholders, arrays, strict=True)
        }

    def _begin_epoch(self):
        if self._epochs_left == 0:
            raise tf.errors.OutOfRangeError(None, None, "All epochs were fed.")
        if self._epochs_left is not None:
            self._epochs_left -= 1
        rows = self._n_rows
        self._order = np.arange(rows) if self._random is None else self._random.permutation(rows)


def _columns(structure):
    """Return the parts of a structure by name."""
    if structure is None:
        return {}
    return structure if isinstance(structure, dict) else {None: structure}


def _map(function, structure):
    """Return a structure of what a function makes of its parts."""
    if isinstance(structure, dict):
        return {name: function(part) for name, part in structure.items()}
    return function(structure)


def _map_named(function, name, structure):
    """Do the same with a function that is also given the name of the part."""
    if isinstance(structure, dict):
        return {key: function(f"{name}_{key}", part) for key, part in structure.items()}
    return function(name, structure)


def _placeholder(name, array):
    return tf.placeholder(tf.as_dtype(array.dtype), [None, *array.shape[1:]], name)


def _as_features(array):
    array = np.asarray(array)
    return array[:, np.newaxis] if array.ndim == 1 else array


def _as_labels(array):
    array = np.asarray(array)
    return array[:, 0] if array.ndim > 1 and array.shape[1] == 1 else array
