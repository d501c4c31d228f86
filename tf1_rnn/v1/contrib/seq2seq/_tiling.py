"""`tile_batch`: every example of a batch, several times in a row."""

import tensorflow.compat.v1 as tf


def tile_batch(t, multiplier, name=None):
    """Return tensors `[batch * multiplier, ...]`, each example beside its copies: a, a, b, b.

    Args:
        t: tensor `[batch, ...]`, or a nested structure of them.
        multiplier: number of copies of each example.
        name: name of the operations.
    """
    with tf.name_scope(name, "tile_batch", [*tf.nest.flatten(t), multiplier]):
        return tf.nest.map_structure(lambda tensor: _tile(tensor, multiplier), t)


def _tile(tensor, multiplier):
    tensor = tf.convert_to_tensor(tensor)
    if not tensor.shape.ndims:
        rank = "a rank that is unknown" if tensor.shape.ndims is None else "no dimension"
        raise ValueError(f"t must have statically known rank, above 0: {tensor.name} has {rank}.")
    batch = tf.dimension_value(tensor.shape[0])
    sizes = tf.shape(tensor)
    copies = [1, multiplier] + [1] * (tensor.shape.ndims - 1)
    tiled = tf.tile(tf.expand_dims(tensor, 1), copies)
    tiled = tf.reshape(tiled, tf.concat(([sizes[0] * multiplier], sizes[1:]), 0))
    static = batch * multiplier if batch is not None and isinstance(multiplier, int) else None
    tiled.set_shape(tf.TensorShape([static]).concatenate(tensor.shape[1:]))
    return tiled
