"""Models as a script of today writes them: python modern_graphs.py FOLDER keras3|keras2|function

Each is a SavedModel, FOLDER/NAME; FOLDER/NAME.npz has its inputs, in their order, and its outputs.
It runs without this package, whose v1 API would turn TensorFlow 2's ways off.
"""

import os
import sys

import numpy as np

STEPS, DEPTH, UNITS = 6, 3, 4
# The recurrent nodes that ONNX has for a model, None where it is a loop.
LSTM, GRU = "LSTM, 4 units", "GRU, 4 units"
KERAS = {
    "lstm": [LSTM],
    "gru": [GRU],
    "gru_before": [GRU],
    "rnn": ["RNN, 4 units"],
    "both_ways": [f"{LSTM}, both directions", f"{GRU}, both directions"],
    "masked": None,
    "states": [LSTM, LSTM],
    "stacked_cells": [LSTM, GRU],
    "backwards": [LSTM],
}
FUNCTIONS = {
    "lengths": [LSTM],
    "steps": [LSTM],
    "decoder": None,
    "scan": [GRU],
    "nested": None,
    "branches": [GRU],
}
NAMES = {"keras3": KERAS, "keras2": KERAS, "function": FUNCTIONS}


def keras_models(keras):
    layers = keras.layers

    def sequence(*parts, shape=(STEPS, DEPTH)):
        return keras.Sequential([keras.Input(shape), *parts])

    def states():
        """An encoder whose states are where a decoder begins."""
        x, y = keras.Input((STEPS, DEPTH)), keras.Input((2, DEPTH))
        _, *state = layers.LSTM(UNITS, return_state=True)(x)
        outputs, h, c = layers.LSTM(UNITS, return_sequences=True, return_state=True)(
            y, initial_state=state
        )
        return keras.Model([x, y], [outputs, h, c])

    return {
        "lstm": sequence(layers.LSTM(UNITS), layers.Dense(2, activation="softmax")),
        "gru": sequence(layers.GRU(UNITS, return_sequences=True)),
        "gru_before": sequence(layers.GRU(UNITS, reset_after=False)),
        "rnn": sequence(layers.SimpleRNN(UNITS, activation="relu", return_sequences=True)),
        "both_ways": sequence(
            layers.Bidirectional(layers.LSTM(UNITS, return_sequences=True)),
            layers.Bidirectional(layers.GRU(UNITS)),
        ),
        "masked": sequence(
            layers.Embedding(3, DEPTH, mask_zero=True), layers.LSTM(UNITS), shape=(STEPS,)
        ),
        "states": states(),
        "stacked_cells": sequence(layers.RNN([layers.LSTMCell(UNITS), layers.GRUCell(UNITS)])),
        "backwards": sequence(layers.LSTM(UNITS, go_backwards=True, return_sequences=True)),
    }


def function_models(tf):
    """Modules with loops of their own, and what to call them with."""
    random = np.random.RandomState(1)

    def weights(*shape):
        return tf.Variable(random.uniform(-0.5, 0.5, shape).astype("float32"))

    kernel, bias = weights(DEPTH + UNITS, 4 * UNITS), weights(4 * UNITS)
    gates, candidate = weights(DEPTH + UNITS, 2 * UNITS), weights(DEPTH + UNITS, UNITS)
    head = weights(UNITS, DEPTH)

    def lstm(x, h, c):
        i, j, f, o = tf.split(tf.concat([x, h], 1) @ kernel + bias, 4, 1)
        c = tf.sigmoid(f + 1.0) * c + tf.sigmoid(i) * tf.tanh(j)
        return tf.sigmoid(o) * tf.tanh(c), c

    def gru(x, h):
        r, u = tf.split(tf.sigmoid(tf.concat([x, h], 1) @ gates), 2, 1)
        return u * h + (1 - u) * tf.tanh(tf.concat([x, r * h], 1) @ candidate)

    def zeros(x):
        return tf.zeros([tf.shape(x)[0], UNITS])

    def lengths(x, n):
        steps = tf.TensorArray("float32", STEPS).unstack(tf.transpose(x, [1, 0, 2]))

        def body(t, h, c, outputs):
            inside = (t < n)[:, None]
            new_h, new_c = lstm(steps.read(t), h, c)
            outputs = outputs.write(t, tf.where(inside, new_h, 0.0))
            return t + 1, tf.where(inside, new_h, h), tf.where(inside, new_c, c), outputs

        first = [0, zeros(x), zeros(x), tf.TensorArray("float32", STEPS)]
        _, h, c, outputs = tf.while_loop(lambda t, *_: t < STEPS, body, first)
        return outputs.stack(), h, c

    def steps(x):
        """A Python loop over a range of tensors, which becomes one of the graph."""
        in_time, h, c = tf.transpose(x, [1, 0, 2]), zeros(x), zeros(x)
        outputs = tf.TensorArray("float32", STEPS)
        for t in tf.range(STEPS):
            h, c = lstm(in_time[t], h, c)
            outputs = outputs.write(t, h)
        return outputs.stack(), c

    def decoder(x):
        """Each step reads what the one before put out."""
        h, y, outputs = zeros(x), x[:, 0], tf.TensorArray("float32", STEPS)
        for t in tf.range(STEPS):
            h = gru(y, h)
            y = tf.nn.softmax(h @ head)
            outputs = outputs.write(t, y)
        return outputs.stack()

    def scan(x):
        return tf.scan(lambda h, x_t: gru(x_t, h), tf.transpose(x, [1, 0, 2]), zeros(x))

    def nested(x):
        in_time, h = tf.transpose(x, [1, 0, 2]), zeros(x)
        for t in tf.range(STEPS):
            for _ in tf.range(2):
                h = gru(in_time[t], h)
        return h

    def branches(x):
        h = zeros(x)
        for x_t in tf.unstack(x, axis=1):
            h = gru(x_t, h)
        if tf.reduce_sum(x) > 0.0:
            return h * 2.0
        return h - 1.0

    x = random.randn(4, STEPS, DEPTH).astype("float32")
    n = np.array([STEPS, 0, 2, 3], "int32")
    return {
        "lengths": (lengths, x, n),
        **{f.__name__: (f, x) for f in (steps, decoder, scan, nested, branches)},
    }


def save_keras(folder, is_new):
    import tensorflow as tf

    random = np.random.RandomState(0)
    for name, model in keras_models(tf.keras).items():
        for weight in model.weights:
            weight.assign(random.uniform(-0.6, 0.6, weight.shape))
        inputs = [random.randn(4, *each.shape[1:]).astype("float32") for each in model.inputs]
        if name == "masked":  # zeros are left out, in the middle too
            inputs = [random.randint(0, 3, [4, STEPS]).astype("float32")]
        outputs = model(inputs if len(inputs) > 1 else inputs[0])
        path = os.path.join(folder, name)
        if is_new:
            model.export(path, verbose=False)
        elif name == "rnn":
            tf.saved_model.save(model, path)
        else:  # the others without a function for each of their layers, which takes long
            model.save(path, save_traces=False, signatures=signature_of(tf, model))
        write(path, inputs, tf.nest.flatten(outputs))


def signature_of(tf, model):
    """Return the function that a model of Keras 2 would be saved with."""

    @tf.function(input_signature=[tf.TensorSpec(each.shape, each.dtype) for each in model.inputs])
    def serve(*inputs):
        outputs = tf.nest.flatten(model(inputs if len(inputs) > 1 else inputs[0]))
        return {f"output_{i}": each for i, each in enumerate(outputs)}

    return serve


def save_functions(folder):
    import tensorflow as tf

    for name, (function, *inputs) in function_models(tf).items():
        module = tf.Module()
        specs = [tf.TensorSpec([None, *each.shape[1:]], each.dtype) for each in inputs]
        module.run = tf.function(function, input_signature=specs)
        path = os.path.join(folder, name)
        module.variables_used = module.run.get_concrete_function().variables
        tf.saved_model.save(module, path, module.run)
        write(path, inputs, tf.nest.flatten(module.run(*inputs)))


def write(path, inputs, outputs):
    arrays = {f"in{i}": array for i, array in enumerate(inputs)}
    arrays.update((f"out{i}", np.asarray(each)) for i, each in enumerate(outputs))
    np.savez(path + ".npz", **arrays)


if __name__ == "__main__":
    kind = sys.argv[2]
    if kind == "keras2":
        os.environ["TF_USE_LEGACY_KERAS"] = "1"
    save_functions(sys.argv[1]) if kind == "function" else save_keras(sys.argv[1], kind == "keras3")
