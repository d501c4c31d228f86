"""What the standard library had in the Pythons of 1.15.5 and today's lacks."""

import base64
import collections
import configparser
import fractions
import functools
import inspect
import json
import math
import random
import threading
import time

_ArgSpec = collections.namedtuple("ArgSpec", "args varargs keywords defaults")

# Where each name belongs, and what stands for it now.
_GONE = [
    (base64, "decodestring", base64.decodebytes),
    (base64, "encodestring", base64.encodebytes),
    (configparser, "SafeConfigParser", configparser.ConfigParser),
    (fractions, "gcd", math.gcd),
    (inspect, "getargspec", lambda function: _ArgSpec(*inspect.getfullargspec(function)[:4])),
    (threading.Thread, "isAlive", threading.Thread.is_alive),
    (time, "clock", time.process_time),
    *((collections, name, getattr(collections.abc, name)) for name in collections.abc.__all__),
]


def bring_back():
    """Put the names back, and what functions took: `json.load(encoding=)`, `random.sample(set)`."""
    for owner, name, value in _GONE:
        if not hasattr(owner, name):
            setattr(owner, name, value)
    json.load, json.loads = map(_without_encoding, (json.load, json.loads))
    random.sample = _of_sets_too(random.sample)


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
