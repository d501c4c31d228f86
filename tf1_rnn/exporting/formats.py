"""The format that a path asks for, and why it cannot be written."""

import os
import re

_ENDINGS = {".onnx": "ONNX", ".tflite": "LiteRT"}
OCCUPIED = "is a folder or device that exists; give another path"
OTHER_ENDING = (
    "has the ending of no format; expected FILE.onnx, FILE.tflite, or a new folder for a "
    "SavedModel, FOLDER or FOLDER/"
)


def has_other_ending(path):
    """Return whether a path has an ending that is none of a format, nor a version's number."""
    name = os.path.basename(path)
    ending = os.path.splitext(name)[1].lower() or (name if name in _ENDINGS else "")
    is_version = re.fullmatch(r"\.v?\d+", ending)
    return bool(ending) and not is_version and format_of(path) == "SavedModel"


def is_occupied(path):
    """Return whether something is there that is never replaced; a regular file is."""
    return os.path.exists(path) and not os.path.isfile(path)


def format_of(path):
    """Return the format that the ending of a path names."""
    return _ENDINGS.get(os.path.splitext(path)[1].lower(), "SavedModel")


def unwritable(path, error):
    """Return a line on an OSError of `write`."""
    return f"--output={path} cannot be written: {error.strerror or error}; give another path"
