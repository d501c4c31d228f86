"""`tf.einsum` of TensorFlow 1.x: two factors after the other, as products of matrices.

Values are those of TensorFlow's own operation; see `_constructions.py` for why nodes matter.
"""

import collections
import functools
import operator
import re
import string

import numpy as np
import tensorflow.compat.v1 as tf

_TERM = r"[a-zA-Z]*(?:[.]{3}[a-zA-Z]*)?"
_EQUATION = re.compile(f"({_TERM}(?:,{_TERM})*)(?:->({_TERM}))?")


def einsum(equation, *inputs, **kwargs):
    """Return sums of products, as `equation` says in letters for axes: `bij,jk->bik`.

    Args:
        equation: letters of each input, and of the result: by default those that occur once. Three
            dots stand for all other axes, and are summed over if the result has none.
        *inputs: tensors of known rank.
        **kwargs: `name` of the operations; others are TensorFlow's.
    """
    tensors = [tf.convert_to_tensor(each) for each in inputs]
    terms = None if set(kwargs) - {"name"} else _parsed(equation, [x.shape for x in tensors])
    if terms is None:
        return tf.einsum(equation, *inputs, **kwargs)
    letters, wanted = terms
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


def _parsed(equation, shapes):
    """Return the letters of each input and those of the result; None if that is TensorFlow's."""
    match = _EQUATION.fullmatch(equation.replace(" ", ""))
    if match is None or match[1].count(",") + 1 != len(shapes):
        return None
    inputs, wanted = match[1].split(","), match[2]
    dots = _letters_of_dots(inputs, [shape.rank for shape in shapes])
    if dots is None:
        return None
    inputs = [letters.replace("...", axes) for letters, axes in zip(inputs, dots, strict=True)]
    every = max(dots, key=len)
    counts = collections.Counter("".join(inputs))
    if wanted is None:
        wanted = "..." + "".join(
            sorted(each for each in set(counts) - set(every) if counts[each] == 1)
        )
    wanted = wanted.replace("...", every)
    is_repeated = any(len(set(letters)) < len(letters) for letters in [*inputs, wanted])
    summed_late = any(counts[letter] > 2 and letter not in wanted for letter in counts)
    if is_repeated or summed_late or not set(wanted) <= set(counts):
        return None
    return None if _is_broadcast(inputs, shapes, every) else (inputs, wanted)


def _letters_of_dots(inputs, ranks):
    """Return the letters that each input's dots stand for; None if it has not as many axes."""
    free = [letter for letter in string.ascii_letters if letter not in "".join(inputs)]
    dots = []
    for letters, rank in zip(inputs, ranks, strict=True):
        number = -1 if rank is None else rank - len(letters.replace("...", ""))
        if number < 0 or (number and "..." not in letters):
            return None
        dots.append("".join(free[len(free) - number :]))
    return dots


def _is_broadcast(inputs, shapes, dots):
    """Return whether an axis of the dots is known to have two sizes."""
    sizes = {
        (letter, size)
        for letters, shape in zip(inputs, shapes, strict=True)
        for letter, size in zip(letters, shape.as_list(), strict=True)
        if letter in dots and size is not None
    }
    return len({letter for letter, _ in sizes}) < len(sizes)


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
