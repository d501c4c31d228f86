"""Write a graph in the format that the ending of a path names, and check it before keeping it."""

import contextlib
import os
import shutil
from typing import NamedTuple

import numpy as np

from tf1_rnn.exporting import EXTRA
from tf1_rnn.exporting.formats import format_of

TOLERANCE = {None: 1e-5, "float16": 5e-3}


class Written(NamedTuple):
    """What was written, and how far it is from what TensorFlow computes."""

    format: str  # "ONNX", "LiteRT" or "SavedModel"
    difference: float  # the largest of any output
    expected: dict  # the outputs by name that TensorFlow gave
    found: dict  # those of the file
    notes: list  # lines on what it consists of


def write(path, model, feeds, quantize=None, samples=None):
    """Write a graph, run the file, and compare; a file that differs is removed.

    Args:
        path: `.onnx`, `.tflite`, or a folder, which must not exist.
        model: a `FrozenModel`.
        feeds: a list of batches, inputs by name, to run it on.
        quantize: for LiteRT, as `lite.convert` takes it.
        samples: the same.

    Returns:
        `Written`.

    Raises:
        ValueError: in one line, if the format cannot hold the graph, or computes something else.
        OSError: the file cannot be written; `formats.unwritable` puts it in words.
    """
    kind = format_of(path)
    target = os.path.realpath(path)  # where the name is a link, what it leads to is replaced
    unfinished = target + ".writing" + os.path.splitext(path)[1]
    try:
        notes = _FORMATS[kind][0](unfinished, model, quantize, samples)
        expected = _joined([_run("TensorFlow", model.run, feed) for feed in feeds])
        run = _FORMATS[kind][1]
        found = _joined([_run(kind, run, unfinished, feed, model) for feed in feeds])
        difference = max(_difference(found[name], expected[name]) for name in expected)
        halves = any(array.dtype == np.float16 for array in expected.values())
        limit = TOLERANCE.get(quantize or ("float16" if halves else None), np.inf)
        if not difference <= limit:
            raise ValueError(
                f"the {kind} file computes other values than TensorFlow (by {difference:.2g}; "
                f"expected at most {limit:g}): it was not kept"
            )
        if os.path.isfile(target):
            shutil.copymode(target, unfinished)
        os.replace(unfinished, target)
    except BaseException:
        _remove(unfinished)
        raise
    return Written(kind, difference, expected, found, notes)


def _run(kind, function, *args):
    """Turn a runtime's error on inputs or a file into one line."""
    try:
        return function(*args)
    except (ValueError, OSError):
        raise
    except Exception as error:  # each runtime has exceptions of its own
        reason = next(filter(_is_reason, str(error).splitlines()), type(error).__name__)
        raise ValueError(f"{kind} cannot run it on these inputs: {reason[:300]}") from None


def _is_reason(line):
    """Whether a line of an error's text says more than where it was, as TensorFlow's first do."""
    around = ("Graph execution error:", "Detected at node", "Node:", "[[", "File ")
    return bool(line.strip()) and not line.strip().startswith(around)


def _joined(batches):
    return {name: np.concatenate([batch[name] for batch in batches]) for name in batches[0]}


def _difference(found, expected):
    if found.shape != expected.shape:
        return np.inf
    return float(np.abs(found.astype(np.float64) - expected).max(initial=0))


def _remove(path):
    with contextlib.suppress(OSError):
        shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)


def _needing_extra(function):
    """Turn a package that is not installed into one line."""

    def checked(*args):
        try:
            return function(*args)
        except ModuleNotFoundError as error:
            raise ValueError(f"this needs {error.name}; install it with: {EXTRA}") from None

    return checked


@_needing_extra
def _write_onnx(path, model, quantize, samples):
    from tf1_rnn.exporting import onnx_builder, onnx_graph

    converted = onnx_graph.convert(model.graph_def, model.inputs, model.outputs, model.metadata)
    with open(path, "wb") as file:
        file.write(onnx_builder.serialized(converted.model))
    loops = [f"{count} {op}" for op, count in converted.loops.items()]
    return converted.layers + ([f"loops: {', '.join(loops)}"] if loops else [])


@_needing_extra
def _run_onnx(path, feed, model):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    known = {each.name for each in session.get_inputs()}
    found = session.run(list(model.outputs), {k: v for k, v in feed.items() if k in known})
    return dict(zip(model.outputs, found, strict=True))


def _write_lite(path, model, quantize, samples):
    from tf1_rnn.exporting import lite

    with open(path, "wb") as file:
        file.write(lite.convert(model, quantize, samples))
    return [f"quantised to {quantize}"] if quantize else []


def _run_lite(path, feed, model):
    from tf1_rnn.exporting import lite

    return lite.run(path, feed)


def _write_saved_model(path, model, quantize, samples):
    import tensorflow as tf

    from tf1_rnn.exporting import saved_model

    _remove(path)
    try:
        saved_model.write(path, model)
    except tf.errors.OpError as error:  # of the file system
        raise OSError(error.message) from None
    return []


def _run_saved_model(path, feed, model):
    from tf1_rnn.exporting import saved_model

    return saved_model.run(path, feed)


_FORMATS = {
    "ONNX": (_write_onnx, _run_onnx),
    "LiteRT": (_write_lite, _run_lite),
    "SavedModel": (_write_saved_model, _run_saved_model),
}
