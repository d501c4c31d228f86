"""One layer of a checkpoint, its gates in the order of the targets; or why there is none.

What the targets' recurrences are was looked up in running ones, and is tested against the numbers
of TensorFlow 1.15.5.
"""

import json
from typing import Any, NamedTuple

import numpy as np

from tf1_rnn.checkpoints.recognising import GRIDS

# What `recognising` calls a cell: the recurrence it has. Others have none in the targets.
FAMILIES = {
    "BasicRNNCell": "rnn",
    "BasicLSTMCell": "lstm",
    "LSTMCell": "lstm",
    "LSTMCell or LSTMBlockCell": "lstm",
    "LSTMCell or BasicLSTMCell": "lstm",
    "LSTMBlockFusedCell": "lstm",
    "CudnnCompatibleLSTMCell": "lstm",
    "LayerNormBasicLSTMCell": "lstm",  # with layer_norm=False
    "GRUCell or GRUBlockCellV2": "gru",
    "GRUBlockCell": "gru",
    "ConvLSTMCell": "conv",
    "Conv1DLSTMCell": "conv",
    "Conv2DLSTMCell": "conv",
    "Conv3DLSTMCell": "conv",
}

# The orders of gates here, and in both targets: Keras calls j c, PyTorch g; Keras calls u z.
LSTM_HERE, LSTM_THERE = "ijfo", "ifjo"
GRU_HERE, GRU_THERE = "ru", "ur"  # the candidate is last in the targets
GATES = {"rnn": 1, "lstm": 4, "gru": 3, "conv": 4}

# The variables that a family must have, and may have.
REQUIRED = {
    "rnn": ("kernel", "bias"),
    "lstm": ("kernel", "bias"),
    "gru": ("gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias"),
    "conv": ("kernel",),
}
OPTIONAL = {"lstm": ("projection/kernel",), "conv": ("biases",)}
GRU_BLOCK = dict(zip(("w_ru", "b_ru", "w_c", "b_c"), REQUIRED["gru"], strict=True))

# A wrapper with variables of its own: what it does to the layer inside it.
WRAPPERS = {
    "InputProjectionWrapper": "a dense layer, inputs @ kernel + bias, before the layer inside it",
    "OutputProjectionWrapper": "a dense layer, outputs @ kernel + bias, behind the layer inside it",
    "EmbeddingWrapper": "the rows of embedding, by id, are the inputs of the layer inside it",
    "HighwayWrapper": "behind the layer inside it: outputs * t + inputs * c with c = "
    "sigmoid(inputs @ carry_w + carry_b) and t = 1 - c, or a sigmoid of its own (transform_w, "
    "transform_b)",
    "AttentionCellWrapper": "attention over the last states, part of every step of the layer "
    "inside it: write it in a loop over time",
    **dict.fromkeys(
        GRIDS, "a grid, each of whose steps takes one of every layer inside it: write it in a loop"
    ),
}
# What a layer of the targets computes, in an order that is not written here.
IN_ANOTHER_ORDER = {
    "CudnnCompatibleGRUCell": "torch.nn.GRU and keras.layers.GRU(reset_after=True) compute it; put "
    "its gates into their order",
}


class Cell(NamedTuple):
    """A layer's weights for H units, or F filters: gates in the order of the targets."""

    layer: Any  # the `recognising.Layer`
    family: str  # a key of GATES
    input_kernel: np.ndarray  # [D, n*H], or [*window, C, 4*F]
    state_kernel: np.ndarray  # [H or P, n*H], or [*window, F, 4*F]
    bias: np.ndarray  # [n*H], the forget bias in it
    projection: Any  # [H, P] or None
    forget_bias: Any  # what was added to `bias`; None where there is no forget gate

    @property
    def inputs(self):
        """D or C."""
        return self.input_kernel.shape[-2]

    @property
    def units(self):
        """H or F."""
        return self.bias.size // GATES[self.family]

    @property
    def width(self):
        """The size of an output: P with a projection, else H or F."""
        return self.state_kernel.shape[-2]

    @property
    def sizes(self):
        """What is equal in layers that are equal but for their inputs and numbers."""
        return self.family, self.units, self.width, self.bias.dtype


def kind_of(layer):
    """A layer's kind without ", named by its owner"."""
    return layer.kind.split(",")[0]


def own(layer, arrays):
    """A layer's arrays by their names within it, those of GRUBlockCell by those of GRUCell."""
    names = {name: name[len(layer.scope) :].lstrip("/") for name in layer.variables}
    return {GRU_BLOCK.get(leaf, leaf): arrays[n] for n, leaf in names.items() if n in arrays}


def why_not(layer, own, target):
    """Why a target's layers cannot express one, as a sentence without its full stop; "" if can."""
    kind = kind_of(layer)
    if kind in WRAPPERS:
        return WRAPPERS[kind]
    if kind in IN_ANOTHER_ORDER:
        return IN_ANOTHER_ORDER[kind]
    family = FAMILIES.get(kind)
    name = kind.split(" or ")[0]
    advice = f"{target.BY_HAND} (equations: python -m pydoc tf1_rnn.v1.contrib.rnn.{name})"
    if family is None:
        return f"{target.LAYERS} has no such layer; {advice}"
    for feature in _features(family, own):
        if feature in target.LACKS:
            return f"{target.LACKS[feature]}; {advice}"
    if not _fits(family, own):
        wanted = ", ".join(REQUIRED[family])
        shapes = ", ".join(f"{leaf} {list(array.shape)}" for leaf, array in own.items())
        return f"a {kind} has {wanted} of shapes that fit, not {shapes}; {advice}"
    return ""


def _features(family, own):
    """What a target may lack."""
    yield family
    if any(leaf.endswith("_diag") for leaf in own):
        yield "peepholes"
    if any(leaf.endswith("/gamma") for leaf in own):
        yield "layer normalisation"
    if "projection/kernel" in own:
        yield "projection"


def _fits(family, own):
    """Whether variables and shapes are those of one cell of the family."""
    shapes = {leaf: array.shape for leaf, array in own.items()}
    if set(REQUIRED[family]) - set(shapes):
        return False
    if set(shapes) - set(REQUIRED[family] + OPTIONAL.get(family, ())):
        return False
    kernel = shapes["candidate/kernel" if family == "gru" else "kernel"]
    if len(kernel) not in ((3, 4, 5) if family == "conv" else (2,)):
        return False
    rows, columns = kernel[-2:]
    units = columns // 4 if family in ("lstm", "conv") else columns
    width = shapes.get("projection/kernel", (units, units))[-1]
    gates = GATES[family] * units
    expected = {
        "kernel": (*kernel[:-1], gates),
        "bias": (gates,),
        "biases": (gates,),
        "projection/kernel": (units, width),
        "gates/kernel": (rows, 2 * units),
        "gates/bias": (2 * units,),
        "candidate/kernel": kernel,
        "candidate/bias": (units,),
    }
    return rows > width and all(expected[leaf] == shape for leaf, shape in shapes.items())


def cell(layer, own, forget_bias):
    """Put a layer's arrays into the order of the targets: `Cell`."""
    family, projection = FAMILIES[kind_of(layer)], own.get("projection/kernel")
    if kind_of(layer) == "CudnnCompatibleLSTMCell":
        forget_bias = 0.0  # it has no other
    if family == "rnn":
        kernel, bias, forget_bias = own["kernel"], own["bias"], None
    elif family == "gru":
        kernel, bias, forget_bias = _gru(own, "kernel"), _gru(own, "bias"), None
    else:
        kernel = _reordered(own["kernel"], LSTM_HERE, LSTM_THERE)
        bias = own.get("biases" if family == "conv" else "bias")
        bias = np.zeros(kernel.shape[-1], kernel.dtype) if bias is None else bias
        bias = _reordered(bias, LSTM_HERE, LSTM_THERE)
        bias.reshape(4, -1)[LSTM_THERE.index("f")] += np.asarray(forget_bias, bias.dtype)
    width = bias.size // GATES[family] if projection is None else projection.shape[1]
    inputs, state = np.split(kernel, [kernel.shape[-2] - width], -2)  # rows are [inputs, state]
    return Cell(layer, family, inputs, state, bias, projection, forget_bias)


def _reordered(array, here, there):
    """Put the gates along an array's last axis into another order; always a new array."""
    gates = dict(zip(here, np.split(array, len(here), -1), strict=True))
    return np.concatenate([gates[gate] for gate in there], -1)


def _gru(own, leaf):
    gates = _reordered(own["gates/" + leaf], GRU_HERE, GRU_THERE)
    return np.concatenate([gates, own["candidate/" + leaf]], -1)


def quoted(text):
    """A text as Python has it, in double quotes."""
    return json.dumps(text, ensure_ascii=False)
