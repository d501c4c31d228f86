"""Which modules are the user's own, and how they are found and loaded with the rule applied.

No file is changed and no byte code is cached.
"""

import importlib.machinery
import os
import site
import sys
import sysconfig


class UserLoader(importlib.machinery.SourceFileLoader):
    """Loads a module from its source with the rule applied.

    Args:
        fullname: name of the module.
        path: its file.
        compile_source: function `(bytes, path)` to its code.
    """

    def __init__(self, fullname, path, compile_source):
        """Load one module."""
        super().__init__(fullname, path)
        self._compile_source = compile_source

    def get_code(self, fullname):
        """Compile from the source; the byte code cache holds (and keeps) the module as it is."""
        path = self.get_filename(fullname)
        return self._compile_source(self.get_data(path), path)


class _WrappedLoader(importlib.machinery.SourceFileLoader):
    """Loads a module as Python does, within a function that is called with that."""

    def __init__(self, fullname, path, wrapper):
        super().__init__(fullname, path)
        self._wrapper = wrapper

    def exec_module(self, module):
        self._wrapper(super().exec_module, module)


class UserFinder:
    """A meta path finder for the user's own source modules, and for packages given by name.

    It uses the finders after it: Python's own, and those of `pip install -e`.
    """

    def __init__(self, compile_source, packages=(), left=()):
        """Find modules that the function `compile_source(bytes, path)` compiles.

        Args:
            compile_source: returns code.
            packages: the packages to port that are not the user's own; see `is_user_file`.
            left: names of the user's modules not to port.
        """
        self.packages = set(packages)
        self._left = frozenset(left)
        self._compile_source = compile_source
        self._wrappers = {}

    def wrap(self, name, wrapper):
        """Let `wrapper(load, module)` call `load(module)` when the module `name` is imported.

        If it has been imported, `load` does nothing.
        """
        if name in sys.modules:
            wrapper(lambda module: None, sys.modules[name])
        else:
            self._wrappers[name] = wrapper

    def is_ported(self, name, path):
        """Return whether the rule is applied to the module `name` in the file `path`."""
        if name.partition(".")[0] in self.packages:
            return True
        return name not in self._left and is_user_file(path)

    def find_spec(self, name, path=None, target=None):
        """Return Python's spec, with our loader where the rule applies; see `MetaPathFinder`."""
        spec = self._found_behind(name, path, target)
        if spec is None or type(spec.loader) is not importlib.machinery.SourceFileLoader:
            return spec
        if name in self._wrappers:
            spec.loader = _WrappedLoader(name, spec.loader.path, self._wrappers[name])
        elif self.is_ported(name, spec.origin):
            spec.loader = UserLoader(name, spec.loader.path, self._compile_source)
        return spec

    def _found_behind(self, name, path, target):
        finders = sys.meta_path
        behind = finders[finders.index(self) + 1 :] if self in finders else finders
        for finder in behind:
            find_spec = getattr(finder, "find_spec", None)
            spec = find_spec(name, path, target) if find_spec else None
            if spec is not None:
                return spec
        return None


def imported_user_modules():
    """Return the names of the user's own modules that are imported already."""
    files = [(name, getattr(module, "__file__", None)) for name, module in sys.modules.items()]
    return tuple(sorted(name for name, file in files if file and is_user_file(file)))


def _installed_folders():
    """Return the folders that hold Python itself, installed packages, and this package."""
    folders = [sysconfig.get_path(key) for key in ("stdlib", "platstdlib", "purelib", "platlib")]
    folders += site.getsitepackages() if hasattr(site, "getsitepackages") else []
    folders += [site.getusersitepackages()] if site.ENABLE_USER_SITE else []
    folders.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    folders += filter(_holds_installed_packages, sys.path)  # such as `pip install --target` fills
    return tuple({path + os.sep for folder in folders if folder for path in _paths_of(folder)})


def _holds_installed_packages(folder):
    try:
        return any(name.endswith(".dist-info") for name in os.listdir(folder or os.curdir))
    except OSError:  # it does not exist, or is an archive
        return False


def _paths_of(path):
    """Return a path as it is written and as links lead: installers may link what they install."""
    return os.path.abspath(path), os.path.realpath(path)


_INSTALLED = _installed_folders()


def is_user_file(path):
    """Return whether `path` is the user's: outside Python, the installed packages and this one."""
    if path is None or path.startswith("<"):  # <frozen importlib...>
        return False
    return not any(each.startswith(_INSTALLED) for each in _paths_of(path))
