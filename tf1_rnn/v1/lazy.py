"""How a module of the face answers for names that it does not define itself."""

import importlib
import importlib.util
import sys


def submodule_or(module_name, original):
    """Returns a module `__getattr__`: the face's submodule of that name, else TensorFlow's own."""

    def getattr_of_module(name):
        if not name.startswith("_") and importlib.util.find_spec(f"{module_name}.{name}"):
            return importlib.import_module(f"{module_name}.{name}")
        return getattr(original, name)

    return getattr_of_module


def names_of(module_name, original):
    """Returns a module `__dir__`: the face's own names and all of TensorFlow's."""
    return lambda: sorted({*vars(sys.modules[module_name]), *dir(original)})
