"""NumPy for an old script: all of NumPy, and the names and behaviour that NumPy 2 removed.

`tf1_rnn.run` puts this module in the place of `numpy` in the script's own imports. NumPy itself
is not changed, and no library sees this module.
"""

import builtins
import functools
import math  # noqa: F401  (np.math was Python's)
import sys

import numpy

_ALIASES = {
    "Inf": "inf",
    "Infinity": "inf",
    "NAN": "nan",
    "NaN": "nan",
    "PINF": "inf",
    "alltrue": "all",
    "bool8": "bool_",
    "cfloat": "complex128",
    "clongfloat": "clongdouble",
    "complex_": "complex128",
    "cumproduct": "cumprod",
    "float_": "float64",
    "infty": "inf",
    "int0": "intp",
    "longcomplex": "clongdouble",
    "longfloat": "longdouble",
    "mat": "asmatrix",
    "object0": "object_",
    "product": "prod",
    "round_": "round",
    "singlecomplex": "complex64",
    "sometrue": "any",
    "str0": "str_",
    "string_": "bytes_",
    "trapz": "trapezoid",
    "uint0": "uintp",
    "unicode_": "str_",
    "void0": "void",
}
_MOVED = ("AxisError", "ComplexWarning", "RankWarning", "VisibleDeprecationWarning")

NINF, PZERO, NZERO = -numpy.inf, 0.0, -0.0
# These names of NumPy 1 were Python's own types.
bool, complex, float, int, long, object, str, unicode = (
    builtins.bool,
    builtins.complex,
    builtins.float,
    builtins.int,
    builtins.int,
    builtins.object,
    builtins.str,
    builtins.str,
)


def _ragged_allowed(function):
    """Wrap a maker of arrays: rows of unequal lengths become an array of objects, as they did."""

    def make(value, dtype=None, *args, **kwargs):
        if kwargs.get("copy") is False:
            kwargs["copy"] = None  # NumPy 1's False: copy where needed
        try:
            return function(value, dtype, *args, **kwargs)
        except ValueError as error:
            if dtype is not None or "inhomogeneous" not in builtins.str(error):
                raise
            return function(value, object, *args, **kwargs)

    make.__name__, make.__doc__ = function.__name__, function.__doc__
    return make


array = _ragged_allowed(numpy.array)
asanyarray = _ragged_allowed(numpy.asanyarray)
asarray = _ragged_allowed(numpy.asarray)


def save(file, arr, *args, **kwargs):
    """Save one array as `.npy`; rows of unequal lengths are an array of objects."""
    numpy.save(file, asanyarray(arr), *args, **kwargs)


def _with_arrays(function):
    """Wrap a function that saves arrays: each may have rows of unequal lengths."""

    @functools.wraps(function)
    def save_all(file, *args, **kwds):
        function(file, *map(asanyarray, args), **{k: asanyarray(v) for k, v in kwds.items()})

    return save_all


savez, savez_compressed = map(_with_arrays, (numpy.savez, numpy.savez_compressed))


def _from_generators(function):
    """Wrap a function that stacks arrays, to accept a generator as NumPy 1 did."""

    @functools.wraps(function)
    def stack(tup, *args, **kwargs):
        return function(tup if hasattr(tup, "__getitem__") else list(tup), *args, **kwargs)

    return stack


column_stack, dstack, hstack, vstack = map(
    _from_generators, (numpy.column_stack, numpy.dstack, numpy.hstack, numpy.vstack)
)
row_stack = vstack


def asscalar(a):
    """Return an array of size 1 as a Python number."""
    return a.item()


def asfarray(a, dtype=numpy.float64):
    """Return the array with a float type: integer types become float64."""
    inexact = numpy.issubdtype(dtype, numpy.inexact)
    return asarray(a, dtype=dtype if inexact else numpy.float64)


def alen(a):
    """Return the length of the first axis."""
    return len(numpy.array(a, ndmin=1))


def in1d(ar1, ar2, assume_unique=False, invert=False):
    """Return for each element of the flattened `ar1` whether it is in `ar2`.

    Args:
        ar1: array of any shape, which is flattened.
        ar2: array of any shape.
        assume_unique: whether no value repeats within either.
        invert: whether to return the opposite.
    """
    return numpy.isin(numpy.ravel(ar1), ar2, assume_unique=assume_unique, invert=invert)


def msort(a):
    """Return a sorted copy along the first axis."""
    return numpy.sort(a, axis=0)


def fromstring(string, dtype=numpy.float64, count=-1, sep=""):
    """Return the numbers in a text, or, without a separator, those in bytes.

    Args:
        string: text, or bytes.
        dtype: type of the numbers.
        count: how many to read; -1 for all.
        sep: what separates them in a text; without one, `string` is their bytes.
    """
    if sep:
        return numpy.fromstring(string, dtype, count, sep=sep)
    data = string.encode("latin-1") if isinstance(string, builtins.str) else string
    return numpy.frombuffer(data, dtype, count).copy()


def __getattr__(name):
    if name in _MOVED:
        return getattr(numpy.exceptions, name)
    return getattr(numpy, _ALIASES.get(name, name))


def __dir__():
    return sorted({*dir(numpy), *_ALIASES, *_MOVED, *_OWN})


_OWN = [name for name in vars(sys.modules[__name__]) if name[0] != "_"]
__all__ = sorted({*numpy.__all__, *_OWN} - {"builtins", "functools", "math", "numpy", "sys"})
