"""One layer of a checkpoint, its gates in one order for all targets; or why it has no equal.

The targets' recurrences were found by running them, and is tested against the numbers
of TensorFlow 1.15.5.
"""

import json
from typing import Any, NamedTuple

import numpy as np

from tf1_rnn.checkpoints import describing
from tf1_rnn.checkpoints.kinds import DENSE, GRIDS, HIGHWAY

# Kinds of cells, and the recurrence that each has. Others have none in the targets.
FAMILIES = {
    "basic_rnn_cell": "rnn",
    "basic_lstm_cell": "lstm",
    "lstm_cell": "lstm",
    "lstm_fused_cell": "lstm",
    "cudnn_compatible_lstm_cell": "lstm",
    "layer_norm_basic_lstm_cell": "lstm",  # with layer_norm=False
    "gru_cell": "gru",
    "cudnn_compatible_gru_cell": "gru_reset_after",
    "conv_lstm_cell": "conv",
    "conv_1d_lstm_cell": "conv",
    "conv_2d_lstm_cell": "conv",
    "conv_3d_lstm_cell": "conv",
    DENSE: "dense",
}

# The orders of gates in a checkpoint, and in a `Cell`.
LSTM_THERE, LSTM_GATES = "ijfo", "ifjo"
GRU_THERE, GRU_GATES = "ru", "ur"  # the candidate, c, is last in a `Cell`
GATES = {"rnn": 1, "lstm": 4, "gru": 3, "gru_reset_after": 3, "conv": 4, "dense": 1}

# The variables that a family must have, and may have.
PEEPHOLES = ("w_i_diag", "w_f_diag", "w_o_diag")
REQUIRED = {
    "rnn": ("kernel", "bias"),
    "lstm": ("kernel", "bias"),
    "gru": ("gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias"),
    "gru_reset_after": (
        "gates/kernel",
        "gates/bias",
        *(
            f"candidate/{part}_projection/{leaf}"
            for part in ("input", "hidden")
            for leaf in ("kernel", "bias")
        ),
    ),
    "conv": ("kernel",),
    "dense": ("kernel",),
}
OPTIONAL = {
    "lstm": ("projection/kernel", *PEEPHOLES),
    "conv": ("biases",),
    "dense": ("bias",),
}
GRU_BLOCK = dict(zip(("w_ru", "b_ru", "w_c", "b_c"), REQUIRED["gru"], strict=True))

# A wrapper with variables of its own: what it does to the wrapped layer.
WRAPPERS = {
    "input_projection_wrapper": "a dense layer, inputs @ kernel + bias, before the wrapped layer",
    "output_projection_wrapper": "a dense layer, outputs @ kernel + bias, after the wrapped layer",
    "embedding_wrapper": "the rows of embedding, by id, are the inputs of the wrapped layer",
    HIGHWAY: "after the wrapped layer: outputs * t + inputs * c with c = "
    "sigmoid(inputs @ carry_w + carry_b) and t = 1 - c, or a sigmoid of its own (transform_w, "
    "transform_b)",
    "attention_cell_wrapper": "attention over the last states, part of every step of the "
    "wrapped layer: write it in a loop over time",
    **dict.fromkeys(
        GRIDS, "a grid, each of whose steps takes one of every wrapped layer: write it in a loop"
    ),
}


class Cell(NamedTuple):
    """The weights of a layer with H units, or F filters; gates in the order i, f, j, o or u, r, c.

    For a dense layer only `input_kernel` and `bias` are set.
    """

    layer: Any  # the `recognising.Layer`
    family: str  # a key of GATES
    input_kernel: np.ndarray  # [D, n*H], or [*window, C, 4*F]
    state_kernel: Any  # [H or P, n*H], or [*window, F, 4*F]
    bias: Any  # [n*H], the forget bias in it; None for a dense layer without
    state_bias: Any = None  # [n*H], what is added only to the product with the state, or None
    peepholes: Any = None  # [3, H] for i, f and o, or None
    projection: Any = None  # [H, P] or None
    forget_bias: Any = None  # what was added to `bias`; None where there is no forget gate
    activation: str = "Tanh"  # ONNX's name of it

    @property
    def dtype(self):
        """The type of its numbers."""
        return self.input_kernel.dtype

    @property
    def inputs(self):
        """D or C."""
        return self.input_kernel.shape[-2]

    @property
    def units(self):
        """H or F."""
        return self.input_kernel.shape[-1] // GATES[self.family]

    @property
    def width(self):
        """The size of an output."""
        return self.units if self.projection is None else self.projection.shape[1]

    @property
    def sizes(self):
        """The sizes that must agree in layers that differ only in inputs and numbers."""
        has_peepholes = self.peepholes is not None
        return self.family, self.units, self.width, self.dtype, has_peepholes, self.activation


def own(layer, arrays):
    """Return a layer's arrays by name within the layer; GRUBlockCell's get GRUCell's names."""
    return {
        GRU_BLOCK.get(leaf, leaf): arrays[name]
        for leaf, name in layer.variables.items()
        if name in arrays
    }


def why_not(layer, own, target):
    """Why a target's layers cannot express one, as a sentence without its full stop; "" if can."""
    if layer.key in WRAPPERS:
        return WRAPPERS[layer.key]
    family = FAMILIES.get(layer.key)
    pydoc = f"python -m pydoc tf1_rnn.v1.contrib.rnn.{layer.classes[0]}"
    advice = f"{target.BY_HAND} (equations: {pydoc})"
    if family is None:
        return f"{target.LAYERS} has no such layer; {advice}"
    for feature in _features(family, own):
        if feature in target.LACKS:
            return f"{target.LACKS[feature]}; {advice}"
    if not _fits(family, own):
        wanted = ", ".join(REQUIRED[family])
        shapes = ", ".join(f"{leaf} {list(array.shape)}" for leaf, array in own.items())
        kind = describing.classes(layer)
        return f"a {kind} has {wanted} of shapes that fit, not {shapes}; {advice}"
    return ""


def _features(family, own):
    """Yield the features of a layer that a target may lack."""
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
    if 0 < len([leaf for leaf in PEEPHOLES if leaf in shapes]) < len(PEEPHOLES):
        return False
    kernel = shapes["gates/kernel" if family.startswith("gru") else "kernel"]
    if len(kernel) not in ((3, 4, 5) if family == "conv" else (2,)):
        return False
    if family == "dense":
        return "bias" not in shapes or shapes["bias"] == kernel[1:]
    rows, columns = kernel[-2:]
    units = columns // {"rnn": 1, "gru": 2, "gru_reset_after": 2}.get(family, 4)
    width = shapes.get("projection/kernel", (units, units))[-1]
    inputs, gates = rows - width, GATES[family] * units
    expected = {
        "kernel": (*kernel[:-1], gates),
        "bias": (gates,),
        "biases": (gates,),
        "projection/kernel": (units, width),
        **dict.fromkeys(PEEPHOLES, (units,)),
        "gates/kernel": (rows, 2 * units),
        "gates/bias": (2 * units,),
        "candidate/kernel": (rows, units),
        "candidate/bias": (units,),
        "candidate/input_projection/kernel": (inputs, units),
        "candidate/hidden_projection/kernel": (units, units),
        "candidate/input_projection/bias": (units,),
        "candidate/hidden_projection/bias": (units,),
    }
    return inputs > 0 and all(expected[leaf] == shape for leaf, shape in shapes.items())


def cell(layer, own, forget_bias):
    """Return a layer's weights as a `Cell`.

    Args:
        layer: the `recognising.Layer`.
        own: its arrays by their names within it, for which `why_not` has no reason.
        forget_bias: what the graph's LSTMs added to the forget gate.
    """
    family = FAMILIES[layer.key]
    if family == "dense":
        return Cell(layer, family, own["kernel"], None, own.get("bias"))
    if family == "rnn":
        return Cell(layer, family, *_split(own["kernel"], len(own["bias"])), own["bias"])
    if family == "gru":
        kernel, bias = _gru(own, "kernel"), _gru(own, "bias")
        return Cell(layer, family, *_split(kernel, bias.size // 3), bias)
    if family == "gru_reset_after":
        return _gru_reset_after(layer, own)
    if layer.key == "cudnn_compatible_lstm_cell":
        forget_bias = 0.0  # it has no other
    return _lstm(layer, family, own, forget_bias)


def _lstm(layer, family, own, forget_bias):
    kernel, projection = reordered(own["kernel"], LSTM_THERE, LSTM_GATES), None
    bias = own.get("biases" if family == "conv" else "bias")
    bias = np.zeros(kernel.shape[-1], kernel.dtype) if bias is None else bias
    bias = reordered(bias, LSTM_THERE, LSTM_GATES)
    bias.reshape(4, -1)[LSTM_GATES.index("f")] += np.asarray(forget_bias, bias.dtype)
    peepholes = np.stack([own[leaf] for leaf in PEEPHOLES]) if PEEPHOLES[0] in own else None
    projection = own.get("projection/kernel")
    width = bias.size // 4 if projection is None else projection.shape[1]
    inputs, state = _split(kernel, width)
    return Cell(layer, family, inputs, state, bias, None, peepholes, projection, forget_bias)


def _gru_reset_after(layer, own):
    """Return the cell of a CudnnCompatibleGRUCell, which keeps two kernels for the candidate."""
    gates = reordered(own["gates/kernel"], GRU_THERE, GRU_GATES)
    parts = _split(gates, gates.shape[-1] // 2)
    bias = reordered(own["gates/bias"], GRU_THERE, GRU_GATES)
    biases, kernels = [bias, np.zeros_like(bias)], []
    for index, name in enumerate(("input", "hidden")):
        candidate = f"candidate/{name}_projection/"
        kernels.append(np.concatenate([parts[index], own[candidate + "kernel"]], -1))
        biases[index] = np.concatenate([biases[index], own[candidate + "bias"]])
    return Cell(layer, "gru_reset_after", *kernels, *biases)


def _split(kernel, width):
    """Return a kernel's rows for the inputs, then its last rows, for the state."""
    return np.split(kernel, [kernel.shape[-2] - width], -2)


def reordered(array, here, there):
    """Put the gates along an array's last axis into another order; always a new array."""
    gates = dict(zip(here, np.split(array, len(here), -1), strict=True))
    return np.concatenate([gates[gate] for gate in there], -1)


def _gru(own, leaf):
    gates = reordered(own["gates/" + leaf], GRU_THERE, GRU_GATES)
    return np.concatenate([gates, own["candidate/" + leaf]], -1)


def quoted(text):
    """Return a text as a Python literal in double quotes."""
    return json.dumps(text, ensure_ascii=False)
