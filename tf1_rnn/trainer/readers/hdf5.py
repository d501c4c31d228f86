"""HDF5 (`.h5`, `.hdf5`): data sets by the names of an `.npz`, read by h5py."""

from __future__ import annotations

import numpy as np

from tf1_rnn import memory
from tf1_rnn.errors import RunError
from tf1_rnn.trainer.readers import library
from tf1_rnn.trainer.readers.source import Content


def read(path: str) -> Content:
    """Return the file's data sets as a `Content`; those in groups by `group/name`."""
    h5py = library.load("h5py", "HDF5")
    arrays, left_out = {}, {}
    with library.reading("an HDF5 file"), h5py.File(path, "r") as file:
        found = _datasets(h5py, file)
        for name, reason in list(found.items()):
            if isinstance(reason, str):
                left_out[name] = found.pop(name)
        # A few bytes can declare any shape: chunks that were never written are zeros.
        total = sum(_declared(dataset) for dataset in found.values())
        shortage = memory.shortage(2 * total)
        if shortage:
            raise RunError(f"too large: reading it {shortage}")
        for name, dataset in found.items():
            arrays[name] = _array(h5py, dataset)
    return Content(arrays, left_out)


def describe(path: str) -> list[str]:
    """Return a line a data set: its name, type and shape."""
    h5py = library.load("h5py", "HDF5")
    with library.reading("an HDF5 file"), h5py.File(path, "r") as file:
        return [
            f"{name}: {found}, ignored"
            if isinstance(found, str)
            else f"{name}: {_kind(h5py, found)} {list(found.shape)}"
            for name, found in _datasets(h5py, file).items()
        ]


def _datasets(h5py, group, prefix="", seen=None):
    """Return data sets by name, or why one cannot be read."""
    found, seen = {}, seen or set()
    for name in group:
        path = prefix + name
        # Links may lead to other files, or back to where they came from.
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            found[path] = "a link"
            continue
        item = group[name]
        if isinstance(item, h5py.Group):
            if item.id not in seen:
                found.update(_datasets(h5py, item, path + "/", seen | {item.id}))
        elif not isinstance(item, h5py.Dataset):
            found[path] = "not an array"
        elif item.shape is None:
            found[path] = "an array of nothing"
        elif item.is_virtual or item.external:
            found[path] = "in another file"
        elif item.dtype.kind == "O" and h5py.check_string_dtype(item.dtype) is None:
            found[path] = f"of a type that is neither numbers nor text ({item.dtype})"
        else:
            found[path] = item
    return found


def _kind(h5py, dataset):
    return "text" if h5py.check_string_dtype(dataset.dtype) else str(dataset.dtype)


def _declared(dataset):
    """Return the bytes that a data set takes once it is read."""
    size = dataset.dtype.itemsize
    for length in dataset.shape:
        size *= int(length)
    return size


def _array(h5py, dataset):
    if h5py.check_string_dtype(dataset.dtype) is None:
        return np.asarray(dataset[()])
    return np.asarray(dataset.asstr("utf-8", "replace")[()]).astype(str)
