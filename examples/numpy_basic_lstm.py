"""The tutorial's `basic_lstm` in plain NumPy: python numpy_basic_lstm.py TRACE.npz OUT.npz."""

import sys

import numpy as np


def sigmoid(x):
    """Return the logistic function of x."""
    return 1 / (1 + np.exp(-x))


def lstm(x, kernel, bias, forget_bias=1.0):
    """Run an LSTM over x [batch, time, D] from a zero state; give outputs, c and h."""
    units = bias.size // 4
    c = h = np.zeros((len(x), units), x.dtype)
    outputs = []
    for x_t in x.swapaxes(0, 1):
        # The columns are i, j, f, o. The forget bias is not in the stored bias.
        i, j, f, o = np.split(np.concatenate([x_t, h], 1) @ kernel + bias, 4, 1)
        c = sigmoid(f + forget_bias) * c + sigmoid(i) * np.tanh(j)
        h = sigmoid(o) * np.tanh(c)
        outputs.append(h)
    return np.stack(outputs, 1), c, h


def mean_square(t):
    """One term of the traces' loss."""
    return np.mean((t - ((np.arange(t.size) % 7 - 3) / 4).reshape(t.shape)) ** 2)


def main(trace_file, out_file):
    """Compute the trace's outputs, final state and loss."""
    trace = np.load(trace_file)
    outputs, c, h = lstm(
        trace["input/x"],
        trace["variable/rnn/basic_lstm_cell/kernel"],
        trace["variable/rnn/basic_lstm_cell/bias"],
    )
    np.savez(
        out_file,
        **{
            "outputs": outputs,
            "final_state/c": c,
            "final_state/h": h,
            "loss": sum(map(mean_square, (outputs, c, h))),
        },
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
