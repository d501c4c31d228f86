"""Checks and conversions of a cell's arguments: functions or their names, sizes, and tensors."""

import itertools
from collections.abc import Callable, Sequence
from typing import Any, SupportsInt, overload

import tensorflow.compat.v1 as tf

from .hints import Activation, DTypeLike, Initializer, ShapeLike


def get_activation(activation: Activation | str | None) -> Activation:
    """Return the function for a callable, a name such as `"relu"`, or None for the identity."""
    if activation is None or activation == "linear":
        return tf.identity
    if callable(activation):
        return activation
    for module in (tf.nn, tf.math):
        if callable(getattr(module, str(activation), None)):
            return getattr(module, activation)
    raise ValueError(
        f"Unknown activation function: {activation!r}. Give a callable, or the name of one in "
        "tf.nn or tf.math, such as 'tanh' or 'relu'."
    )


def get_initializer(initializer: Initializer | str | None) -> Initializer | None:
    """Return an initializer for a callable, None, or a name such as `"glorot_uniform"`."""
    if not isinstance(initializer, str):
        return initializer
    for name in (initializer, initializer + "_initializer"):
        if hasattr(tf.initializers, name):
            return getattr(tf.initializers, name)()
    raise ValueError(
        f"Unknown initializer: {initializer!r}. Give a callable, or the name of one "
        "in tf.initializers, such as 'glorot_uniform'."
    )


def name_of(function: Callable | str | None) -> Any:
    """Return what `get_config` stores of an activation or an initializer."""
    if function is None or isinstance(function, str):
        return function
    if hasattr(function, "get_config"):
        return {"class_name": type(function).__name__, "config": function.get_config()}
    return getattr(function, "__name__", repr(function))


@overload
def as_size(size: None) -> None: ...
@overload
def as_size(size: SupportsInt) -> int: ...
def as_size(size: SupportsInt | None) -> int | None:
    """Return a size as an int: old scripts give a Dimension, or `hidden / 2`, now a float.

    Raises:
        ValueError: a number that is not whole, or a Dimension that is not known.
    """
    if size is None or isinstance(size, int):
        return size
    if getattr(size, "value", size) is None:
        raise ValueError("A size must be known, but got an unknown Dimension. Give an int.")
    if int(size) != size:
        raise ValueError(f"Ambiguous dimension: {size}. A size must be a whole number.")
    return int(size)


def as_batch_size(size: int | tf.Tensor | None) -> int | tf.Tensor:
    """Return a batch size as an int, or a scalar tensor as it is.

    Raises:
        ValueError: None, or a Dimension that is not known.
    """
    if tf.is_tensor(size):
        return size
    known = getattr(size, "value", size)
    if known is None:
        what = "None" if size is None else "an unknown Dimension"
        raise ValueError(
            f"A state needs a batch_size, got {what}. Give an int, or a scalar tensor such as "
            "tf.shape(x)[0]."
        )
    return int(known)


def check_floating_type(dtype: DTypeLike) -> None:
    """Raise ValueError unless a type is a floating-point or complex one."""
    known = tf.as_dtype(dtype)
    if not (known.is_floating or known.is_complex):
        raise ValueError(
            "RNN cell only supports floating point inputs, but saw dtype: "
            f"{known.name}. Convert with tf.cast(inputs, tf.float32) first."
        )


def check_one_tensor(value: tf.Tensor) -> None:
    """Raise ValueError where a state of several parts is given to a cell that has one tensor."""
    if isinstance(value, (list, tuple)):
        raise ValueError(
            f"Expected a state of one tensor [batch, units], got a {type(value).__name__} of "
            f"{len(value)} parts. Give the state that this cell returned, or its zero_state."
        )


def check_floating(*tensors: tf.Tensor) -> None:
    """Raise ValueError unless each is one tensor, of a floating-point or complex type."""
    for tensor in tensors:
        check_one_tensor(tensor)
        check_floating_type(tensor.dtype)


def known_depth(inputs_shape: ShapeLike) -> int:
    """Return the static size of the last dimension; ValueError when it is unknown."""
    depth = tf.TensorShape(inputs_shape).as_list()[-1]
    if depth is None:
        raise ValueError(
            f"Expected inputs.shape[-1] to be known, saw shape: {tf.TensorShape(inputs_shape)}. "
            "Give the placeholder its number of inputs, or call set_shape."
        )
    return depth


def size_of(tensor: tf.Tensor, axis: int) -> int | tf.Tensor:
    """Return the size of an axis: a number, or a scalar tensor where it is not known, or 0."""
    return tf.dimension_value(tensor.shape[axis]) or tf.shape(tensor)[axis]


def split(value: tf.Tensor, number: int, axis: int | tf.Tensor) -> list[tf.Tensor]:
    """Return the equal parts of a tensor along an axis, in a list.

    Args:
        value: tensor.
        number: number of parts.
        axis: to split along; its size must be a multiple of `number`.
    """
    tf.constant(number)  # idle: 1.x made this node, and takes the number of nodes for seeds
    return tf.split(value, number, axis)


def split_columns(joined: tf.Tensor, sizes: Sequence[int]) -> list[tf.Tensor]:
    """Return `[batch, size]` for each size in turn from a tensor `[batch, at least their sum]`.

    What is to the right of them is not read, as in 1.15.5.
    """
    begins = itertools.accumulate([0, *sizes[:-1]])
    return [
        tf.slice(joined, [0, begin], [-1, size]) for begin, size in zip(begins, sizes, strict=True)
    ]
