"""Which recurrent layers a checkpoint's variables are, told by their names and shapes.

No graph is needed, and no TensorFlow.
"""

import collections
import re

from tf1_rnn.checkpoints.old_names import renamed

Layer = collections.namedtuple("Layer", "scope kind sizes direction depth variables")
Layer.__doc__ = """A recurrent layer, or a wrapper with variables of its own.

scope: the name its variables begin with; kind: the classes that name them so; sizes: what the
shapes tell, by name; direction: "forward", "backward" or ""; depth: its place in a stack, from 0,
or None; variables: their names.
"""

# A cell's scope in a graph, as a pattern, and what can have made it.
KINDS = {
    "basic_rnn_cell": "BasicRNNCell",
    "basic_lstm_cell": "BasicLSTMCell",
    "lstm_cell": "LSTMCell or LSTMBlockCell",
    "lstm_fused_cell": "LSTMBlockFusedCell",
    "gru_cell": "GRUCell or GRUBlockCellV2",
    "conv_lstm_cell": "ConvLSTMCell",
    "conv_1d_lstm_cell": "Conv1DLSTMCell",
    "conv_2d_lstm_cell": "Conv2DLSTMCell",
    "conv_3d_lstm_cell": "Conv3DLSTMCell",
    "coupled_input_forget_gate_lstm_cell": "CoupledInputForgetGateLSTMCell",
    "layer_norm_basic_lstm_cell": "LayerNormBasicLSTMCell",
    "glstm_cell": "GLSTMCell",
    "indy_lstm_cell": "IndyLSTMCell",
    "indy_gru_cell": "IndyGRUCell",
    "ind_rnn_cell": "IndRNNCell",
    "nas_cell": "NASCell",
    "phased_lstm_cell": "PhasedLSTMCell",
    "intersection_rnn_cell": "IntersectionRNNCell",
    "sru_cell": "SRUCell",
    "ugrnn_cell": "UGRNNCell",
    "time_freq_lstm_cell": "TimeFreqLSTMCell",
    "grid_lstm_cell": "GridLSTMCell",
    "bidirectional_grid_lstm_cell": "BidirectionalGridLSTMCell",
    "cudnn_compatible_lstm_cell": "CudnnCompatibleLSTMCell",
    "cudnn_compatible_gru_cell": "CudnnCompatibleGRUCell",
    "attention_cell_wrapper": "AttentionCellWrapper",
    "input_projection_wrapper": "InputProjectionWrapper",
    "output_projection_wrapper": "OutputProjectionWrapper",
    "embedding_wrapper": "EmbeddingWrapper",
}
# Those of contrib.grid_rnn, around the cells of their dimensions, have scopes of their own names.
GRIDS = (
    "GridRNNCell",
    *(f"Grid{n}{kind}Cell" for n in (1, 2) for kind in ("BasicRNN", "BasicLSTM", "LSTM")),
    "Grid2GRUCell",
    "Grid3LSTMCell",
)
KINDS.update(zip(GRIDS, GRIDS, strict=True))
_KIND = re.compile(r"({})(_\d+)?$".format("|".join(sorted(KINDS, key=len, reverse=True))))

# What optimisers call the variables they keep beside each of a model's.
SLOTS = {
    "Adam": "Adam (m)",
    "Adam_1": "Adam (v)",
    "Momentum": "momentum",
    "RMSProp": "RMSProp (ms)",
    "RMSProp_1": "RMSProp (momentum)",
    "RMSProp_2": "RMSProp (momentum)",
    "Adagrad": "Adagrad",
    "Adadelta": "Adadelta (gradients)",
    "Adadelta_1": "Adadelta (updates)",
    "Ftrl": "Ftrl",
    "Ftrl_1": "Ftrl (linear)",
    "ExponentialMovingAverage": "moving average",
}
_OPTIMISER = re.compile(r"(.*/)?(beta[12]_power|global_step)(_\d+)?$")

Contents = collections.namedtuple("Contents", "layers slots optimiser unrecognised names")
Contents.__doc__ = """What a checkpoint holds.

layers: a list of `Layer`; slots: kind of slot to the number of variables that have it; optimiser:
names such as `global_step` and `beta1_power`; unrecognised: the other names; names: each name, as
all of these have it, to that in the file, which differs where it is of before TensorFlow 1.2.
"""


def contents(shapes):
    """Sort a checkpoint's variables into recurrent layers, slots and the rest.

    Args:
        shapes: name to shape (a list of ints) of every variable.

    Returns:
        `Contents`.
    """
    names = _names_of_today(shapes)
    shapes = {name: shapes[kept] for name, kept in names.items()}
    slots, model, optimiser = collections.Counter(), {}, []
    for name in shapes:
        base, _, last = name.rpartition("/")
        if last in SLOTS and (base in shapes or last == "ExponentialMovingAverage"):
            slots[SLOTS[last]] += 1
        elif _OPTIMISER.match(name):
            optimiser.append(name)
        else:
            model[name] = list(shapes[name])
    model = _join_shards(model)
    scopes = collections.OrderedDict()
    for name in model:
        scope = _scope(name, model)
        if scope:
            scopes.setdefault(scope, []).append(name)
    layers = [_layer(scope, names, model) for scope, names in scopes.items()]
    found = {name for layer in layers for name in layer.variables}
    unrecognised = [name for name in model if name not in found]
    return Contents(layers, dict(slots), optimiser, unrecognised, names)


def _names_of_today(names):
    """Each name of today to the one that is kept."""
    of_today = {renamed(name): name for name in names}
    # Where it has both names of something, none is an old one.
    return of_today if len(of_today) == len(names) else {name: name for name in names}


def _join_shards(shapes):
    """`kernel/part_0`, `kernel/part_1` as one `kernel`, joined along the first axis."""
    joined = collections.OrderedDict()
    for name, shape in shapes.items():
        whole = re.sub(r"/part_\d+$", "", name)
        if whole != name and whole in joined:
            joined[whole] = [joined[whole][0] + shape[0]] + joined[whole][1:]
        else:
            joined[whole] = shape
    return joined


def _scope(name, shapes):
    """The scope of the recurrent layer that a variable belongs to, "" if it is of none."""
    parts = name.split("/")
    for end in range(len(parts) - 1, 0, -1):
        if _KIND.match(parts[end - 1]):
            return "/".join(parts[:end])
    if re.match(r"(carry|transform)_[wb]$", parts[-1]):
        return "/".join(parts[:-1] + ["carry_w"])  # HighwayWrapper has no scope of its own
    return _named_scope(name, shapes)


def _named_scope(name, shapes):
    """The scope of a cell that its owner named, told by the variables and shapes beside it."""
    for leaf in _LEAVES:
        if name.endswith("/" + leaf):
            scope = name[: -len(leaf) - 1]
            return scope if _guess(scope, shapes) else ""
    return ""


_LEAVES = (
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


def _guess(scope, shapes):
    """The kind of a cell named by its owner; "" for what may be no cell at all."""

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


def _layer(scope, names, shapes):
    """Describe the layer of a scope."""
    last = scope.split("/")[-1]
    match = _KIND.match(last)
    key = match.group(1) if match else "highway" if last == "carry_w" else _guess(scope, shapes)
    if last == "carry_w":
        scope = scope.rpartition("/")[0]
    own = {name[len(scope) :].lstrip("/"): shapes[name] for name in names}
    kind = "HighwayWrapper" if key == "highway" else KINDS[key]
    if key == "gru_cell" and "w_ru" in own:
        kind = "GRUBlockCell"
    if key == "lstm_cell" and "projection/kernel" in own:
        kind = "LSTMCell"
    if not match and key == "lstm_cell" and not any("diag" in n or "proj" in n for n in own):
        kind = "LSTMCell or BasicLSTMCell, named by its owner"
    elif not match and key != "highway":
        kind += ", named by its owner"
    direction = (
        "forward"
        if re.search(r"/fw/|^fw/", scope + "/")
        else "backward"
        if re.search(r"/bw/|^bw/", scope + "/")
        else ""
    )
    places = re.findall(r"(?:^|/)cell_(\d+)(?=/|$)", scope)
    return Layer(
        scope, kind, _sizes(key, own), direction, int(places[-1]) if places else None, names
    )


def _sizes(key, own):
    """What the shapes of a layer's own variables tell about its sizes."""
    sizes = collections.OrderedDict()
    reader = READERS.get(key)
    if reader:
        try:
            sizes.update((name, size) for name, size in reader(own).items() if size is not None)
        except (KeyError, IndexError, ValueError):
            pass  # a variable is missing, or odd: its sizes cannot be told, it is still listed
    peepholes = [leaf for leaf in own if re.search("w_[fio]_diag", leaf.lower())]
    if key in _MAY_PEEP or peepholes:
        sizes["peepholes"] = "yes" if peepholes else "no"
    return sizes


_MAY_PEEP = (
    "lstm_cell",
    "lstm_fused_cell",
    "coupled_input_forget_gate_lstm_cell",
    "time_freq_lstm_cell",
    "grid_lstm_cell",
    "bidirectional_grid_lstm_cell",
)


# How to read each kind's sizes from its own variables (leaf to shape).


def _read_rnn(own):
    rows, units = own["kernel"]
    return {"inputs": rows - units, "num_units": units}


def _read_lstm(own):
    rows, columns = own["kernel"]
    width = own.get("projection/kernel", [0, columns // 4])[1]
    return {
        "inputs": rows - width,
        "num_units": columns // 4,
        "num_proj": width if "projection/kernel" in own else None,
    }


def _read_gru(own):
    rows, columns = own.get("gates/kernel") or own["w_ru"]
    return {"inputs": rows - columns // 2, "num_units": columns // 2}


def _read_conv(own):
    *window, channels, columns = own["kernel"]
    return {
        "input_channels": channels - columns // 4,
        "output_channels": columns // 4,
        "kernel_shape": window,
        "use_bias": "yes" if "biases" in own else "no",
    }


def _read_coupled(own):
    rows = sum(shape[0] for leaf, shape in own.items() if re.match(r"W_\d+$", leaf))
    columns = own["B"][0]
    projections = [shape for leaf, shape in own.items() if leaf.startswith("W_P_")]
    width = projections[0][1] if projections else columns // 3
    return {
        "inputs": rows - width,
        "num_units": columns // 3,
        "num_proj": width if projections else None,
        "layer_norm": "yes" if "state/gamma" in own else None,
    }


def _read_layer_norm(own):
    return dict(_read_lstm(own), layer_norm="no" if "bias" in own else "yes")


def _read_glstm(own):
    groups = sum(1 for leaf in own if leaf.endswith("/kernel") and leaf.startswith("group"))
    rows, columns = own["group0/kernel"]
    width = own.get("projection/kernel", [0, groups * columns // 4])[1]
    return {
        "inputs": rows * groups - width,
        "num_units": groups * columns // 4,
        "number_of_groups": groups,
        "num_proj": width if "projection/kernel" in own else None,
    }


def _read_indy(gates):
    def read(own):
        rows, columns = own.get("kernel_w") or own["gates/kernel_w"]
        return {"inputs": rows, "num_units": columns // gates}

    return read


def _read_nas(own):
    inputs, columns = own["kernel"]
    return {
        "inputs": inputs,
        "num_units": columns // 8,
        "num_proj": own.get("projection_weights", [0, None])[1],
        "use_bias": "yes" if "bias" in own else "no",
    }


def _read_phased(own):
    rows, units = own["new_input/kernel"]
    wide = own["mask_gates/kernel"][0] > rows
    return {"inputs": rows - units, "num_units": units, "peepholes": "yes" if wide else "no"}


def _read_intersection(own):
    projection = own.get("in_projection/kernel")
    units = own["kernel"][1] // 4
    return {
        "inputs": projection[0] if projection else own["kernel"][0] - units,
        "num_units": units,
        "num_in_proj": projection[1] if projection else None,
    }


def _read_sru(own):
    inputs, columns = own["kernel"]
    return {"inputs": inputs, "num_units": columns // 4}


def _read_ugrnn(own):
    rows, columns = own["kernel"]
    return {"inputs": rows - columns // 2, "num_units": columns // 2}


def _read_time_freq(own):
    rows, columns = own["W_0"]
    return {"num_units": columns // 4, "feature_size": rows - columns // 2}


def _read_grid(own):
    own = {leaf.split("/")[-1]: shape for leaf, shape in own.items()}
    units = own["W_O_diag_freqf_0"][0] if "W_O_diag_freqf_0" in own else None
    coupled = units is not None and own["B_f_0"][0] == 3 * units
    units = own["B_f_0"][0] // (3 if coupled else 4)
    return {
        "num_units": units,
        "feature_size": own["W_f_0_0"][0] - 2 * units,
        "frequency_blocks": sum(1 for leaf in own if re.match(r"B_f_\d+$", leaf)),
        "shared": None if "B_t_0" in own else "yes",
        "coupled": "yes" if coupled else None,
    }


def _read_grid_of_cells(own):
    projections = [shape for leaf, shape in own.items() if leaf.startswith("project_m_")]
    return {"inputs": sum(rows for rows, _ in projections), "num_units": projections[0][1]}


def _read_attention(own):
    return {
        "attn_size": own["attn_output_projection/kernel"][1],
        "attn_vec_size": own["attention/attn_v"][0],
        "input_size": own["kernel"][1],
    }


def _read_projection(own):
    return dict(zip(("inputs", "outputs"), own["kernel"], strict=True))


def _read_embedding(own):
    return dict(zip(("embedding_classes", "embedding_size"), own["embedding"], strict=True))


def _read_highway(own):
    return {"inputs": own["carry_w"][0], "coupled": "no" if "transform_w" in own else "yes"}


READERS = {
    "basic_rnn_cell": _read_rnn,
    "basic_lstm_cell": _read_lstm,
    "lstm_cell": _read_lstm,
    "lstm_fused_cell": _read_lstm,
    "gru_cell": _read_gru,
    "conv_lstm_cell": _read_conv,
    "conv_1d_lstm_cell": _read_conv,
    "conv_2d_lstm_cell": _read_conv,
    "conv_3d_lstm_cell": _read_conv,
    "coupled_input_forget_gate_lstm_cell": _read_coupled,
    "layer_norm_basic_lstm_cell": _read_layer_norm,
    "glstm_cell": _read_glstm,
    "indy_lstm_cell": _read_indy(4),
    "indy_gru_cell": _read_indy(2),
    "ind_rnn_cell": _read_indy(1),
    "nas_cell": _read_nas,
    "phased_lstm_cell": _read_phased,
    "intersection_rnn_cell": _read_intersection,
    "sru_cell": _read_sru,
    "ugrnn_cell": _read_ugrnn,
    "time_freq_lstm_cell": _read_time_freq,
    "grid_lstm_cell": _read_grid,
    "bidirectional_grid_lstm_cell": _read_grid,
    "cudnn_compatible_lstm_cell": _read_lstm,
    "cudnn_compatible_gru_cell": _read_gru,
    **dict.fromkeys(GRIDS, _read_grid_of_cells),
    "attention_cell_wrapper": _read_attention,
    "input_projection_wrapper": _read_projection,
    "output_projection_wrapper": _read_projection,
    "embedding_wrapper": _read_embedding,
    "highway": _read_highway,
}
