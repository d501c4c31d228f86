"""The graphs in Keras 3 on TensorFlow, compiled the way that `run.py` asks for.

LSTMs are without peepholes, which Keras has not. Started by `run.py` as
`python engine_keras.py {loop|unrolled|jit}`; see `worker.py`.
"""

import os
import sys

os.environ["KERAS_BACKEND"] = "tensorflow"
import keras
import numpy as np
import tensorflow as tf
import worker

if worker.ON_GPU:
    tf.config.experimental.enable_tensor_float_32_execution(False)
else:
    tf.config.threading.set_intra_op_parallelism_threads(worker.THREADS)
    tf.config.threading.set_inter_op_parallelism_threads(worker.THREADS)
HOW = sys.argv[1]


def layers_of(case):
    """Return the layers of one of the six graphs."""
    units, options = case["units"], {"return_sequences": True, "unroll": HOW == "unrolled"}
    if case["variant"] == "conv_lstm":
        return [keras.layers.ConvLSTM2D(units, 3, padding="same", **options)]
    if case["variant"] == "gru":
        return [keras.layers.GRU(units, **options)]
    layer = keras.layers.LSTM(units, **options)
    if case["variant"] == "bilstm":
        return [keras.layers.Bidirectional(layer)]
    if case["variant"] == "multi_lstm":
        return [layer, keras.layers.LSTM(units // 2, **options)]
    return [layer]


def build(case):
    """Return the function that runs one step of a case."""
    shape = worker.input_shape(case)
    model = keras.Sequential([keras.Input(shape[1:]), *layers_of(case)])
    x = tf.constant(np.random.RandomState(0).randn(*shape).astype("f"))
    weights = [variable.value for variable in model.trainable_variables]

    @tf.function(jit_compile=HOW == "jit")
    def forward():
        return model(x)

    @tf.function(jit_compile=HOW == "jit")
    def train():
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model(x)))
        for weight, gradient in zip(weights, tape.gradient(loss, weights), strict=True):
            weight.assign_sub(0.1 * gradient)

    step = forward if case["mode"] == "forward" else train
    if not worker.ON_GPU:
        return step

    def finished():
        step()
        tf.test.experimental.sync_devices()

    return finished


worker.serve(build)
