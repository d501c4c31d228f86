"""Installed packages by name: import names, and pip's names."""

import importlib.metadata
import importlib.util
import re

from tf1_rnn.errors import UsageError


def import_names(names):
    """Return the names by which packages are imported; a name that pip knows will do as well.

    Raises:
        UsageError: no such package is installed.
    """
    return [imported for name in names for imported in _import_names(name)]


def _import_names(name):
    top = name.partition(".")[0]
    if top.isidentifier() and importlib.util.find_spec(top) is not None:
        return [top]
    wanted = _canonical(name)
    found = [
        imported
        for imported, distributions in importlib.metadata.packages_distributions().items()
        if wanted in map(_canonical, distributions) and imported.isidentifier()
    ]
    if not found:
        raise UsageError(f"{name}: no package of that name is installed")
    return found


def _canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()
