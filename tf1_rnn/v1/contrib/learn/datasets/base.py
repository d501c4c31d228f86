"""`tf.contrib.learn.datasets.base` of TensorFlow 1.x: what a data set is made of, and read from."""

import collections
import csv

import numpy as np
import tensorflow.compat.v1 as tf

from .... import _lazy

Dataset = collections.namedtuple("Dataset", ["data", "target"])
Datasets = collections.namedtuple("Datasets", ["train", "validation", "test"])


def load_csv_with_header(filename, target_dtype, features_dtype, target_column=-1):
    """Return the `Dataset` of a file of comma-separated values whose first line is left out.

    Args:
        filename: path of the file. Its first line is `rows,features,...`.
        target_dtype: NumPy type of the target.
        features_dtype: NumPy type of the other columns.
        target_column: which column is the target.
    """
    return _load_csv(filename, target_dtype, features_dtype, target_column, 1)


def load_csv_without_header(filename, target_dtype, features_dtype, target_column=-1):
    """Return the `Dataset` of a file of comma-separated values.

    Args:
        filename: path of the file.
        target_dtype: NumPy type of the target.
        features_dtype: NumPy type of the other columns.
        target_column: which column is the target.
    """
    return _load_csv(filename, target_dtype, features_dtype, target_column, 0)


def _load_csv(filename, target_dtype, features_dtype, target_column, header_lines):
    with tf.gfile.Open(filename) as file:
        rows = list(csv.reader(file))[header_lines:]
    targets = [row.pop(target_column) for row in rows]
    return Dataset(np.array(rows, features_dtype), np.array(targets, target_dtype))


_lazy.forward(__name__)
