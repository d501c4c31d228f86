"""`tf.contrib` of TensorFlow 1.x, as far as recurrent networks need it."""

import types

from ..lazy import own_modules, submodule_or

__getattr__ = submodule_or(__name__, types.SimpleNamespace())


def __dir__():
    return own_modules("contrib")
