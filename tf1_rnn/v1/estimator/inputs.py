"""`tf.estimator.inputs`: input functions that feed arrays and data frames in batches."""

import numpy as np
import tensorflow.compat.v1 as tf

from .. import _lazy


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
        shuffle: whether the rows of each epoch are shuffled; must be given.
        queue_capacity, num_threads: accepted for old callers; the batches come from `tf.data`.

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
        return batches_of(structure, batch_size, num_epochs, shuffle)

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
        target_column: a name that `x` must not have; kept for old callers.

    The other arguments are those of `numpy_input_fn`.

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
        features = _columns_of_frame(x)
        if y is None:
            return batches_of(features, batch_size, num_epochs, shuffle)
        labels = _columns_of_frame(y) if hasattr(y, "columns") else np.asarray(y)
        return batches_of((features, labels), batch_size, num_epochs, shuffle)

    return input_fn


def batches_of(structure, batch_size, num_epochs, shuffle):
    """Return tensors of a structure of arrays, the next batch in every run.

    The arrays are read in Python: they are no constants of the graph, which may hold 2 GB.
    """
    arrays = [_as_array(array) for array in tf.nest.flatten(structure)]
    seed = tf.get_default_graph().seed

    def generate():
        for rows in _rows_of_batches(len(arrays[0]), batch_size, num_epochs, shuffle, seed):
            yield tuple(array[rows] for array in arrays)

    dataset = tf.data.Dataset.from_generator(
        generate,
        tuple(tf.as_dtype(array.dtype) for array in arrays),
        tuple(tf.TensorShape([None, *array.shape[1:]]) for array in arrays),
    )
    tensors = tf.data.make_one_shot_iterator(dataset.prefetch(2)).get_next()
    return tf.nest.pack_sequence_as(structure, tensors)


def _rows_of_batches(n_rows, batch_size, num_epochs, shuffle, seed):
    """Yield the indices of the rows of every batch; a batch may hold the end of an epoch."""
    random, waiting, epoch = np.random.RandomState(seed), np.arange(0), 0
    while num_epochs is None or epoch < num_epochs:
        order = random.permutation(n_rows) if shuffle else np.arange(n_rows)
        waiting, epoch = np.concatenate([waiting, order]), epoch + 1
        while len(waiting) >= batch_size:
            yield waiting[:batch_size]
            waiting = waiting[batch_size:]
    if len(waiting):
        yield waiting


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


def _columns_of_frame(frame):
    return {name: np.asarray(frame[name]) for name in frame.columns}


def _as_array(array):
    """Return an array that has a type of TensorFlow's: text in object arrays stays as it is."""
    array = np.asarray(array)
    return array.astype(object) if array.dtype.kind == "U" else array


_lazy.forward(__name__)
