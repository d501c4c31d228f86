"""`tf.contrib.learn.io` of TensorFlow 1.x: input functions of arrays and data frames."""

from ... import _lazy
from ...estimator import inputs as _inputs


def numpy_input_fn(
    x, y=None, batch_size=128, num_epochs=1, shuffle=True, queue_capacity=1000, num_threads=1
):
    """Return `tf.estimator.inputs.numpy_input_fn`, by default with shuffling.

    Args:
        x: an array `[rows, ...]`, or a dict of arrays of equally many rows.
        y: labels, an array or a dict of arrays, or None.
        batch_size: the rows of a batch.
        num_epochs: how often the rows are fed; None for ever.
        shuffle: whether rows leave the queue in random order.
        queue_capacity: the number of rows in the queue.
        num_threads: threads that fill the queue.
    """
    return _inputs.numpy_input_fn(
        x, y, batch_size, num_epochs, shuffle, queue_capacity, num_threads
    )


def pandas_input_fn(
    x,
    y=None,
    batch_size=128,
    num_epochs=1,
    shuffle=True,
    queue_capacity=1000,
    num_threads=1,
    target_column="target",
):
    """Return `tf.estimator.inputs.pandas_input_fn`, by default with shuffling.

    Args:
        x: a `pandas.DataFrame`.
        y: labels, a `Series` or a `DataFrame` with the index of `x`, or None.
        batch_size: the rows of a batch.
        num_epochs: how often the rows are fed; None for ever.
        shuffle: whether rows leave the queue in random order.
        queue_capacity: the number of rows in the queue.
        num_threads: threads that fill the queue.
        target_column: a column that `x` must not have.
    """
    return _inputs.pandas_input_fn(
        x, y, batch_size, num_epochs, shuffle, queue_capacity, num_threads, target_column
    )


_lazy.forward(__name__)
