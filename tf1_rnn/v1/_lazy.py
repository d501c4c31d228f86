"""How the v1 API finds names and modules that it does not define itself.

A name is searched among the API's own modules first, then in the places that the module passes
names on to: `tensorflow.compat.v1`, tf-slim, tf-keras. A module without a file here is found by the
table of moved paths, else it is TensorFlow's own of that name, else an empty one if 1.15.5 had it.
"""

import contextlib
import importlib
import importlib.machinery
import pathlib
import sys
import types

from . import _names
from ._missing import MissingModule, MissingName, NeedsExtra, message_for
from ._moved import MOVED, new_paths

_ROOT = __package__
_FOLDER = pathlib.Path(__file__).parent
# The paths of the API's own modules; those with a part that begins with _ are no script's.
OWN = frozenset(
    ".".join(path.relative_to(_FOLDER).with_suffix("").parts).removesuffix(".__init__")
    for path in _FOLDER.rglob("*.py")
)
# What each own module passes names on to, by its path.
_PLACES = {}
# Names that TensorFlow has changed in its private modules.
_RENAMED = {"variable": "Variable", "VariableV1": "Variable", "is_sequence": "is_nested"}


def forward(name, *places):
    """Make a module of ours find its submodules, and the names of other places.

    Args:
        name: its `__name__`; to be called when its own names are defined.
        *places: modules, or objects with the same attributes, searched in this order.
    """
    module, path = sys.modules[name], name[len(_ROOT) + 1 :]
    _PLACES[path] = places

    def find(name):
        if name.startswith("__"):
            return _first(places, name)
        full = f"{path}.{name}".lstrip(".")
        if full in OWN:
            return importlib.import_module(f"{_ROOT}.{full}")
        try:
            value = _first(places, name)
        except NeedsExtra:
            raise
        except (AttributeError, ImportError):
            value = _imported(name, path)
            # An attribute reaches less than an import: `tf.contrib.rnn.python` never was one.
            if value is None and full not in MOVED and name not in (_names.of_star(path) or ()):
                raise _missing(full) from None
            value = value or _module(full)
        setattr(module, name, value)
        return value

    _equip(module, path, find, places)


def _first(places, name):
    """Return the attribute `name` of the first place that has it."""
    for place in places:
        with contextlib.suppress(AttributeError):
            return getattr(place, name)
    raise AttributeError(name)


def _module(path):
    """Return the module that stands in for a path; MissingName if there is none."""
    try:
        return importlib.import_module(f"{_ROOT}.{path}")
    except NeedsExtra:
        raise
    except MissingModule:
        raise _missing(path) from None


def _imported(name, path):
    """Return the module that 1.15.5's module `path` had under another's name (`vs`), or None."""
    new = _names.modules(path).get(name)
    if new is None:
        return None
    return importlib.import_module(_ROOT + new if new.startswith(".") else new)


def _missing(path):
    return MissingName(f"tensorflow.{path}", message_for(path))


def _equip(module, path, find, places):
    """Give a module the parts of every forwarding module: `__getattr__`, `__dir__`, `__path__`.

    `find` is called with a name that the module lacks. `__all__`, which is what `import *` brings,
    is as much of 1.15.5's as can be had, and so is `dir()`, but for modules whose names are not
    recorded, and for `contrib.slim`, from which `import *` brought nothing.
    """
    recorded = _names.of_star(path)

    def names():
        if recorded:
            return [n for n in recorded if f"{path}.{n}".lstrip(".") in OWN or _has(module, n)]
        there = {*vars(module), *(name for place in places for name in dir(place))}
        return sorted(name for name in there if name[0] != "_")

    def getattr_of_module(name):
        if name == "__all__":
            every = names() if recorded is None else recorded
            return [name for name in every if _has(module, name)]
        return find(name)

    module.__getattr__ = getattr_of_module
    module.__dir__ = names
    vars(module).setdefault("__path__", [])  # so that modules beneath it are asked for


def _has(module, name):
    try:
        getattr(module, name)
    except (AttributeError, ImportError):
        return False
    return True


def target_of(path):
    """Return the module that stands in for TensorFlow 1.x's module `path`, or None.

    First what the table of moved paths says; then `tensorflow.python` and its like, as TensorFlow
    has them today; then a public module of what the own module above it passes names on to:
    `keras.layers` is tf-keras's, as `keras` is. Last an empty one, where 1.15.5 had a module.
    """
    missing = None
    for new in new_paths(path, _names.is_module):
        try:
            return importlib.import_module(_ROOT + new if new.startswith(".") else new)
        except NeedsExtra as error:
            missing = error
        except ImportError:
            continue
    if missing is not None:
        raise missing
    try:
        if path.partition(".")[0] in ("python", "core", "tools"):
            return importlib.import_module(f"tensorflow.{path}")
        return _beneath_a_place(path)
    except (ImportError, AttributeError):
        return _empty(path) if _names.is_module(path) else None


def _beneath_a_place(path):
    """Return the module that the nearest own module above `path` passes its name on to."""
    parts = path.split(".")
    places, names = (sys.modules["tensorflow.compat.v1"],), parts
    for end in range(len(parts) - 1, 0, -1):
        above = ".".join(parts[:end])
        if above in OWN:
            importlib.import_module(f"{_ROOT}.{above}")
            places, names = _PLACES.get(above, ()), parts[end:]
            break
    module = _first(places, names[0])
    for name in names[1:]:
        module = getattr(module, name)
    if not isinstance(module, types.ModuleType):
        raise AttributeError(path)
    return module


def _empty(path):
    """Return an empty module for one of 1.15.5's that is not supported; it can be imported.

    Many scripts import one that they never use, or use on a GPU only.
    """

    def find(name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise _missing(f"{path}.{name}")

    module = types.ModuleType(f"tensorflow.{path}")
    _equip(module, path, find, ())
    return module


class Finder:
    """A meta path finder for `tf1_rnn.v1.*`, and for nothing else."""

    def find_spec(self, name, path=None, target=None):
        """Return the spec of a module without a file of its own; see `MetaPathFinder`."""
        if not name.startswith(_ROOT + "."):
            return None
        dotted = name[len(_ROOT) + 1 :]
        if dotted in OWN:
            return None
        if name.endswith(".__main__"):  # asked for by `python -m`
            above = sys.modules[name.rpartition(".")[0]]
            return importlib.machinery.ModuleSpec(name, _Main()) if _has(above, "main") else None
        module = target_of(dotted)
        if module is None:
            raise MissingModule(f"tensorflow.{dotted}", message_for(dotted), name)
        return importlib.machinery.ModuleSpec(name, _StandIn(module), is_package=True)

    def install(self):
        """Put the finder before Python's own path finder, once."""
        if not any(isinstance(finder, Finder) for finder in sys.meta_path):
            sys.meta_path.insert(0, self)


class _Main:
    """Runs the `main` of a module that stands for another, for `python -m`."""

    def get_code(self, name):
        """Return the code of the module `name`, which ends with `.__main__`."""
        source = f"import sys\nfrom {name.rpartition('.')[0]} import main\nsys.exit(main())\n"
        return compile(source, f"<{name}>", "exec")


class _StandIn:
    """Loads a module that passes every name on to another one."""

    def __init__(self, module):
        self.module = module

    def create_module(self, spec):
        """Let Python make the module."""
        return None

    def exec_module(self, module):
        """Give the stand-in the names of the module that it stands for."""
        stand_in(module, self.module, module.__name__[len(_ROOT) + 1 :])


# Functions that 1.15.5's packages had where a module of that name would be.
_IN_PLACE_OF_MODULES = {
    "contrib.framework.python.framework.experimental",
    "contrib.framework.python.ops.arg_scope",
    "python.ops.parallel_for.pfor",
}


def stand_in(module, target, path):
    """Give a module the names of another.

    Modules that 1.15.5's module had imported (`vs`, `nest`) are the v1 API's. Where `target` is
    private to TensorFlow, names that TensorFlow has since moved are looked for among the public
    ones: `ops.Tensor`, `control_flow_ops.cond`, `array_ops.stack`.

    Args:
        module: the module to fill.
        target: the module whose names it has.
        path: its path in TensorFlow 1.x.
    """
    private = target.__name__.startswith("tensorflow.python")

    def find(name):
        if name.startswith("__"):
            return getattr(target, name)
        full = f"{path}.{name}"
        if full in MOVED or full in OWN:
            return importlib.import_module(f"{_ROOT}.{full}")
        with contextlib.suppress(AttributeError):
            value = getattr(target, name)
            if isinstance(value, types.ModuleType) or not _names.is_module(full):
                return _of_the_api(value)
            if full in _IN_PLACE_OF_MODULES:
                return value
            return _module(full)  # as `functional_rnn`, a function in a module of its name
        try:
            return _imported(name, path) or _module(full)
        except MissingName:
            if private:
                with contextlib.suppress(AttributeError):
                    return _public(name)
            raise

    _equip(module, path, find, (target,))
    module.__doc__ = target.__doc__
    return module


def _of_the_api(value):
    """Return the v1 API's module for one of TensorFlow's private ones, and other values as is."""
    # Ask modules only: to ask FLAGS for an attribute is to parse the command line.
    if isinstance(value, types.ModuleType) and value.__name__.startswith("tensorflow.python."):
        return importlib.import_module(_ROOT + value.__name__.removeprefix("tensorflow"))
    return value


def _public(name):
    """Return what a name of a private module of TensorFlow 1.x is among its public ones."""
    tf = sys.modules["tensorflow.compat.v1"]
    places = tf, tf.nn, tf.math, tf.nest, tf.graph_util, tf.train
    return _first(places, _RENAMED.get(name, name))
