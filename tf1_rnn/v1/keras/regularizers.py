"""`tf.keras.regularizers` of TensorFlow 1.x: tf-keras's, built from 1.15.5's operations.

See `_constructions.py` for why their number matters.
"""

import importlib
import typing as _typing

import tensorflow.compat.v1 as _tf

from .. import _lazy

_regularizers = importlib.import_module("tf_keras.api._v1.keras.regularizers")


class _Penalty:
    """The sum of the absolute values or the squares of a variable, or both."""

    def __call__(self, x):
        """Return `l1 * sum |x| + l2 * sum x**2`."""
        l1, l2 = getattr(self, "l1", 0), getattr(self, "l2", 0)
        if not (l1 or l2):
            return _tf.constant(0.0, x.dtype.base_dtype)
        penalty = 0.0
        if l1:
            penalty += l1 * _tf.reduce_sum(_tf.abs(x))
        if l2:
            penalty += l2 * _tf.reduce_sum(_tf.square(x))
        return penalty


def _built_here(base):
    own = {"__doc__": base.__doc__, "__module__": __name__}
    return type(base.__name__, (_Penalty, base), own)


L1 = l1 = _built_here(_regularizers.L1)
L2 = l2 = _built_here(_regularizers.L2)
L1L2 = _built_here(_regularizers.L1L2)


def l1_l2(l1=0.01, l2=0.01):
    """Return a regularizer of the absolute values and of the squares.

    Args:
        l1: factor of the absolute values.
        l2: factor of the squares.
    """
    return L1L2(l1=l1, l2=l2)


_lazy.forward(__name__, _regularizers)

if _typing.TYPE_CHECKING:  # for editors; `_lazy` finds these names at run time
    from tf_keras.api._v1.keras.regularizers import *  # noqa: F403
