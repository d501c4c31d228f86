"""`tf.contrib.data` of TensorFlow 1.x, which is `tf.data.experimental` now."""

import typing as _typing

import tensorflow.compat.v1 as tf

from .. import _lazy


def batch_and_drop_remainder(batch_size):
    """Return what `Dataset.apply` needs to batch, without a smaller last batch."""
    return lambda dataset: dataset.batch(batch_size, drop_remainder=True)


def padded_batch_and_drop_remainder(batch_size, padded_shapes, padding_values=None):
    """Return what `Dataset.apply` needs to batch padded elements, without a smaller last batch.

    Args:
        batch_size: number of elements in a batch.
        padded_shapes: as in `Dataset.padded_batch`.
        padding_values: as in `Dataset.padded_batch`, by default zeros.
    """
    return lambda dataset: dataset.padded_batch(
        batch_size, padded_shapes, padding_values, drop_remainder=True
    )


def sloppy_interleave(map_func, cycle_length, block_length=1):
    """Return what `Dataset.apply` needs to interleave datasets in whatever order they are ready.

    Args:
        map_func: a function of an element to a dataset.
        cycle_length: how many datasets are read at a time.
        block_length: how many elements of one follow each other.
    """
    return tf.data.experimental.parallel_interleave(
        map_func, cycle_length, block_length, sloppy=True
    )


def sliding_window_batch(window_size, stride=None, window_shift=None, window_stride=1):
    """Return what `Dataset.apply` needs to batch windows that overlap.

    Args:
        window_size: number of elements in a window.
        stride: the older name of `window_shift`.
        window_shift: elements from the start of a window to that of the next, by default 1.
        window_stride: elements from one of a window to its next.

    Raises:
        ValueError: both `stride` and `window_shift` are given.
    """
    if stride is not None and window_shift is not None:
        raise ValueError("Cannot specify both `stride` and `window_shift`")
    shift = 1 if stride is window_shift is None else window_shift if stride is None else stride

    def batched(*parts):
        parts = parts if len(parts) > 1 else parts[0]
        is_dataset = isinstance(parts, tf.compat.v2.data.Dataset)
        return (parts if is_dataset else tf.data.Dataset.zip(parts)).batch(window_size)

    return lambda dataset: dataset.window(
        window_size, shift, window_stride, drop_remainder=True
    ).flat_map(batched)


def reduce_dataset(dataset, reducer):
    """Return the last state of a `Reducer` over all elements of a dataset, tensors.

    Args:
        dataset: the dataset.
        reducer: a `tf.data.experimental.Reducer`, whose `finalize_func` is not called.
    """
    return dataset.reduce(reducer.init_func(tf.constant(0, tf.int64)), reducer.reduce_func)


def read_batch_features(
    file_pattern,
    batch_size,
    features,
    reader=tf.data.TFRecordDataset,
    reader_args=None,
    randomize_input=True,
    num_epochs=None,
    capacity=10000,
):
    """Return the features of a batch of serialised `tf.train.Example`s, a dict of tensors.

    Args:
        file_pattern: paths of files, or a pattern of them.
        batch_size: examples in a batch.
        features: dict of the features, as `tf.parse_example` takes it.
        reader: a function of a path to a dataset of serialised examples.
        reader_args: its other arguments, a list.
        randomize_input: whether to shuffle.
        num_epochs: how often the files are read; None for ever.
        capacity: the number of examples from which a random one is taken.
    """
    dataset = tf.data.experimental.make_batched_features_dataset(
        file_pattern,
        batch_size,
        features,
        reader=reader,
        reader_args=reader_args,
        shuffle=randomize_input,
        num_epochs=num_epochs,
        shuffle_buffer_size=capacity,
    )
    return tf.data.make_one_shot_iterator(dataset).get_next()


def assert_element_shape(expected_shapes):
    """Return what `Dataset.apply` needs to give the elements static shapes, and to check them.

    Args:
        expected_shapes: a structure of `tf.TensorShape`s, that of an element.
    """

    def checked(tensor, shape):
        if not tensor.shape.is_compatible_with(shape):
            raise ValueError(f"Shapes {tensor.shape} and {shape} are not compatible")
        return tf.ensure_shape(tensor, shape)

    @tf.autograph.experimental.do_not_convert
    def check(*element):
        shapes = expected_shapes if len(element) > 1 else (expected_shapes,)
        result = tf.nest.map_structure(checked, element, tuple(shapes))
        return result if len(element) > 1 else result[0]

    return lambda dataset: dataset.map(check)


_lazy.forward(__name__, tf.data.experimental)

if _typing.TYPE_CHECKING:  # for editors; `_lazy` finds these names at run time
    from tensorflow._api.v2.compat.v1.data.experimental import *  # noqa: F403
