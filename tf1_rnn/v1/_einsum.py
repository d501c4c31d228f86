"""`tf.einsum` of TensorFlow 1.x: two factors after the other, as products of matrices.

Values are those of TensorFlow's own operation; see `_constructions.py` for why nodes matter.
"""

import collections
import functools
import operator
import re

import numpy as np
import tensorflow.compat.v1 as tf


def einsum(equation, *inputs, **kwargs):
    """Return sums of products, as `equation` says in letters for axes: `bij,jk->bik`.

    Args:
        equation: letters of each input, and of the result: by default those that occur once.
        *inputs: tensors of known rank.
        **kwargs: `name` of the operations; others are TensorFlow's.
    """
    terms = _parsed(equation)
    if terms is None or set(kwargs) - {"name"} or len(terms[0]) != len(inputs):
        return tf.einsum(equation, *inputs, **kwargs)
    tensors = [tf.convert_to_tensor(each) for each in inputs]
    letters, wanted = terms
    if any(x.shape.rank != len(axes) for x, axes in zip(tensors, letters, strict=True)):
        return tf.einsum(equation, *inputs, **kwargs)
    with tf.name_scope(kwargs.get("name"), "einsum", tensors):
        result, axes = tensors[0], letters[0]
        for tensor, others in zip(tensors[1:], letters[1:], strict=True):
            summed = (set(axes) & set(others)) - set(wanted)
            result, axes = _product(result, axes, tensor, others, summed)
        left = [axis for axis, letter in enumerate(axes) if letter not in wanted]
        if left:
            result = tf.reduce_sum(result, left)
            axes = [letter for letter in axes if letter in wanted]
        return _transposed(result, axes, wanted)


def _parsed(equation):
    """Return the letters of each input and those of the result; None if that is TensorFlow's."""
    match = re.fullmatch(r"([a-zA-Z,]+)(?:->([a-zA-Z]*))?", equation.replace(" ", ""))
    if match is None:
        return None
    inputs = match[1].split(",")
    counts = collections.Counter(match[1].replace(",", ""))
    wanted = match[2]
    if wanted is None:
        wanted = "".join(sorted(letter for letter in counts if counts[letter] == 1))
    is_repeated = any(len(set(letters)) < len(letters) for letters in [*inputs, wanted])
    summed_late = any(counts[letter] > 2 and letter not in wanted for letter in counts)
    if is_repeated or summed_late or not set(wanted) <= set(counts):
        return None
    return inputs, wanted


def _product(x, x_letters, y, y_letters, summed):
    """Multiply two tensors, and sum over the axes `summed`, which both have.

    Returns:
        The product, and its letters: those of both, of x alone, of y alone.
    """
    common = sorted((set(x_letters) & set(y_letters)) - summed)
    x_free, y_free = (
        sorted(set(x_letters) - set(y_letters)),
        sorted(set(y_letters) - set(x_letters)),
    )
    summed = sorted(summed)
    x = _transposed(x, x_letters, [*common, *x_free, *summed])
    y = _transposed(y, y_letters, [*common, *summed, *y_free])
    letters = [*common, *x_free, *y_free]
    if not summed:
        for _ in y_free:
            x = tf.expand_dims(x, -1)
        for _ in x_free:
            y = tf.expand_dims(y, len(common))
        return tf.multiply(x, y), letters
    x_sizes, y_sizes = _sizes(x), _sizes(y)
    x_common, x_kept = x_sizes[: len(common)], x_sizes[len(common) : len(letters) - len(y_free)]
    number = _number(x_sizes[len(common) + len(x_free) :])
    x = _reshaped(x, [*x_common, _number(x_kept), number])
    y_kept = y_sizes[len(common) + len(summed) :]
    y = _reshaped(y, [*y_sizes[: len(common)], number, _number(y_kept)])
    return _reshaped(tf.matmul(x, y), [*x_common, *x_kept, *y_kept]), letters


def _transposed(tensor, letters, wanted):
    """Return the tensor with its axes in the order that is wanted."""
    order = [list(letters).index(letter) for letter in wanted]
    return tensor if order == sorted(order) else tf.transpose(tensor, order)


def _sizes(tensor):
    """Return the sizes of a tensor: numbers, or scalars where one is not known."""
    sizes = tensor.shape.as_list()
    if None not in sizes:
        return sizes
    shape = tf.shape(tensor)
    return [shape[axis] if size is None else size for axis, size in enumerate(sizes)]


def _number(sizes):
    return functools.reduce(operator.mul, sizes, 1)


def _reshaped(tensor, sizes):
    """Return the tensor with these sizes; itself, if it is known to have them."""
    if tensor.shape.as_list() == sizes:
        return tensor
    return tf.reshape(tensor, sizes or np.array([], np.int32))
