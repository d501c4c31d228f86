"""What the standard library had in 1.15.5's Pythons and has no longer."""

import base64
import collections
import configparser
import fractions
import functools
import importlib
import importlib.util
import inspect
import json
import math
import random
import sys
import threading
import time
import types
import unittest
import xml.etree.ElementTree

_ArgSpec = collections.namedtuple("ArgSpec", "args varargs keywords defaults")

# Where each name belongs, and its replacement.
_GONE = [
    (base64, "decodestring", base64.decodebytes),
    (base64, "encodestring", base64.encodebytes),
    (configparser, "SafeConfigParser", configparser.ConfigParser),
    (fractions, "gcd", math.gcd),
    (inspect, "getargspec", lambda function: _ArgSpec(*inspect.getfullargspec(function)[:4])),
    (threading.Thread, "isAlive", threading.Thread.is_alive),
    (time, "clock", time.process_time),
    *(
        (unittest.TestCase, old, getattr(unittest.TestCase, new))
        for old, new in (
            ("assert_", "assertTrue"),
            ("assertAlmostEquals", "assertAlmostEqual"),
            ("assertEquals", "assertEqual"),
            ("assertNotEquals", "assertNotEqual"),
            ("assertRaisesRegexp", "assertRaisesRegex"),
            ("assertRegexpMatches", "assertRegex"),
        )
    ),
    (xml.etree, "cElementTree", xml.etree.ElementTree),
    *((collections, name, getattr(collections.abc, name)) for name in collections.abc.__all__),
]


def attributes():
    """Return (owner, name, value) for each name to set, and for what functions took.

    `json.load(encoding=)` and `random.sample(set)` are such.
    """
    return [
        *(each for each in _GONE if not hasattr(*each[:2])),
        (json, "load", _without_encoding(json.load)),
        (json, "loads", _without_encoding(json.loads)),
        (random, "sample", _of_sets_too(random.sample)),
    ]


def modules():
    """Return the modules that can no longer be imported, by name."""
    gone = {"xml.etree.cElementTree": xml.etree.ElementTree}
    if importlib.util.find_spec("imp") is None:
        gone["imp"] = _imp()
    return gone


def _imp():
    """Return the functions of the module `imp`, removed in Python 3.12, that scripts used."""

    def load_source(name, path):
        spec = importlib.util.spec_from_file_location(name, path)
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    imp = types.ModuleType("imp")
    imp.load_source, imp.new_module, imp.reload = load_source, types.ModuleType, importlib.reload
    return imp


def _without_encoding(function):
    @functools.wraps(function)
    def load(*args, encoding=None, **kwargs):
        return function(*args, **kwargs)

    return load


def _of_sets_too(function):
    @functools.wraps(function)
    def sample(population, *args, **kwargs):
        if isinstance(population, collections.abc.Set):
            population = tuple(population)
        return function(population, *args, **kwargs)

    return sample
