"""Partitioned variables: `kernel/part_0`, `kernel/part_1` are one `kernel`, cut along axis 0."""

import re

import numpy as np


def grouped(names):
    """Return a dict of each whole variable's name to its shards' names in order, or to its own."""
    groups = {}
    for name in names:
        groups.setdefault(re.sub(r"/part_\d+$", "", name), []).append(name)
    # part_2 comes before part_10.
    return {whole: sorted(shards, key=_number) for whole, shards in groups.items()}


def _number(name):
    return int((re.findall(r"/part_(\d+)$", name) or [-1])[0])


def joined_shape(shapes):
    """Return the shape of a variable from its shards' shapes."""
    first = list(shapes[0])
    return [sum(shape[0] for shape in shapes), *first[1:]] if len(shapes) > 1 else first


def joined(arrays):
    """Return the array of a variable from its shards."""
    return np.concatenate(arrays) if len(arrays) > 1 else np.asarray(arrays[0])
