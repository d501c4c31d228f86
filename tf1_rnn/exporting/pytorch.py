"""PyTorch's modules: weight_ih [n*H, D], weight_hh [n*H, H or P], weight_hr [P, H], two biases.

LSTM gates lie in the order i, f, g, o. Both biases are added; the second is zero here.
"""

import numpy as np

from tf1_rnn.exporting.cells import quoted

LAYERS = "torch.nn"
LACKS = {
    "gru": "torch.nn.GRU applies the reset gate after the product with the state, TensorFlow 1 "
    "before it: no weights make them equal",
    "conv": "torch.nn has no convolutional LSTM",
    "peepholes": "torch.nn.LSTM has no peepholes",
    "layer normalisation": "torch.nn.LSTM has no layer normalisation inside",
}
BY_HAND = "write its step in a loop over time, as torch_gru.py and torch_bilstm.py in examples/ do"
DENSE = " (a torch.nn.Linear's weight is a kernel transposed)"


def arrays(module):
    """Name to array; a name is the module's, then PyTorch's own, such as weight_ih_l1_reverse."""
    found = {}
    for depth, level in enumerate(module.levels):
        for cell, way in zip(level, ("", "_reverse"), strict=False):
            own = {
                "weight_ih": cell.input_kernel.T,
                "weight_hh": cell.state_kernel.T,
                "bias_ih": cell.bias,
                "bias_hh": np.zeros_like(cell.bias),
            }
            if cell.projection is not None:
                own["weight_hr"] = cell.projection.T
            for name, array in own.items():
                found[f"{module.name}/{name}_l{depth}{way}"] = np.ascontiguousarray(array)
    return found


def construction(module):
    """The expression that makes a module."""
    levels = module.levels
    cell = levels[0][0]
    arguments = [str(cell.inputs), str(cell.units), "batch_first=True"]
    arguments += [f"num_layers={len(levels)}"] if len(levels) > 1 else []
    arguments += ["bidirectional=True"] if len(levels[0]) == 2 else []
    arguments += [f"proj_size={cell.width}"] if cell.projection is not None else []
    arguments += [f"dtype=torch.{cell.bias.dtype}"] if cell.bias.dtype != np.float32 else []
    return f"torch.nn.{cell.family.upper()}({', '.join(arguments)})"


def loading(module):
    """Lines that give `layer` its weights."""
    prefix = quoted(module.name + "/")
    return [
        f"layer.load_state_dict({{name: torch.from_numpy(weights[{prefix} + name])",
        "                       for name in layer.state_dict()})",
    ]
