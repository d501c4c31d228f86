"""What scripts did with NumPy 1's arrays and NumPy 2 no longer allows.

An array of one element was a number to `int` and `float`, to "%f", and to `x[0] = array`; some
methods had other names. `imports.OneRule` puts these functions into such places of the user's
modules. Each first does what Python does, and only on failure something else.
"""

import contextvars
import functools

import numpy


def _is_one(value):
    return isinstance(value, numpy.ndarray) and value.ndim > 0 and value.size == 1


def number(kind, value):
    """Return `kind(value)`, with `int` or `float` for the kind."""
    try:
        return kind(value)
    except TypeError:
        if not _is_one(value):
            raise
    return kind(value.item())


class _Numeral(float):
    """An array of one element in a text: a number for %f and %d, an array for %s."""

    def __new__(cls, array):
        made = super().__new__(cls, array.item())
        made.shown = str(array), repr(array)
        return made

    def __str__(self):
        return self.shown[0]

    def __repr__(self):
        return self.shown[1]


def text(template, values):
    """Return `template % values`."""
    try:
        return template % values
    except TypeError:
        each = values if isinstance(values, tuple) else (values,)
        if not any(map(_is_one, each)):
            raise
    return template % tuple(_Numeral(value) if _is_one(value) else value for value in each)


def assign(value, target, key):
    """Do `target[key] = value`.

    Args:
        value: of the assignment.
        target: an array, or anything with items.
        key: index or key.
    """
    try:
        target[key] = value
        return
    except (TypeError, ValueError, OverflowError) as error:
        if not isinstance(target, numpy.ndarray):
            raise
        if isinstance(error, OverflowError):
            value = numpy.asarray(value).astype(target.dtype)  # 300 in a byte was 44
        elif _is_one(value):
            value = value.item()
        else:
            raise
    target[key] = value


class _Key:
    def __getitem__(self, key):
        return key


# `key[1:2]` is the key of `x[1:2]`.
key = _Key()


def _itemset(array, *args):
    array[args[:-1] if len(args) > 1 else ...] = args[-1]


_METHODS = {"itemset": _itemset, "ptp": numpy.ptp, "tostring": numpy.ndarray.tobytes}


def method(owner, name):
    """Return `owner.name`."""
    if isinstance(owner, numpy.ndarray) and not hasattr(owner, name):
        return functools.partial(_METHODS[name], owner)
    return getattr(owner, name)


# Numbers are printed as 1.15.5's NumPy did: `0.5`, not `np.float32(0.5)`.
PRINTED_AS = "1.21"


def started_in_context(start):
    """Return a `threading.Thread.start` that keeps the printing of numbers in the new thread.

    NumPy 2 keeps its print options in the context of a thread: a thread gets the context it is
    started in, where Python, up to 3.13, would give it an empty one.
    """

    @functools.wraps(start)
    def start_in_this_context(thread):
        run, context = thread.run, contextvars.copy_context()
        thread.run = functools.partial(context.run, run)
        start(thread)

    return start_in_this_context
