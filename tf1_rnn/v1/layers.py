"""`tf.layers` of TensorFlow 1.x, which tf-keras carries on.

They are imported from tf-keras under its own name, so the process is not switched to legacy
Keras, and no environment variable is needed.
"""

import functools
import typing as _typing
import warnings

from . import _layers as _old
from . import _lazy
from ._missing import from_extra

_layers = from_extra("tf_keras.api._v1.keras.__internal__.legacy.layers", "layers", "tf-keras")


def _without_advice(function):
    """Wrap a layer function: its warning names TensorFlow 2, which its users have not moved to."""

    @functools.wraps(function)
    def layer(*args, **kwargs):
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=r"`tf\.layers")
            return function(*args, **kwargs)

    return layer


globals().update(
    {
        name: _without_advice(getattr(_layers, name))
        for name in dir(_layers)
        if name[0].islower() and name != "experimental"
    }
)
globals().update(_old.of(_layers))

_lazy.forward(__name__, _layers)

if _typing.TYPE_CHECKING:  # for editors; `_lazy` finds these names at run time
    from tf_keras.api._v1.keras.__internal__.legacy.layers import *  # noqa: F403
