"""The tutorial's `bilstm` in Keras 3: python keras_bilstm.py TRACE.npz OUT.npz.

keras.layers.LSTM has no peepholes, so the step is written as a cell for keras.layers.RNN.
"""

import sys

import keras
import numpy as np
from keras import ops


class PeepholeLSTMCell(keras.layers.Layer):
    """TensorFlow 1's LSTMCell(use_peepholes=True), its variables as a checkpoint has them."""

    def __init__(self, weights, forget_bias=1.0):
        super().__init__(dtype=str(weights["kernel"].dtype))
        for name, array in weights.items():
            setattr(self, name, keras.Variable(array, name=name))
        self.forget_bias = forget_bias
        self.state_size = [len(weights["w_i_diag"])] * 2

    def call(self, x, states):
        """One step: x [batch, D] and states [c, h] to h and [c, h]."""
        c, h = states
        i, j, f, o = ops.split(ops.concatenate([x, h], 1) @ self.kernel + self.bias, 4, 1)
        i = ops.sigmoid(i + self.w_i_diag * c)
        f = ops.sigmoid(f + self.forget_bias + self.w_f_diag * c)
        c = f * c + i * ops.tanh(j)
        h = ops.sigmoid(o + self.w_o_diag * c) * ops.tanh(c)  # o uses the new c
        return h, [c, h]


def mean_square(t):
    """One term of the traces' loss."""
    return np.mean((t - ((np.arange(t.size) % 7 - 3) / 4).reshape(t.shape)) ** 2)


def main(trace_file, out_file):
    """Compute the trace's outputs, final states and loss."""
    trace = np.load(trace_file)
    found = {}
    for way in ("fw", "bw"):
        scope = f"variable/bidirectional_rnn/{way}/lstm_cell/"
        weights = {n[len(scope) :]: trace[n] for n in trace.files if n.startswith(scope)}
        layer = keras.layers.RNN(
            PeepholeLSTMCell(weights),
            return_sequences=True,
            return_state=True,
            go_backwards=way == "bw",
        )
        outputs, c, h = (ops.convert_to_numpy(t) for t in layer(trace["input/x"]))
        # Keras leaves the backward outputs in the order in which they came.
        found["outputs/" + way] = outputs if way == "fw" else outputs[:, ::-1]
        found[f"final_state/{way}/c"], found[f"final_state/{way}/h"] = c, h
    np.savez(out_file, loss=sum(map(mean_square, found.values())), **found)


if __name__ == "__main__":
    main(*sys.argv[1:])
