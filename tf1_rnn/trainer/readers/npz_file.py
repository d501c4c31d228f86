"""NumPy's `.npz`: arrays by the names that a run expects."""

from __future__ import annotations

from tf1_rnn import npz
from tf1_rnn.errors import RunError
from tf1_rnn.trainer.readers.source import Content


def read(path: str) -> Content:
    """Return the arrays of the file as a `Content`."""
    try:
        arrays, left_out = npz.read(path)
    except npz.Unreadable as error:
        raise RunError(str(error)) from None
    return Content(arrays, left_out)


def describe(path: str) -> list[str]:
    """Return a line an array: its name, type and shape."""
    content = read(path)
    lines = [f"{name}: {array.dtype} {list(array.shape)}" for name, array in content.arrays.items()]
    return lines + [f"{name}: {reason}, ignored" for name, reason in content.left_out.items()]
