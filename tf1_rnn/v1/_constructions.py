"""Functions of `tf` built from 1.15.5's operations, where TensorFlow now uses others.

Values are the same either way. What differs is how many nodes a graph gets, and so which seeds the
operations after them have (`_seeds.py`), and their names in graphs and gradients.
"""

import functools
import numbers
import operator

import numpy as np
import tensorflow.compat.v1 as tf

from ..cells.dropout import dropout as _dropout
from ._einsum import einsum
from ._seeds import leave_out


def dropout(x, keep_prob=None, noise_shape=None, seed=None, name=None, rate=None):
    """Return `x / keep_prob` at random places, kept with that probability, and 0 elsewhere.

    Args:
        x: tensor of a floating-point type.
        keep_prob: float or scalar tensor in (0, 1].
        noise_shape: shape of what is drawn, broadcast against `x`; None stands for that of `x`.
        seed: int.
        name: of the operations, by default `dropout`.
        rate: `1 - keep_prob`, in its place.

    Raises:
        ValueError: neither or both of `keep_prob` and `rate` are given, or a number out of range.
    """
    if (keep_prob is None) == (rate is None):
        raise ValueError(
            f"dropout got keep_prob={keep_prob} and rate={rate}. Give one of the two, rate."
        )
    if rate is None:
        rate = 1 - (keep_prob if isinstance(keep_prob, numbers.Real) else _tensor(keep_prob))
    return _dropout(x, rate, noise_shape, seed, name)


def _tensor(value):
    return tf.convert_to_tensor(value)


def random_uniform(shape, minval=0, maxval=None, dtype=tf.float32, seed=None, name=None):
    """Return `tf.random_uniform`, whose bounds are operations even where they are 0 and 1.

    Args:
        shape: of the tensor.
        minval: lower bound, included.
        maxval: upper bound, not included; by default 1 for floats.
        dtype: of the tensor.
        seed: of the draw.
        name: of the operations.
    """
    dtype = tf.as_dtype(dtype)
    if dtype.is_floating:
        maxval = 1 if maxval is None else maxval
        minval, maxval = (
            float(bound) if isinstance(bound, int) else bound for bound in (minval, maxval)
        )
    return tf.random_uniform(shape, minval, maxval, dtype, seed, name)


def random_gamma(shape, alpha, beta=None, dtype=tf.float32, seed=None, name=None):
    """Return `tf.random_gamma`, counted without the nodes that 1.x did not make before it drew.

    Args:
        shape: of the tensor, before that of `alpha` and `beta`.
        alpha: shape of the distribution.
        beta: inverse scale of the distribution, by default 1.
        dtype: of the tensor.
        seed: of the draw.
        name: of the operations.
    """
    leave_out(-2)  # alpha and beta were broadcast by adding zeros
    return tf.random_gamma(shape, alpha, beta, dtype, seed, name)


def split(value, num_or_size_splits, axis=0, num=None, name="split"):
    """Return `tf.split`, after a node for the number of parts, as in 1.x.

    Args:
        value: tensor.
        num_or_size_splits: number of equal parts, or their sizes.
        axis: to split along.
        num: number of parts, where sizes are a tensor of unknown length.
        name: of the operations.
    """
    if isinstance(num_or_size_splits, (int, np.integer, tf.Dimension)):
        tf.constant(int(num_or_size_splits))
    return tf.split(value, num_or_size_splits, axis, num, name)


def zeros(shape, dtype=tf.float32, name=None):
    """Return `tf.zeros`, after a node for the product of sizes that are tensors, as in 1.x.

    Args:
        shape: of the tensor.
        dtype: of the tensor.
        name: of the operations.
    """
    with tf.name_scope(name, "zeros", [shape]) as scope:
        _asked_if_small(shape)
        return tf.zeros(shape, dtype, scope)


def ones(shape, dtype=tf.float32, name=None):
    """Return `tf.ones`, after a node for the product of sizes that are tensors, as in 1.x.

    Args:
        shape: of the tensor.
        dtype: of the tensor.
        name: of the operations.
    """
    with tf.name_scope(name, "ones", [shape]) as scope:
        _asked_if_small(shape)
        return tf.ones(shape, dtype, scope)


def _asked_if_small(shape):
    """Make the comparison by which 1.x chose between a constant and a `Fill`."""
    if isinstance(shape, (list, tuple)) and any(map(tf.is_tensor, shape)):
        _ = functools.reduce(operator.mul, shape) < 1000


def sparse_placeholder(dtype, shape=None, name=None):
    """Return `tf.sparse_placeholder`, counted without the default that a known size now makes.

    Args:
        dtype: of the values.
        shape: its sizes, None for each that is not known; None if not even the rank is.
        name: of the operations.
    """
    if shape is not None:
        leave_out(-1)
    return tf.sparse_placeholder(dtype, shape, name)


def clip_by_global_norm(t_list, clip_norm, use_norm=None, name=None):
    """Scale tensors by `clip_norm / norm` where the norm of all together is larger.

    Args:
        t_list: tensors, IndexedSlices or None.
        clip_norm: scalar, the largest norm allowed.
        use_norm: scalar, the norm; by default `tf.global_norm(t_list)`.
        name: of the operations.

    Returns:
        The scaled tensors, all NaN where the norm is not finite, and the norm.
    """
    if not isinstance(t_list, (list, tuple)):
        raise TypeError(f"clip_by_global_norm expects a sequence of tensors, got {t_list!r}.")
    norm = tf.global_norm(t_list, name) if use_norm is None else use_norm
    with tf.name_scope(name, "clip_by_global_norm", [*t_list, clip_norm]) as scope:
        smaller = tf.minimum(1.0 / norm, tf.constant(1.0, norm.dtype) / clip_norm)
        scale = clip_norm * smaller
        scale = tf.where(tf.is_finite(norm), scale, tf.constant(float("nan"), norm.dtype))
        clipped = [_scaled(each, scale, f"{scope}_{i}") for i, each in enumerate(t_list)]
    return clipped, norm


def _scaled(tensor, scale, name):
    if tensor is None:
        return None
    slices = tensor if isinstance(tensor, tf.IndexedSlices) else None
    values = tf.convert_to_tensor(tensor) if slices is None else slices.values
    with tf.colocate_with(values):
        values = tf.identity(values * scale, name)
    if slices is None:
        return values
    return tf.IndexedSlices(values, slices.indices, slices.dense_shape)


def tensordot(a, b, axes, name=None):
    """Contract `a` and `b`, as a product of two matrices.

    Args:
        a: tensor.
        b: tensor of the same type.
        axes: number of last axes of `a` and first axes of `b`, or two lists of axes.
        name: of the operations, by default `Tensordot`.

    Returns:
        A tensor of the shape of `a` and then of `b`, without the axes contracted.
    """
    if tf.is_tensor(axes) or _rank(a) is None or _rank(b) is None:
        return tf.tensordot(a, b, axes, name)
    with tf.name_scope(name, "Tensordot", [a, b]) as scope:
        a, b = tf.convert_to_tensor(a, name="a"), tf.convert_to_tensor(b, name="b")
        a_axes, b_axes = _axes_of_both(a, b, axes)
        a_matrix, a_free, a_static = _as_matrix(a, a_axes, last=True)
        b_matrix, b_free, b_static = _as_matrix(b, b_axes, last=False)
        product = tf.matmul(a_matrix, b_matrix)
        if isinstance(a_free, list) and isinstance(b_free, list):
            return tf.reshape(product, a_free + b_free, name=scope)
        both = [tf.convert_to_tensor(free, tf.int32) for free in (a_free, b_free)]
        product = tf.reshape(product, tf.concat(both, 0), name=scope)
        product.set_shape(a_static + b_static)
        return product


def _rank(value):
    return tf.convert_to_tensor(value).shape.rank if not tf.is_tensor(value) else value.shape.rank


def _axes_of_both(a, b, axes):
    if isinstance(axes, int):
        return list(range(a.shape.rank - axes, a.shape.rank)), list(range(axes))
    both = [[each] if isinstance(each, int) else list(each) for each in axes]
    if len(both) != 2 or len(both[0]) != len(both[1]):
        raise ValueError(
            f"tensordot got axes={axes}. Give a number, or two lists of equally many axes."
        )
    return [
        [axis % tensor.shape.rank for axis in each]
        for tensor, each in zip((a, b), both, strict=True)
    ]


def _as_matrix(tensor, axes, last):
    """Return the matrix with `axes` as its columns (`last`) or rows; the other sizes; and static.

    The other sizes are a list where all of the shape is known, else a tensor.
    """
    sizes = tensor.shape.as_list()
    free = [axis for axis in range(len(sizes)) if axis not in axes]
    static = [sizes[axis] for axis in free]
    if None not in sizes:
        order = free + axes if last else axes + free
        rows, columns = int(np.prod(static)), int(np.prod([sizes[axis] for axis in axes]))
        shape = [rows, columns] if last else [columns, rows]
        return tf.reshape(tf.transpose(tensor, order), shape), static, static
    axes = tf.convert_to_tensor(axes, tf.int32, name="axes")
    free = tf.convert_to_tensor(free, tf.int32, name="free")
    shape = tf.shape(tensor)
    free_sizes, axes_sizes = tf.gather(shape, free), tf.gather(shape, axes)
    products = [tf.reduce_prod(free_sizes), tf.reduce_prod(axes_sizes)]
    order = tf.concat([free, axes] if last else [axes, free], 0)
    shape = tf.stack(products if last else products[::-1])
    return tf.reshape(tf.transpose(tensor, order), shape), free_sizes, static


def _reduction(name):
    """Return `tf.NAME`, with 1.15.5's nodes for the axes if none are given.

    Where the rank of a tensor is known, that is one constant; of all else, a variable included,
    the rank is asked for when the graph runs.
    """
    reduce = getattr(tf, name)

    def reduction(input_tensor, axis=None, *args, **kwargs):
        if axis is not None or "reduction_indices" in kwargs:
            return reduce(input_tensor, axis, *args, **kwargs)
        is_tensor = tf.is_tensor(input_tensor) and not isinstance(input_tensor, tf.Variable)
        if is_tensor and input_tensor.shape.rank == 0:
            axis = tf.constant([], tf.int32)
        elif not is_tensor and not isinstance(input_tensor, tf.SparseTensor):
            axis = tf.range(0, tf.rank(input_tensor))
        return reduce(input_tensor, axis, *args, **kwargs)

    reduction.__name__ = reduction.__qualname__ = name
    reduction.__doc__ = reduce.__doc__
    reduction.__wrapped__ = reduce
    return reduction


_REDUCTIONS = {
    name: _reduction(name)
    for name in (
        "reduce_all",
        "reduce_any",
        "reduce_max",
        "reduce_mean",
        "reduce_min",
        "reduce_prod",
        "reduce_sum",
    )
}

# Which module each name belongs to.
OF_TF = {
    **_REDUCTIONS,
    "clip_by_global_norm": clip_by_global_norm,
    "einsum": einsum,
    "ones": ones,
    "random_gamma": random_gamma,
    "random_uniform": random_uniform,
    "sparse_placeholder": sparse_placeholder,
    "split": split,
    "tensordot": tensordot,
    "zeros": zeros,
}
OF_MATH = _REDUCTIONS
OF_LINALG = {"einsum": einsum, "tensordot": tensordot}
OF_RANDOM = {"gamma": random_gamma, "uniform": random_uniform}
