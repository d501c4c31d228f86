"""The kinds of layers in checkpoints: a row for each scope that a cell or wrapper makes."""

import re
from collections.abc import Callable
from typing import NamedTuple

from tf1_rnn.checkpoints import sizes


class Kind(NamedTuple):
    """What the name of a scope reveals about its layer."""

    classes: tuple  # the classes that name their variables so, the likeliest first
    sizes: Callable  # its own variables' shapes to its sizes, a function of `sizes`
    may_peep: bool = False  # whether its class takes use_peepholes


KINDS = {
    "basic_rnn_cell": Kind(("BasicRNNCell",), sizes.of_rnn),
    "basic_lstm_cell": Kind(("BasicLSTMCell",), sizes.of_lstm),
    "lstm_cell": Kind(("LSTMCell", "LSTMBlockCell"), sizes.of_lstm, True),
    "lstm_fused_cell": Kind(("LSTMBlockFusedCell",), sizes.of_lstm, True),
    "gru_cell": Kind(("GRUCell", "GRUBlockCellV2"), sizes.of_gru),
    "conv_lstm_cell": Kind(("ConvLSTMCell",), sizes.of_conv),
    "conv_1d_lstm_cell": Kind(("Conv1DLSTMCell",), sizes.of_conv),
    "conv_2d_lstm_cell": Kind(("Conv2DLSTMCell",), sizes.of_conv),
    "conv_3d_lstm_cell": Kind(("Conv3DLSTMCell",), sizes.of_conv),
    "coupled_input_forget_gate_lstm_cell": Kind(
        ("CoupledInputForgetGateLSTMCell",), sizes.of_coupled, True
    ),
    "layer_norm_basic_lstm_cell": Kind(("LayerNormBasicLSTMCell",), sizes.of_layer_norm),
    "glstm_cell": Kind(("GLSTMCell",), sizes.of_glstm),
    "indy_lstm_cell": Kind(("IndyLSTMCell",), sizes.of_indy(4)),
    "indy_gru_cell": Kind(("IndyGRUCell",), sizes.of_indy(2)),
    "ind_rnn_cell": Kind(("IndRNNCell",), sizes.of_indy(1)),
    "nas_cell": Kind(("NASCell",), sizes.of_nas),
    "phased_lstm_cell": Kind(("PhasedLSTMCell",), sizes.of_phased),
    "intersection_rnn_cell": Kind(("IntersectionRNNCell",), sizes.of_intersection),
    "sru_cell": Kind(("SRUCell",), sizes.of_sru),
    "ugrnn_cell": Kind(("UGRNNCell",), sizes.of_ugrnn),
    "time_freq_lstm_cell": Kind(("TimeFreqLSTMCell",), sizes.of_time_freq, True),
    "grid_lstm_cell": Kind(("GridLSTMCell",), sizes.of_grid, True),
    "bidirectional_grid_lstm_cell": Kind(("BidirectionalGridLSTMCell",), sizes.of_grid, True),
    "cudnn_compatible_lstm_cell": Kind(("CudnnCompatibleLSTMCell",), sizes.of_lstm),
    "cudnn_compatible_gru_cell": Kind(("CudnnCompatibleGRUCell",), sizes.of_gru),
    "attention_cell_wrapper": Kind(("AttentionCellWrapper",), sizes.of_attention),
    "input_projection_wrapper": Kind(("InputProjectionWrapper",), sizes.of_projection),
    "output_projection_wrapper": Kind(("OutputProjectionWrapper",), sizes.of_projection),
    "embedding_wrapper": Kind(("EmbeddingWrapper",), sizes.of_embedding),
}

# Those of contrib.grid_rnn, around the cells of their dimensions, have scopes of their own names.
GRIDS = (
    "GridRNNCell",
    *(f"Grid{n}{kind}Cell" for n in (1, 2) for kind in ("BasicRNN", "BasicLSTM", "LSTM")),
    "Grid2GRUCell",
    "Grid3LSTMCell",
)
KINDS.update({name: Kind((name,), sizes.of_grid_of_cells) for name in GRIDS})

_SCOPE = re.compile(r"({})(_\d+)?$".format("|".join(sorted(KINDS, key=len, reverse=True))))

# These two have no scope of their own kind, and are recognised differently.
HIGHWAY, DENSE = "highway", "dense"
KINDS[HIGHWAY] = Kind(("HighwayWrapper",), sizes.of_highway)
KINDS[DENSE] = Kind(("dense layer",), sizes.of_projection)


def of_scope(part):
    """Return the key of the kind that one part of a scope names, as `lstm_cell_1` does, or None."""
    match = _SCOPE.match(part)
    return match.group(1) if match else None


# How a cell in a custom scope is recognised.
CUSTOM_LEAVES = (
    "gates/kernel",
    "gates/bias",
    "candidate/kernel",
    "candidate/bias",
    "projection/kernel",
    "kernel",
    "bias",
    "biases",
    "w_f_diag",
    "w_i_diag",
    "w_o_diag",
)


def of_custom_scope(scope, shapes):
    """Return the key of a cell in a custom scope, "" if it may not be a cell.

    Args:
        scope: the cell's scope.
        shapes: name to shape of all variables.
    """

    def shape(leaf):
        return shapes.get(scope + "/" + leaf)

    if shape("gates/kernel") and shape("candidate/kernel"):
        return "gru_cell"
    kernel, bias, biases = shape("kernel"), shape("bias"), shape("biases")
    if kernel and biases and len(kernel) > 2 and _is_lstm(kernel, biases, None):
        return "conv_lstm_cell"
    if shape("w_f_diag"):
        return "lstm_cell"
    in_loop = re.search(r"(^|/)(bidirectional_)?rnn(_\d+)?/", scope + "/")
    if in_loop and kernel and bias and len(kernel) == 2:
        if _is_lstm(kernel, bias, shape("projection/kernel")):
            return "lstm_cell"
        return "basic_rnn_cell" if kernel[0] > kernel[1] == bias[0] else ""
    return ""


def _is_lstm(kernel, bias, projection):
    units = kernel[-1] // 4
    width = projection[1] if projection else units
    return kernel[-1] == 4 * units == bias[0] and kernel[-2] > width


def classes(key, own, is_named):
    """Return the classes that a layer may be of, by its kind, and what its own variables rule out.

    Args:
        key: of `KINDS`.
        own: the layer's own names.
        is_named: whether its scope has a custom name.
    """
    if key == "gru_cell" and "w_ru" in own:
        return ("GRUBlockCell",)
    if key == "lstm_cell" and "projection/kernel" in own:
        return ("LSTMCell",)
    if (
        key == "lstm_cell"
        and is_named
        and not any("diag" in leaf or "proj" in leaf for leaf in own)
    ):
        return ("LSTMCell", "BasicLSTMCell")
    return KINDS[key].classes
