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


_lazy.forward(__name__, tf.data.experimental)

if _typing.TYPE_CHECKING:  # for editors; `_lazy` finds these names at run time
    from tensorflow._api.v2.compat.v1.data.experimental import *  # noqa: F403
