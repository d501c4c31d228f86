"""`tf.contrib.data` of TensorFlow 1.x, which is `tf.data.experimental` now."""

import tensorflow.compat.v1 as tf

from ..lazy import submodule_or


def batch_and_drop_remainder(batch_size):
    """Return what `Dataset.apply` needs to batch, without a smaller last batch."""
    return lambda dataset: dataset.batch(batch_size, drop_remainder=True)


def padded_batch_and_drop_remainder(batch_size, padded_shapes, padding_values=None):
    """Return what `Dataset.apply` needs to batch padded elements, without a smaller last batch."""
    return lambda dataset: dataset.padded_batch(
        batch_size, padded_shapes, padding_values, drop_remainder=True
    )


__getattr__ = submodule_or(__name__, tf.data.experimental)


def __dir__():
    own = {"batch_and_drop_remainder", "padded_batch_and_drop_remainder"}
    return sorted({name for name in dir(tf.data.experimental) if name[0] != "_"} | own)
