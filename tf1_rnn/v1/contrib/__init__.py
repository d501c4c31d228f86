"""`tf.contrib` of TensorFlow 1.x, as far as recurrent networks need it."""

import types as _types

from .. import lazy as _lazy

__getattr__ = _lazy.submodule_or(__name__, _types.SimpleNamespace())


def __dir__():
    return _lazy.own_modules("contrib")
