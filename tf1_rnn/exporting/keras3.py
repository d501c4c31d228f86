"""Keras 3's layers: kernel [D, n*H], recurrent_kernel [H, n*H] and bias [n*H] of each.

LSTM gates lie in the order i, f, c, o: Keras calls j c. GRU has z, r, h and computes
z*h + (1 - z)*hh, so that z is u; with reset_after=True its bias is [2, 3*H], of inputs and state.
"""

import sys

import numpy as np

from tf1_rnn.exporting import weights_file
from tf1_rnn.exporting.cells import quoted

KEEPS_OTHERS = True  # its file has other arrays too
EQUAL_DIRECTIONS, STACKS = False, None
REVERSES, ONLY_FLOAT32 = False, False
LAYERS = "keras.layers"
LACKS = {
    "peepholes": "keras.layers.LSTM has no peepholes",
    "projection": "keras.layers.LSTM has no projection (num_proj)",
    "layer normalisation": "keras.layers.LSTM has no layer normalisation inside",
}
BY_HAND = "write its step as a cell for keras.layers.RNN, as examples/keras_bilstm.py does"
AXES = {1: ("LENGTH",), 2: ("HEIGHT", "WIDTH"), 3: ("DEPTH", "HEIGHT", "WIDTH")}


def arrays(module):
    """Name to array, in the order of `set_weights`; a name is the cell's scope, then Keras' own."""
    found = {}
    for cell in _cells(module):
        bias = cell.bias
        if cell.state_bias is not None:
            bias = np.stack([cell.bias, cell.state_bias])
        own = {"kernel": cell.input_kernel, "recurrent_kernel": cell.state_kernel, "bias": bias}
        found.update(
            (f"{cell.layer.scope}/{name}", array)
            for name, array in own.items()
            if array is not None
        )
    return found


def construction(module):
    """Return the expression that constructs a module."""
    cells = _cells(module)
    if len(cells) == 1:
        return _layer(cells[0])
    forward, backward = (_layer(cell) for cell in cells)
    # What is given for the backward direction must say itself that it goes backwards.
    other = "" if forward == backward else f", backward_layer={_layer(cells[1], backwards=True)}"
    return f"keras.layers.Bidirectional({forward}{other}{_dtype(cells[0])})"


def loading(module):
    """Lines that build `layer` and give it its weights."""
    cell = _cells(module)[0]
    space = AXES[cell.input_kernel.ndim - 2] if cell.family == "conv" else ()
    unknown = f"  # set {', '.join(space)}: not stored in a checkpoint" if space else ""
    before = ["None"] if cell.family == "dense" else ["None", "None"]
    return [
        f"layer.build(({', '.join([*before, *space, str(cell.inputs)])})){unknown}",
        "layer.set_weights([",
        *(f"    weights[{quoted(n)}],  # {list(a.shape)}" for n, a in arrays(module).items()),
        "])",
    ]


def _cells(module):
    (cells,) = module.levels  # a stack is a layer a level
    return cells


def _layer(cell, backwards=False):
    arguments = [str(cell.units)]
    if cell.family == "dense":
        arguments += ["use_bias=False"] if cell.bias is None else []
        return f"keras.layers.Dense({', '.join(arguments)}{_dtype(cell)})"
    if cell.family == "conv":
        # Keras has not always had sigmoid as its default here.
        arguments += [str(cell.input_kernel.shape[:-2]), 'padding="same"']
        arguments += ['recurrent_activation="sigmoid"']
    if cell.family.startswith("gru"):
        arguments += [f"reset_after={cell.family == 'gru_reset_after'}"]
    arguments += ["return_sequences=True"] + ["go_backwards=True"] * backwards
    name = _NAMES.get(cell.family) or f"ConvLSTM{cell.input_kernel.ndim - 2}D"
    return f"keras.layers.{name}({', '.join(arguments)}{_dtype(cell)})"


_NAMES = {"rnn": "SimpleRNN", "lstm": "LSTM", "gru": "GRU", "gru_reset_after": "GRU"}


def _dtype(cell):
    return "" if cell.dtype == np.float32 else f', dtype="{cell.dtype}"'


def header(file):
    """Lines that open the file."""
    return weights_file.header("keras", file)


def lines(module):
    """Lines that make a module and give it its weights."""
    return weights_file.lines(sys.modules[__name__], module)


write = weights_file.write
