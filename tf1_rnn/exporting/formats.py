"""The format that a path asks for, and why it cannot be written."""

import difflib
import os

_ENDINGS = {".onnx": "ONNX", ".tflite": "LiteRT"}
# Endings of files that hold models in other formats.
_OTHERS = (".h5", ".hdf5", ".keras", ".lite", ".npz", ".pb", ".pbtxt", ".pt", ".pth", ".tfl")
OCCUPIED = "is a folder or device that exists; give another path"
OTHER_ENDING = "has another format's ending; expected FILE.onnx, FILE.tflite or a new folder"


def why_not(path):
    """Return why a path cannot be written to, for its ending or what it is; "" if it can."""
    if os.path.isdir(path):
        return "is a folder that exists; give another path"
    ending = os.path.splitext(path)[1].lower()
    is_misspelt = ending not in _ENDINGS and difflib.get_close_matches(ending, _ENDINGS, 1)
    if ending in _OTHERS or is_misspelt:
        return "has another format's ending; expected FILE.onnx, FILE.tflite or a new folder"
    return ""


def format_of(path):
    """Return the format that a path's ending tells."""
    return _ENDINGS.get(os.path.splitext(path)[1].lower(), "SavedModel")


def unwritable(path, error):
    """Return a line on an OSError of `write`."""
    return f"--output={path} cannot be written: {error.strerror or error}; give another path"
