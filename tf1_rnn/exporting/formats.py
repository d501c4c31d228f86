"""The format that a path asks for, and why it cannot be written."""

import difflib
import os

_ENDINGS = {".onnx": "ONNX", ".tflite": "LiteRT"}
# Endings of files that hold models in other formats.
_OTHERS = (".h5", ".hdf5", ".keras", ".lite", ".npz", ".pb", ".pbtxt", ".pt", ".pth", ".tfl")
OCCUPIED = "is a folder or device that exists; give another path"
OTHER_ENDING = "has another format's ending; expected FILE.onnx, FILE.tflite or a new folder"


def has_other_ending(path):
    """Return whether a path ends as files of a format that is not written, or nearly as one."""
    ending = os.path.splitext(path)[1].lower()
    is_misspelt = ending not in _ENDINGS and difflib.get_close_matches(ending, _ENDINGS, 1)
    return ending in _OTHERS or bool(is_misspelt)


def is_occupied(path):
    """Return whether something is there that is never replaced; a regular file is."""
    return os.path.exists(path) and not os.path.isfile(path)


def format_of(path):
    """Return the format that the ending of a path names."""
    return _ENDINGS.get(os.path.splitext(path)[1].lower(), "SavedModel")


def unwritable(path, error):
    """Return a line on an OSError of `write`."""
    return f"--output={path} cannot be written: {error.strerror or error}; give another path"
