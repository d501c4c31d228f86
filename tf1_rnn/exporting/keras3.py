"""Keras 3's layers: kernel [D, n*H], recurrent_kernel [H, n*H] and bias [n*H] of each.

LSTM gates lie in the order i, f, c, o. GRU(reset_after=False) has z, r, h and computes
z*h + (1 - z)*hh, so that z is u.
"""

import numpy as np

from tf1_rnn.exporting.cells import quoted

LAYERS = "keras.layers"
LACKS = {
    "peepholes": "keras.layers.LSTM has no peepholes",
    "projection": "keras.layers.LSTM has no projection (num_proj)",
    "layer normalisation": "keras.layers.LSTM has no layer normalisation inside",
}
BY_HAND = "write its step as a cell for keras.layers.RNN, as examples/keras_bilstm.py does"
DENSE = ""
AXES = {1: ("LENGTH",), 2: ("HEIGHT", "WIDTH"), 3: ("DEPTH", "HEIGHT", "WIDTH")}


def arrays(module):
    """Name to array, in the order of `set_weights`; a name is the cell's scope, then Keras' own."""
    found = {}
    for cell in _cells(module):
        found[cell.layer.scope + "/kernel"] = cell.input_kernel
        found[cell.layer.scope + "/recurrent_kernel"] = cell.state_kernel
        found[cell.layer.scope + "/bias"] = cell.bias
    return found


def construction(module):
    """The expression that makes a module."""
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
    unknown = f"  # set {', '.join(space)}: a checkpoint does not tell" if space else ""
    return [
        f"layer.build(({', '.join(['None', 'None', *space, str(cell.inputs)])})){unknown}",
        "layer.set_weights([",
        *(f"    weights[{quoted(n)}],  # {list(a.shape)}" for n, a in arrays(module).items()),
        "])",
    ]


def _cells(module):
    (cells,) = module.levels  # a stack is a layer a level
    return cells


def _layer(cell, backwards=False):
    arguments = [str(cell.units)]
    if cell.family == "conv":
        # Keras has not always had sigmoid as its default here.
        arguments += [str(cell.input_kernel.shape[:-2]), 'padding="same"']
        arguments += ['recurrent_activation="sigmoid"']
    if cell.family == "gru":
        arguments += ["reset_after=False"]
    arguments += ["return_sequences=True"] + ["go_backwards=True"] * backwards
    name = {"rnn": "SimpleRNN", "lstm": "LSTM", "gru": "GRU"}.get(cell.family)
    name = name or f"ConvLSTM{cell.input_kernel.ndim - 2}D"
    return f"keras.layers.{name}({', '.join(arguments)}{_dtype(cell)})"


def _dtype(cell):
    return "" if cell.bias.dtype == np.float32 else f', dtype="{cell.bias.dtype}"'
