"""The names of TensorFlow 1.15.5's modules, as `tools/names.py` recorded them.

A path is that of a module without `tensorflow.`; the empty path is `tensorflow` itself.
"""

import functools
import json
import os

# Packages of contrib that 1.15.5 had no more, and that scripts from before import.
_EARLIER = ("contrib.gan", "contrib.nccl")


@functools.cache
def _recorded():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "_names.json")
    with open(path, encoding="utf-8") as file:
        recorded = json.load(file)
    recorded["others"] = frozenset([*recorded["others"].split(), *_EARLIER])
    return recorded


def is_module(path):
    """Return whether 1.15.5 had a module of this path, in contrib or where names are recorded."""
    return path in _recorded()["names"] or path in _recorded()["others"]


def paths():
    """Return the sorted paths of the modules whose names are recorded."""
    return sorted(_recorded()["names"])


def of_star(path):
    """Return what `import *` brought from a module, or None where it is not recorded."""
    names = _recorded()["names"].get(path)
    return None if names is None else names.get("star", "").split()


def hidden(path):
    """Return the names that a module defined and `import *` did not bring."""
    return _recorded()["names"].get(path, {}).get("own", "").split()


def modules(path):
    """Return the modules among a module's names: `.python.util.nest` for TensorFlow's `nest`."""
    return _recorded()["names"].get(path, {}).get("modules", {})
