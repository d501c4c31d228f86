"""Cells as a checkpoint would give them, for the tests of each target."""

import numpy as np

from tf1_rnn.checkpoints.recognising import contents
from tf1_rnn.exporting import cells

D, H, P = 2, 3, 2
# The variables of each family by the names within their scope.
SHAPES = {
    "basic_rnn_cell": {"kernel": [D + H, H], "bias": [H]},
    "basic_lstm_cell": {"kernel": [D + H, 4 * H], "bias": [4 * H]},
    "lstm_cell": {
        "kernel": [D + P, 4 * H],
        "bias": [4 * H],
        "projection/kernel": [H, P],
        **{f"w_{gate}_diag": [H] for gate in "ifo"},
    },
    "gru_cell": {
        "gates/kernel": [D + H, 2 * H],
        "gates/bias": [2 * H],
        "candidate/kernel": [D + H, H],
        "candidate/bias": [H],
    },
    "cudnn_compatible_gru_cell": {
        "gates/kernel": [D + H, 2 * H],
        "gates/bias": [2 * H],
        "candidate/input_projection/kernel": [D, H],
        "candidate/input_projection/bias": [H],
        "candidate/hidden_projection/kernel": [H, H],
        "candidate/hidden_projection/bias": [H],
    },
    "conv_lstm_cell": {"kernel": [3, 1, D + H, 4 * H], "biases": [4 * H]},
}


def arrays(key, scope="rnn", dtype="float64", **changes):
    """Return drawn variables of a kind by name; a change of None leaves one out."""
    random = np.random.RandomState(0)
    shapes = {**SHAPES[key], **{name.replace("__", "/"): s for name, s in changes.items()}}
    return {
        f"{scope}/{key}/{name}": random.uniform(-1, 1, shape).astype(dtype)
        for name, shape in shapes.items()
        if shape is not None
    }


def layer(named):
    """Return the one layer that variables are of, and its own arrays."""
    (found,) = contents({name: list(array.shape) for name, array in named.items()}).layers
    return found, cells.own(found, named)


def cell(key, forget_bias=1.0, **more):
    """Return the `Cell` of a kind."""
    return cells.cell(*layer(arrays(key, **more)), forget_bias)
