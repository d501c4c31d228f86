"""`tf.keras` of TensorFlow 1.x: tf-keras in its 1.x form, as graphs and sessions need it."""

import importlib
import typing as _typing

from ...cells.layer import observe_variables
from .. import _lazy
from .._missing import from_extra

_keras = from_extra("tf_keras.api._v1.keras", "keras", "tf-keras")

# A model initialises registered variables; a cell in an RNN layer does not register its own.
observe_variables(importlib.import_module("tf_keras.src.backend").track_variable)

_lazy.forward(__name__, _keras)

if _typing.TYPE_CHECKING:  # for editors; `_lazy` finds these names at run time
    from tf_keras.api._v1.keras import *  # noqa: F403
