"""Which modules are the user's own, and how they are found and loaded with the rule applied.

No file is changed and no byte code is cached.
"""

import importlib.machinery
import os
import site
import sysconfig


class UserLoader(importlib.machinery.SourceFileLoader):
    """Loads a module from its source with the rule applied."""

    def __init__(self, fullname, path, compile_source):
        """Load module `fullname` of file `path`; `compile_source(bytes, path)` makes the code."""
        super().__init__(fullname, path)
        self._compile_source = compile_source

    def get_code(self, fullname):
        """Compile from the source; the byte code cache holds (and keeps) the module as it is."""
        path = self.get_filename(fullname)
        return self._compile_source(self.get_data(path), path)


class UserFinder:
    """A meta path finder for the user's own source modules, and for packages given by name."""

    def __init__(self, compile_source, packages=()):
        """Find modules that `compile_source(bytes, path)` compiles; see `is_user_file`."""
        self.packages = set(packages)
        self._compile_source = compile_source

    def find_spec(self, name, path=None, target=None):
        """Return the spec that Python would find, with a `UserLoader` where the rule applies."""
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or type(spec.loader) is not importlib.machinery.SourceFileLoader:
            return None
        if name.partition(".")[0] not in self.packages and not is_user_file(spec.origin):
            return None
        spec.loader = UserLoader(spec.loader.name, spec.loader.path, self._compile_source)
        return spec


def _installed_folders():
    """The folders that hold Python itself, installed packages, and this package."""
    folders = [sysconfig.get_path(key) for key in ("stdlib", "platstdlib", "purelib", "platlib")]
    folders += site.getsitepackages() if hasattr(site, "getsitepackages") else []
    folders += [site.getusersitepackages()] if site.ENABLE_USER_SITE else []
    folders.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    for name in ("tensorflow", "numpy"):  # installed elsewhere, they lie on PYTHONPATH
        spec = importlib.machinery.PathFinder.find_spec(name)
        folders += map(os.path.dirname, spec.submodule_search_locations if spec else ())
    return tuple({path + os.sep for folder in folders if folder for path in _paths_of(folder)})


def _paths_of(path):
    """Return a path as it is written and as links lead: installers may link what they install."""
    return os.path.abspath(path), os.path.realpath(path)


_INSTALLED = _installed_folders()


def is_user_file(path):
    """Say whether `path` is the user's own: outside Python, the installed packages and this one."""
    if path is None or path.startswith("<"):  # <frozen importlib...>
        return False
    return not any(each.startswith(_INSTALLED) for each in _paths_of(path))
