"""PyTorch's modules: weight_ih [n*H, D], weight_hh [n*H, H or P], weight_hr [P, H], two biases.

LSTM gates lie in the order i, f, g, o: PyTorch calls j g. GRU has r, z, n, where z is u, and adds
the state's bias before the reset gate; elsewhere both biases are added, and the second is zero.
"""

import sys

import numpy as np

from tf1_rnn.exporting import weights_file
from tf1_rnn.exporting.cells import quoted, reordered

KEEPS_OTHERS = True  # its file has other arrays too
EQUAL_DIRECTIONS, STACKS = True, "equal"
REVERSES, ONLY_FLOAT32 = False, False
LAYERS = "torch.nn"
LACKS = {
    "gru": "torch.nn.GRU applies the reset gate after the product with the state, TensorFlow 1 "
    "before it: no weights make them equal",
    "conv": "torch.nn has no convolutional LSTM",
    "peepholes": "torch.nn.LSTM has no peepholes",
    "layer normalisation": "torch.nn.LSTM has no layer normalisation inside",
}
BY_HAND = "write its step in a loop over time, as torch_gru.py and torch_bilstm.py in examples/ do"


def arrays(module):
    """Name to array; a name is the module's, then PyTorch's own, such as weight_ih_l1_reverse."""
    found = {}
    for depth, level in enumerate(module.levels):
        for cell, way in zip(level, ("", "_reverse"), strict=False):
            end = "" if cell.family == "dense" else f"_l{depth}{way}"
            for name, array in _own(cell).items():
                found[f"{module.name}/{name}{end}"] = np.ascontiguousarray(array)
    return found


def _own(cell):
    """Return one cell's parameters by PyTorch's names, without their level and direction."""
    if cell.family == "dense":
        own = {"weight": cell.input_kernel.T}
        return own if cell.bias is None else {**own, "bias": cell.bias}
    state_bias = np.zeros_like(cell.bias) if cell.state_bias is None else cell.state_bias
    own = {
        "weight_ih": cell.input_kernel,
        "weight_hh": cell.state_kernel,
        "bias_ih": cell.bias,
        "bias_hh": state_bias,
    }
    if cell.family == "gru_reset_after":
        own = {name: reordered(array, "urc", "ruc") for name, array in own.items()}
    if cell.projection is not None:
        own["weight_hr"] = cell.projection
    return {name: array.T for name, array in own.items()}


def construction(module):
    """Return the expression that constructs a module."""
    levels = module.levels
    cell = levels[0][0]
    dtype = [f"dtype=torch.{cell.dtype}"] if cell.dtype != np.float32 else []
    arguments = [str(cell.inputs), str(cell.units)]
    if cell.family == "dense":
        arguments += ["bias=False"] if cell.bias is None else []
        return f"torch.nn.Linear({', '.join(arguments + dtype)})"
    arguments += ["batch_first=True"]
    arguments += [f"num_layers={len(levels)}"] if len(levels) > 1 else []
    arguments += ["bidirectional=True"] if len(levels[0]) == 2 else []
    arguments += [f"proj_size={cell.width}"] if cell.projection is not None else []
    name = cell.family.split("_")[0].upper()
    return f"torch.nn.{name}({', '.join(arguments + dtype)})"


def loading(module):
    """Lines that give `layer` its weights."""
    prefix = quoted(module.name + "/")
    return [
        f"layer.load_state_dict({{name: torch.from_numpy(weights[{prefix} + name])",
        "                       for name in layer.state_dict()})",
    ]


def header(file):
    """Lines that open the file."""
    return weights_file.header("torch", file)


def lines(module):
    """Lines that make a module and give it its weights."""
    return weights_file.lines(sys.modules[__name__], module)


write = weights_file.write
