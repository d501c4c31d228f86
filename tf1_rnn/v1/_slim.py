"""tf-slim, which carries `contrib.layers`, `contrib.slim` and `contrib.framework` on.

tf-slim 1.1.0 uses private modules of TensorFlow for names that TensorFlow has since moved. Only
tf-slim's own modules get replacements for these, with the names' current places.
"""

import importlib
import sys
import types

from . import _lazy, _names
from ._layers import NAMES
from ._missing import from_extra

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
_LAYERS = ("tensorflow.python.layers.core", "tensorflow.python.layers.convolutional")


def load(dotted):
    """Return the package tf_slim, repaired; `dotted` is the name that needs it, for the message."""
    if "tf_slim" in sys.modules and getattr(sys.modules["tf_slim"], "_tf1_rnn", False):
        return sys.modules["tf_slim"]
    slim = from_extra("tf_slim", dotted, "tf-slim")
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
            path = value.__name__.removeprefix("tensorflow.")
            view = _lazy.stand_in(types.ModuleType(value.__name__), value, path)
            setattr(module, attribute, view)
        elif value.__name__ in _LAYERS and importlib.util.find_spec("tf_keras"):
            setattr(module, attribute, _View(value))
        elif value.__name__ == _NORMALIZATION:
            # Batch normalisation is that of tf.layers, which needs tf-keras: not before it is used.
            view = types.ModuleType(_NORMALIZATION)
            view.__getattr__ = lambda name: getattr(_layers(), name)
            setattr(module, attribute, view)


class _View(types.ModuleType):
    """A module of TensorFlow's layers, with those that `tf.layers` builds in 1.15.5's way."""

    def __init__(self, module):
        super().__init__(module.__name__)
        self._module = module

    def __getattr__(self, name):
        own = name.replace("Convolution", "Conv")  # their older names
        return getattr(_layers(), own) if own in NAMES else getattr(self._module, name)


def _layers():
    return importlib.import_module("tf1_rnn.v1.layers")


def package(name):
    """Return a subpackage of tf_slim, which hides some behind modules of the same name."""
    return sys.modules[f"tf_slim.{name}"]


class Part:
    """Finds names in tf-slim's modules, which are loaded only for names that 1.15.5 had.

    Args:
        path: the module of the v1 API that needs them.
        *modules: names of modules of tf_slim, searched in this order; "" is tf_slim itself.
    """

    def __init__(self, path, *modules):
        self._path, self._modules = path, modules

    def __getattr__(self, name):
        if name not in _names.of_star(self._path):
            raise AttributeError(name)
        slim = load(f"{self._path}.{name}")
        for module in self._modules:
            place = package(module) if module else slim
            if hasattr(place, name):
                return getattr(place, name)
        raise AttributeError(name)
