"""How far a trained conv_lstm and its exported files are from the same model in float64.

    tf1-rnn train --cell=conv_lstm --epochs=3 --model_dir=runs/conv_lstm
    python benchmarks/precision.py runs/conv_lstm

TensorFlow, ONNX Runtime and LiteRT each round in their own order. What is printed is the largest
difference of any probability, for the 360 test sequences of the moving digits.
"""

import os
import subprocess
import sys
import tempfile

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import onnxruntime
import tensorflow as tf2

import tf1_rnn.v1 as tf
from tf1_rnn import digits
from tf1_rnn.trainer.classifier import POOL
from tf1_rnn.v1.contrib import rnn

WITHOUT_XNNPACK = tf2.lite.experimental.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES


def exact(folder, frames):
    """Return the probabilities of the model of a folder, computed in float64."""
    saved = tf.train.load_checkpoint(os.path.join(folder, "best"))
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float64, frames.shape)
        filters = saved.get_tensor("rnn/conv_lstm_cell/biases").size // 4
        cell = rnn.ConvLSTMCell(2, list(frames.shape[2:]), filters, [3, 3], name="conv_lstm_cell")
        outputs, _ = tf.nn.dynamic_rnn(cell, x, dtype=tf.float64)
        features = tf.layers.flatten(tf.nn.max_pool2d(outputs[:, -1], POOL, POOL, "SAME"))
        with tf.variable_scope("softmax"):
            size = features.shape.as_list()[1]
            weights = tf.get_variable("weights", [size, digits.N_CLASSES], tf.float64)
            biases = tf.get_variable("biases", [digits.N_CLASSES], tf.float64)
        probabilities = tf.nn.softmax(tf.matmul(features, weights) + biases)
        for variable in tf.global_variables():
            variable.load(saved.get_tensor(variable.op.name).astype(np.float64), session)
        return session.run(probabilities, {x: frames})


def in_tensorflow(path, frames):
    """Return the probabilities of a SavedModel."""
    with tf.Graph().as_default(), tf.Session() as session:
        loaded = tf2.compat.v1.saved_model.load(session, ["serve"], path)
        signature = loaded.signature_def["serving_default"]
        x, found = signature.inputs["x"].name, signature.outputs["probabilities"].name
        return session.run(found, {x: frames})


def in_onnx_runtime(path, frames):
    """Return the probabilities of an ONNX file."""
    return onnxruntime.InferenceSession(path).run(["probabilities"], {"x": frames})[0]


def in_litert(path, frames, **options):
    """Return the probabilities of a LiteRT file."""
    interpreter = tf2.lite.Interpreter(path, **options)
    (given,), (found,) = interpreter.get_input_details(), interpreter.get_output_details()
    interpreter.resize_tensor_input(given["index"], frames.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(given["index"], frames)
    interpreter.invoke()
    return interpreter.get_tensor(found["index"])


def main(folder):
    """Export the model of a folder in each format, and print each one's distances."""
    frames = digits.moving(4)[0][digits.TRAINING :]
    true = exact(folder, frames)
    with tempfile.TemporaryDirectory() as place:
        paths = [os.path.join(place, name) for name in ("saved", "m.onnx", "m.tflite")]
        for path in paths:
            command = [sys.executable, "-m", "tf1_rnn", "train", "--mode=export"]
            command += [f"--model_dir={folder}", f"--output={path}"]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        saved, onnx, litert = paths
        tensorflow = in_tensorflow(saved, frames)
        others = {
            "ONNX Runtime": in_onnx_runtime(onnx, frames),
            "LiteRT": in_litert(litert, frames),
            "LiteRT without XNNPACK": in_litert(
                litert, frames, experimental_op_resolver_type=WITHOUT_XNNPACK
            ),
        }
    print(f"TensorFlow: {np.abs(tensorflow - true).max():.1e} from float64")
    for name, found in others.items():
        print(
            f"{name}: {np.abs(found - true).max():.1e} from float64, "
            f"{np.abs(found - tensorflow).max():.1e} from TensorFlow"
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
