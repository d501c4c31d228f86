"""The sizes of a layer, from the shapes of its variables.

Each function takes a dict of own name to shape (a list of ints), and returns a dict of size to its
value: an int, a bool, a list of ints (`kernel_shape`), or None where the layer has no such thing.
It raises KeyError, IndexError or ValueError where a variable is missing or odd.
"""

import re


def of_rnn(own):
    """Return the sizes of a BasicRNNCell."""
    rows, units = own["kernel"]
    return {"inputs": rows - units, "num_units": units}


def of_lstm(own):
    """Return the sizes of an LSTM with one kernel of four gates."""
    rows, columns = own["kernel"]
    width = own.get("projection/kernel", [0, columns // 4])[1]
    return {
        "inputs": rows - width,
        "num_units": columns // 4,
        "num_proj": width if "projection/kernel" in own else None,
    }


def of_gru(own):
    """Return the sizes of a GRU."""
    rows, columns = own.get("gates/kernel") or own["w_ru"]
    return {"inputs": rows - columns // 2, "num_units": columns // 2}


def of_conv(own):
    """Return the sizes of a convolutional LSTM."""
    *window, channels, columns = own["kernel"]
    return {
        "input_channels": channels - columns // 4,
        "output_channels": columns // 4,
        "kernel_shape": window,
        "use_bias": "biases" in own,
    }


def of_coupled(own):
    """Return the sizes of a CoupledInputForgetGateLSTMCell."""
    rows = sum(shape[0] for leaf, shape in own.items() if re.match(r"W_\d+$", leaf))
    columns = own["B"][0]
    projections = [shape for leaf, shape in own.items() if leaf.startswith("W_P_")]
    width = projections[0][1] if projections else columns // 3
    return {
        "inputs": rows - width,
        "num_units": columns // 3,
        "num_proj": width if projections else None,
        "layer_norm": True if "state/gamma" in own else None,
    }


def of_layer_norm(own):
    """Return the sizes of a LayerNormBasicLSTMCell."""
    return dict(of_lstm(own), layer_norm="bias" not in own)


def of_glstm(own):
    """Return the sizes of a GLSTMCell."""
    groups = sum(1 for leaf in own if leaf.endswith("/kernel") and leaf.startswith("group"))
    rows, columns = own["group0/kernel"]
    width = own.get("projection/kernel", [0, groups * columns // 4])[1]
    return {
        "inputs": rows * groups - width,
        "num_units": groups * columns // 4,
        "number_of_groups": groups,
        "num_proj": width if "projection/kernel" in own else None,
    }


def of_indy(gates):
    """Return the function that reads an independently recurrent cell of so many gates."""

    def read(own):
        rows, columns = own.get("kernel_w") or own["gates/kernel_w"]
        return {"inputs": rows, "num_units": columns // gates}

    return read


def of_nas(own):
    """Return the sizes of a NASCell."""
    inputs, columns = own["kernel"]
    return {
        "inputs": inputs,
        "num_units": columns // 8,
        "num_proj": own.get("projection_weights", [0, None])[1],
        "use_bias": "bias" in own,
    }


def of_phased(own):
    """Return the sizes of a PhasedLSTMCell."""
    rows, units = own["new_input/kernel"]
    wide = own["mask_gates/kernel"][0] > rows
    return {"inputs": rows - units, "num_units": units, "peepholes": wide}


def of_intersection(own):
    """Return the sizes of an IntersectionRNNCell."""
    projection = own.get("in_projection/kernel")
    units = own["kernel"][1] // 4
    return {
        "inputs": projection[0] if projection else own["kernel"][0] - units,
        "num_units": units,
        "num_in_proj": projection[1] if projection else None,
    }


def of_sru(own):
    """Return the sizes of an SRUCell."""
    inputs, columns = own["kernel"]
    return {"inputs": inputs, "num_units": columns // 4}


def of_ugrnn(own):
    """Return the sizes of a UGRNNCell."""
    rows, columns = own["kernel"]
    return {"inputs": rows - columns // 2, "num_units": columns // 2}


def of_time_freq(own):
    """Return the sizes of a TimeFreqLSTMCell."""
    rows, columns = own["W_0"]
    return {"num_units": columns // 4, "feature_size": rows - columns // 2}


def of_grid(own):
    """Return the sizes of a GridLSTMCell or BidirectionalGridLSTMCell."""
    own = {leaf.split("/")[-1]: shape for leaf, shape in own.items()}
    units = own["W_O_diag_freqf_0"][0] if "W_O_diag_freqf_0" in own else None
    coupled = units is not None and own["B_f_0"][0] == 3 * units
    units = own["B_f_0"][0] // (3 if coupled else 4)
    return {
        "num_units": units,
        "feature_size": own["W_f_0_0"][0] - 2 * units,
        "frequency_blocks": sum(1 for leaf in own if re.match(r"B_f_\d+$", leaf)),
        "shared": None if "B_t_0" in own else True,
        "coupled": True if coupled else None,
    }


def of_grid_of_cells(own):
    """Return the sizes of a cell of contrib.grid_rnn."""
    projections = [shape for leaf, shape in own.items() if leaf.startswith("project_m_")]
    return {"inputs": sum(rows for rows, _ in projections), "num_units": projections[0][1]}


def of_attention(own):
    """Return the sizes of an AttentionCellWrapper."""
    return {
        "attn_size": own["attn_output_projection/kernel"][1],
        "attn_vec_size": own["attention/attn_v"][0],
        "input_size": own["kernel"][1],
    }


def of_projection(own):
    """Return the sizes of a dense layer."""
    return dict(zip(("inputs", "outputs"), own["kernel"], strict=True))


def of_embedding(own):
    """Return the sizes of an EmbeddingWrapper."""
    return dict(zip(("embedding_classes", "embedding_size"), own["embedding"], strict=True))


def of_highway(own):
    """Return the sizes of a HighwayWrapper."""
    return {"inputs": own["carry_w"][0], "coupled": "transform_w" not in own}
