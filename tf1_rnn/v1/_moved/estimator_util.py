"""`tensorflow.python.estimator.util`: the arguments of a user's function."""

import functools
import inspect


def fn_args(fn):
    """Return the names of the arguments that a function can still be given, as a tuple.

    Of a bound method or a callable object `self` is left out, of a `functools.partial` what it
    has fixed.
    """
    if isinstance(fn, functools.partial):
        names = fn_args(fn.func)[len(fn.args) :]
        return tuple(name for name in names if name not in fn.keywords)
    if not inspect.isfunction(fn) and not inspect.ismethod(fn) and callable(fn):
        fn = fn.__call__
    parameters = inspect.signature(fn).parameters.values()
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return tuple(parameter.name for parameter in parameters if parameter.kind in named)
