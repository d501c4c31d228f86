"""The format that a path asks for, and why it cannot be written."""

import os

# Endings of files that hold models in other formats.
_OTHERS = (".h5", ".hdf5", ".keras", ".lite", ".npz", ".pb", ".pbtxt", ".pt", ".pth", ".tfl")


def why_not(path):
    """Return why a path cannot be written to, for its ending or what it is; "" if it can."""
    if os.path.isdir(path):
        return "is a folder that exists; give another path"
    if os.path.splitext(path)[1].lower() in _OTHERS:
        return "has another format's ending; expected FILE.onnx, FILE.tflite or a new folder"
    return ""


def format_of(path):
    """Return the format that the ending of a path names."""
    endings = {".onnx": "ONNX", ".tflite": "LiteRT"}
    return endings.get(os.path.splitext(path)[1].lower(), "SavedModel")


def unwritable(path, error):
    """Return a line on an OSError of `write`."""
    return f"--output={path} cannot be written: {error.strerror or error}; give another path"
