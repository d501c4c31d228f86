"""A graph as LiteRT, which was TensorFlow Lite: what runs on phones and microcontrollers."""

import functools
import io
import json
import zipfile

import numpy as np
import tensorflow.compat.v1 as tf

from tf1_rnn.exporting.frozen_model import with_inputs
from tf1_rnn.exporting.functional import functional
from tf1_rnn.exporting.splicing import spliced
from tf1_rnn.exporting.unrolling import unrolled

QUANTIZATIONS = ("float16", "int8")
METADATA = "metadata.json"


def convert(model, quantize=None, samples=None):
    """Return a `FrozenModel` as the bytes of a `.tflite` file.

    It computes in float32, whatever the graph did.

    Its inputs and outputs have the model's names. Metadata are a file in a zip archive after it,
    as LiteRT's own tools append labels.

    Args:
        model: a `FrozenModel`.
        quantize: None, "float16" for weights, or "int8" for weights and what is computed.
        samples: for "int8", a list of inputs by name, to measure the ranges of values.

    Raises:
        ValueError: in one line, if LiteRT lacks something in the graph.
    """
    model = model._replace(graph_def=_single(model.graph_def))
    model = with_inputs(model)  # under its own names
    # Measuring the ranges of values in a loop of functions ends the whole process.
    otherwise = None if quantize == "int8" else functional
    graph_def = _known(unrolled(model.graph_def, model.outputs.values(), otherwise))
    with tf.Graph().as_default() as graph, tf.Session() as session:
        tf.import_graph_def(graph_def, name="")
        inputs, outputs = (
            [graph.get_tensor_by_name(tensor) for tensor in names.values()]
            for names in (model.inputs, model.outputs)
        )
        converter = tf.lite.TFLiteConverter.from_session(session, inputs, outputs)
        if quantize:
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if quantize == "float16":
            converter.target_spec.supported_types = [tf.float16]
        if quantize == "int8":
            order = list(model.inputs)
            converter.representative_dataset = lambda: (
                [sample[name] for name in order] for sample in samples
            )
        try:
            content = converter.convert()
        except Exception as error:  # the converter's own class has no public name
            reason = str(error).strip().splitlines()[0] or type(error).__name__
            raise ValueError(f"the graph cannot be written for LiteRT: {reason[:200]}") from None
    return content + _archive(model.metadata)


def _known(graph_def):
    """Return a GraphDef without operations that LiteRT has only for other types or inputs."""
    builders = {
        node.name: functools.partial(_FORMS[node.op], node.attr)
        for node in graph_def.node
        if node.op in _FORMS
    }
    return spliced(graph_def, builders)


def _sign(attr, x):
    """Compute the sign, which LiteRT has for float32 and int32."""
    if x.dtype != tf.int64:
        return [tf.sign(x)]
    return [tf.cast(x > 0, x.dtype) - tf.cast(x < 0, x.dtype)]


def _squeezed(attr, x):
    """Take the only part along some axes: the converter fails on a Squeeze after a Transpose."""
    axes = [axis % x.shape.rank for axis in attr["squeeze_dims"].list.i] if x.shape.rank else []
    if not axes:
        return [tf.squeeze(x, list(attr["squeeze_dims"].list.i))]
    return [x[tuple(0 if axis in axes else slice(None) for axis in range(x.shape.rank))]]


_FORMS = {"Sign": _sign, "Squeeze": _squeezed}


def _single(graph_def):
    """Return a GraphDef with float32 for float64 and float16."""
    others = {dtype.as_datatype_enum for dtype in (tf.float64, tf.float16)}
    found = tf.GraphDef()
    found.CopyFrom(graph_def)
    for node in found.node:
        for value in node.attr.values():
            if value.type in others:
                value.type = tf.float32.as_datatype_enum
            if value.tensor.dtype in others:
                array = tf.make_ndarray(value.tensor).astype(np.float32)
                value.tensor.CopyFrom(tf.make_tensor_proto(array))
            for place, dtype in enumerate(value.list.type):
                if dtype in others:
                    value.list.type[place] = tf.float32.as_datatype_enum
    return found


def _archive(metadata):
    """Metadata as a zip archive, the same bytes each time."""
    if not metadata:
        return b""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        text = json.dumps(metadata, ensure_ascii=False, indent=1)
        archive.writestr(zipfile.ZipInfo(METADATA), text)
    return content.getvalue()


def run(path, feed):
    """Return the outputs by name of a `.tflite` file for inputs by name."""
    interpreter = tf.lite.Interpreter(model_path=path)
    places = {each["name"].split(":")[0]: each for each in interpreter.get_input_details()}
    for name, array in feed.items():
        if list(places[name]["shape"]) != list(array.shape):
            interpreter.resize_tensor_input(places[name]["index"], array.shape)
    interpreter.allocate_tensors()
    for name, array in feed.items():
        array = np.asarray(array, places[name]["dtype"])
        interpreter.set_tensor(places[name]["index"], array)
    interpreter.invoke()
    return {
        each["name"].split(":")[0]: interpreter.get_tensor(each["index"])
        for each in interpreter.get_output_details()
    }
