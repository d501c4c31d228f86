"""Dropout in the operations of TensorFlow 1.x, whose number determines later seeds.

Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014.
"""

import numbers

import tensorflow.compat.v1 as tf

from .hints import DTypeLike, ShapeLike


def uniform(
    shape: ShapeLike | tf.Tensor,
    dtype: DTypeLike = tf.float32,
    seed: int | None = None,
    name: str | None = None,
) -> tf.Tensor:
    """Return a tensor, uniform on [0, 1).

    Bounds of 0.0 and 1.0 make TensorFlow create all of 1.x's nodes, which it omits for 0 and 1.

    Args:
        shape: of the tensor.
        dtype: of the tensor.
        seed: int.
        name: of the operations.
    """
    return tf.random_uniform(shape, 0.0, 1.0, dtype, seed, name)


def dropout(
    x: tf.Tensor,
    rate: float | tf.Tensor,
    noise_shape: ShapeLike | tf.Tensor | None = None,
    seed: int | None = None,
    name: str | None = None,
) -> tf.Tensor:
    """Return `x / (1 - rate)` at random places, kept with probability `1 - rate`, and 0 elsewhere.

    Args:
        x: tensor of a floating-point type.
        rate: float in [0, 1), or a scalar tensor of the type of `x`; with a float of 0, `x` itself
            is returned.
        noise_shape: shape of what is drawn, broadcast against `x`; None stands for that of `x`.
        seed: int.
        name: of the operations, by default `dropout`.

    Raises:
        ValueError: `rate` is a number outside [0, 1), or `x` is not of a floating-point type.
    """
    with tf.name_scope(name, "dropout", [x]):
        known = isinstance(rate, numbers.Real)
        if known and not 0 <= float(rate) < 1:
            raise ValueError(f"rate must be a scalar tensor or a float in [0, 1), got {rate}.")
        x = tf.convert_to_tensor(x, name="x")
        if not x.dtype.is_floating:
            raise ValueError(f"dropout expects floating-point values, got {x.dtype.name}.")
        if known and rate == 0:
            return x
        rate = tf.convert_to_tensor(rate, x.dtype, name="rate")
        noise = uniform(_noise_shape(x, noise_shape), x.dtype, seed)
        scale = 1 / (1 - rate)
        kept = noise >= rate
        dropped = x * scale * tf.cast(kept, x.dtype)
        dropped.set_shape(x.shape)
        return dropped


def _noise_shape(x, noise_shape):
    """Return the shape to draw, in which a None means the size of `x` where that is known."""
    if noise_shape is None:
        return tf.shape(x)
    if tf.is_tensor(noise_shape) or any(map(tf.is_tensor, noise_shape)):
        return noise_shape
    sizes = tf.TensorShape(noise_shape).as_list()
    own_sizes = x.shape.as_list() if x.shape.rank is not None else []
    if len(own_sizes) != len(sizes):
        return sizes
    return [own if size is None else size for size, own in zip(sizes, own_sizes, strict=True)]
