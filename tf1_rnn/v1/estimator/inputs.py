"""`tf.estimator.inputs`: input functions that feed arrays and data frames in batches."""

import numpy as np
import tensorflow.compat.v1 as tf

from .. import _lazy
from ._feeding import batches_of


def numpy_input_fn(
    x, y=None, batch_size=128, num_epochs=1, shuffle=None, queue_capacity=1000, num_threads=1
):
    """Return an input function that feeds arrays in batches.

    Args:
        x: an array `[rows, ...]`, or a dict of arrays of equally many rows.
        y: labels, an array or a dict of arrays, or None.
        batch_size: the rows of a batch. The last one may have fewer, others reach into the next
            epoch.
        num_epochs: how often the rows are fed; None for ever.
        shuffle: whether rows leave the queue in random order; must be given.
        queue_capacity: the number of rows in the queue, from which a random one is taken.
        num_threads: threads that fill the queue, each with all epochs.

    Returns:
        A function without arguments that returns features, or features and labels, in the
        structures of `x` and `y`.

    Raises:
        ValueError: `shuffle` is not given. The function itself raises it where the numbers of rows
            differ, a dict is empty, or `x` and `y` share a name.
        TypeError: raised by the function itself, where `x` is no dict and no array.
    """
    _check_shuffle(shuffle)

    def input_fn():
        if not isinstance(x, (dict, np.ndarray)):
            raise TypeError(f"x must be a dict or array; got {type(x).__name__}")
        _check_columns(x, y)
        structure = x if y is None else (x, y)
        columns = [_as_array(column) for column in tf.nest.flatten(structure)]
        batch = batches_of(columns, batch_size, num_epochs, shuffle, queue_capacity, num_threads)
        return tf.nest.pack_sequence_as(structure, batch)

    return input_fn


def pandas_input_fn(
    x,
    y=None,
    batch_size=128,
    num_epochs=1,
    shuffle=None,
    queue_capacity=1000,
    num_threads=1,
    target_column="target",
):
    """Return an input function that feeds a `DataFrame` in batches, as a dict of its columns.

    Args:
        x: a `pandas.DataFrame`.
        y: labels, a `Series` or a `DataFrame` with the index of `x`, or None.
        batch_size: the rows of a batch. The last one may have fewer, others reach into the next
            epoch.
        num_epochs: how often the rows are fed; None for ever.
        shuffle: whether rows leave the queue in random order; must be given.
        queue_capacity: the number of rows in the queue, from which a random one is taken.
        num_threads: threads that fill the queue, each with all epochs.
        target_column: a column that `x` must not have.

    Raises:
        ValueError: `shuffle` is not given, the indices differ, or `x` has the target's column.
    """
    _check_shuffle(shuffle)
    if y is not None:
        if target_column in x:
            raise ValueError(
                f"Cannot use name {target_column} for target column: DataFrame already has a "
                f"column with that name: {x.columns}"
            )
        if not np.array_equal(x.index, y.index):
            raise ValueError(
                "Index for x and y are mismatched.\n"
                f"Index for x: {x.index}\nIndex for y: {y.index}\n"
            )

    def input_fn():
        features = {name: _as_array(x[name]) for name in x.columns}
        labels = {name: _as_array(y[name]) for name in getattr(y, "columns", ())}
        columns = [*features.values(), *labels.values()]
        if y is not None and not labels:
            columns.append(_as_array(y))
        batch = batches_of(columns, batch_size, num_epochs, shuffle, queue_capacity, num_threads)
        features = dict(zip(features, batch, strict=False))
        if y is None:
            return features
        return features, dict(zip(labels, batch[len(features) :], strict=False)) or batch[-1]

    return input_fn


def _check_shuffle(shuffle):
    if not isinstance(shuffle, bool):
        raise ValueError(
            "shuffle must be provided and explicitly set as boolean "
            f"(it is recommended to set it as True for training); got {shuffle}"
        )


def _check_columns(x, y):
    """Raise ValueError where the columns of features and labels do not fit together."""
    if isinstance(x, dict) and not x:
        raise ValueError("x cannot be an empty dict")
    if isinstance(y, dict):
        if not y:
            raise ValueError("y cannot be empty dict, use None instead.")
        if isinstance(x, dict) and (both := set(x) & set(y)):
            raise ValueError(f"{len(both)} duplicate keys are found in both x and y: {both}")
    shapes = {
        name: {key: column.shape for key, column in each.items()}
        if isinstance(each, dict)
        else each.shape
        for name, each in (("x", x), ("y", y))
        if each is not None
    }
    lengths = {
        column.shape[0]
        for each in (x, y)
        if each is not None
        for column in (each.values() if isinstance(each, dict) else [each])
    }
    if len(lengths) > 1:
        said = "".join(f"Shapes in {name}: {shapes.get(name)}\n" for name in ("x", "y"))
        raise ValueError(
            "Length of tensors in x and y is mismatched. All elements in x and y must have the "
            f"same length.\n{said}"
        )


def _as_array(array):
    """Return an array that has a type of TensorFlow's: text in object arrays stays as it is."""
    array = np.asarray(array)
    return array.astype(object) if array.dtype.kind == "U" else array


_lazy.forward(__name__)
