"""tf-slim, which carries `contrib.layers`, `contrib.slim` and `contrib.framework` on.

tf-slim 1.1.0 looks in private modules of TensorFlow for names that TensorFlow has since moved.
tf-slim's own modules, and no others, get stand-ins for these, which know where the names are now.
"""

import importlib
import sys
import types

from .. import lazy
from ..missing import needs_extra

_MOVED_FROM = {
    f"tensorflow.python.{name}"
    for name in (
        "framework.ops",
        "ops.array_ops",
        "ops.control_flow_ops",
        "ops.variable_scope",
    )
}
_NORMALIZATION = "tensorflow.python.layers.normalization"


def load(dotted):
    """Return the package tf_slim, repaired; `dotted` is what asks for it, for the message."""
    if "tf_slim" in sys.modules and getattr(sys.modules["tf_slim"], "_tf1_rnn", False):
        return sys.modules["tf_slim"]
    try:
        slim = importlib.import_module("tf_slim")
    except ModuleNotFoundError as error:
        if error.name != "tf_slim":
            raise
        raise needs_extra(dotted, "tf-slim") from None
    for name, module in list(sys.modules.items()):
        if name.startswith("tf_slim."):
            _repair(module)
    slim._tf1_rnn = True
    return slim


def _repair(module):
    for attribute, value in list(vars(module).items()):
        if not isinstance(value, types.ModuleType):
            continue
        if value.__name__ in _MOVED_FROM:
            setattr(module, attribute, lazy.stand_in(types.ModuleType(value.__name__), value))
        elif value.__name__ == _NORMALIZATION:
            # Batch normalisation is that of tf.layers, which needs tf-keras: not before it is used.
            view = types.ModuleType(_NORMALIZATION)
            view.__getattr__ = lambda name: getattr(_layers(), name)
            setattr(module, attribute, view)


def _layers():
    return importlib.import_module("tf1_rnn.v1.layers")


def package(name):
    """Return a subpackage of tf_slim, which hides some behind modules of the same name."""
    return sys.modules[f"tf_slim.{name}"]
