"""`tf.keras` of TensorFlow 1.x: tf-keras in its 1.x form, as graphs and sessions need it."""

import importlib

from ..cells.layer import observe_variables
from .lazy import submodule_or
from .missing import needs_extra

try:
    _keras = importlib.import_module("tf_keras.api._v1.keras")
except ModuleNotFoundError as error:
    if error.name != "tf_keras":
        raise
    raise needs_extra("keras", "tf-keras") from None

# A model initialises the variables it was told of; a cell in an RNN layer is no layer that tells.
observe_variables(importlib.import_module("tf_keras.src.backend").track_variable)

__getattr__ = submodule_or(__name__, _keras)


def __dir__():
    return [name for name in dir(_keras) if name[0] != "_"]
