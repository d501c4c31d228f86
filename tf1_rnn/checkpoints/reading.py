"""Reads a checkpoint given as a prefix, one of its files, a folder, or a frozen graph.

TensorFlow is imported when something is read.
"""

import os
import re
from collections.abc import Callable
from typing import NamedTuple

from tf1_rnn.checkpoints import folder, shards
from tf1_rnn.checkpoints.recognising import contents
from tf1_rnn.console import silenced
from tf1_rnn.startup import without_keras


class Source(NamedTuple):
    """Named arrays in a file."""

    shapes: dict  # name to shape, a list of ints, sorted by name
    get: Callable  # the array of a name


def read_shapes(path):
    """Return name to shape of every variable; ValueError, in one line, if the file is bad."""
    return _open(path, lambda source: source.shapes)


def read(path):
    """Return the contents of a checkpoint, and the arrays of its model.

    Args:
        path: a prefix, the name of one of its files, a folder, or a frozen graph (`.pb`).

    Returns:
        `recognising.Contents`, and a dict of name to array for the variables that it names in a
        layer or as unrecognised.

    Raises:
        ValueError: in one line, if the file is bad.
    """

    def contents_and_arrays(source):
        found = contents(source.shapes)
        return found, arrays(found, source.get)

    return _open(path, contents_and_arrays)


def arrays(found, get):
    """Return name to array of the model's variables, their shards joined.

    Args:
        found: `recognising.Contents`.
        get: a function that returns the array of a name in the file.
    """
    names = [name for layer in found.layers for name in layer.variables.values()]
    return {
        name: shards.joined([get(file) for file in found.names[name]])
        for name in names + found.unrecognised
    }


def prefix_of(path):
    """Return the prefix of a checkpoint given as a prefix, its index file, or a folder.

    Of a folder it is the last checkpoint; of a SavedModel, its variables.

    Raises:
        ValueError: in one line, if there is no checkpoint, or the folder may not be read.
    """
    if os.path.basename(path) == "saved_model.pb":
        path = os.path.dirname(path) or "."
    if os.path.exists(os.path.join(path, "saved_model.pb")):
        path = os.path.join(path, "variables")
    if os.path.isdir(path):
        try:
            found = folder.prefixes(path)
        except OSError as error:
            raise ValueError(f"{path} cannot be read: {error.strerror}") from None
        if not found:
            raise ValueError(f"{path} holds no checkpoint (no file *.index)")
        return found[-1]
    prefix = re.sub(r"\.(index|meta|data-\d{5}-of-\d{5})$", "", path)
    if not os.path.exists(prefix + ".index") and not os.path.exists(prefix):
        raise ValueError(
            f"there is no checkpoint {path}; expected a prefix such as "
            "model.ckpt-100, its .index file, a folder with one, or a frozen graph (.pb)"
        )
    return prefix


def _open(path, what):
    """Return the result of a function of the `Source` of a path."""
    prefix = prefix_of(path)
    folder.require_regular(prefix)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with silenced(), without_keras():
        import tensorflow.compat.v1 as tf

    if prefix.endswith(".pb"):
        return what(_frozen(prefix))
    try:
        reader = tf.train.NewCheckpointReader(prefix)
        shapes = dict(sorted(reader.get_variable_to_shape_map().items()))
        return what(Source(shapes, reader.get_tensor))
    except (tf.errors.OpError, OSError, ValueError, RuntimeError, IndexError) as error:
        reason = str(error).splitlines()[0].partition(": perhaps your file")[0]
        raise ValueError(f"{prefix} is not a readable checkpoint: {reason}") from None


def _frozen(path):
    from tf1_rnn.checkpoints.frozen import constants

    found = dict(sorted(constants(path).items()))
    return Source({name: list(array.shape) for name, array in found.items()}, found.get)
