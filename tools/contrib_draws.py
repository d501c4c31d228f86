"""Random cells of the rest of `tf.contrib.rnn`, for `draws.py`.

A family gives a specification, or one with the fields of the case that it needs. The dtype is
float32 where 1.15.5 has no other.
"""

from tf1_rnn.baseline.cases import cell, fn

SINGLE = {"dtype": "float32"}


def _activations():
    return [fn("nn." + name) for name in ("relu", "sigmoid", "softsign", "tanh")]


def _inner(draw, units=None):
    """Return a small cell to wrap."""
    units = units or draw.size()
    kind = draw.one(("GRUCell", "LSTMCell", "BasicRNNCell", "BasicLSTMCell"))
    options = draw.some(use_peepholes=[True], cell_clip=[0.5]) if kind == "LSTMCell" else {}
    return cell(kind, num_units=units, **options)


def coupled(draw):
    """CoupledInputForgetGateLSTMCell; the layer normalisation makes float32 variables only."""
    options = draw.some(
        use_peepholes=[True],
        num_proj=[1, 2],
        proj_clip=[0.05, 9.0],
        forget_bias=[0.0, 0.5],
        state_is_tuple=[False],
        activation=_activations(),
    )
    if "proj_clip" in options and "num_proj" not in options:
        del options["proj_clip"]
    if draw.often(0.3):
        options.update(layer_norm=True, norm_gain=0.5, norm_shift=0.1)
        return cell("CoupledInputForgetGateLSTMCell", num_units=draw.size() + 4, **options), SINGLE
    return cell("CoupledInputForgetGateLSTMCell", num_units=draw.size(), **options)


def layer_norm(draw):
    """LayerNormBasicLSTMCell without dropout; few units would normalise to noise."""
    return cell(
        "LayerNormBasicLSTMCell",
        num_units=draw.size() + 4,
        **draw.some(
            forget_bias=[0.0, 0.5],
            activation=_activations(),
            layer_norm=[False],
            norm_gain=[0.5, 2.0],
            norm_shift=[0.1],
        ),
    )


def glstm(draw):
    """GLSTMCell."""
    groups = draw.size(3)
    return cell(
        "GLSTMCell",
        num_units=groups * draw.size(2),
        number_of_groups=groups,
        **draw.some(
            num_proj=[groups, 2 * groups], forget_bias=[0.0, 0.5], activation=_activations()
        ),
    ), {"shape": (groups * draw.size(2),)}


def indy(draw):
    """IndRNNCell, IndyGRUCell, IndyLSTMCell."""
    kind = draw.one(("IndRNNCell", "IndyGRUCell", "IndyLSTMCell"))
    options = draw.some(activation=_activations(), name=["mine"])
    if kind == "IndyLSTMCell":
        options.update(draw.some(forget_bias=[0.0, 0.5]))
    return cell(kind, num_units=draw.size(), **options)


def nas(draw):
    """NASCell."""
    return cell("NASCell", num_units=draw.size(), **draw.some(num_proj=[1, 2], use_bias=[True]))


def phased(draw):
    """PhasedLSTMCell."""
    return cell(
        "PhasedLSTMCell",
        num_units=draw.size(),
        **draw.some(use_peepholes=[True], leak=[0.1], ratio_on=[0.3], trainable_ratio_on=[False]),
    ), {
        "inputs": "timed",
        "positive": ("period", "phase", "ratio_on"),
        "dtype": "float32",
        "loop": draw.one(("dynamic", "static")),
    }


def intersection(draw):
    """IntersectionRNNCell."""
    units = draw.size()
    options = draw.some(forget_bias=[0.0, 0.5], y_activation=_activations())
    if draw.often(0.4):
        return cell("IntersectionRNNCell", num_units=units, num_in_proj=units, **options)
    return cell("IntersectionRNNCell", num_units=units, **options), {"shape": (units,)}


def sru_ugrnn(draw):
    """SRUCell and UGRNNCell."""
    if draw.often(0.5):
        return cell("SRUCell", num_units=draw.size(), **draw.some(activation=_activations()))
    return cell(
        "UGRNNCell",
        num_units=draw.size(),
        **draw.some(activation=_activations(), forget_bias=[0.0, 0.5]),
    )


def blocks(draw):
    """Return a block cell, or one that runs cuDNN's checkpoints."""
    kinds = ("GRUBlockCell", "GRUBlockCellV2", "LSTMBlockCell", "LSTMBlockFusedCell")
    cudnn = ("CudnnCompatibleGRUCell", "CudnnCompatibleLSTMCell")
    kind = draw.one(kinds + cudnn)
    if kind in cudnn:
        single = {} if "GRU" in kind else SINGLE
        return cell("contrib.cudnn_rnn." + kind, num_units=draw.size()), single
    if kind.startswith("GRU"):
        return cell(kind, num_units=draw.size()), SINGLE
    made = cell(
        kind,
        num_units=draw.size(),
        **draw.some(
            forget_bias=[0.0, 0.5], cell_clip=[0.1, 9.0], use_peephole=[True], name=["mine"]
        ),
    )
    kept = {"dtype": draw.one(("float32", "float32", "float16"))}
    if kind == "LSTMBlockCell":
        return made, kept
    fields = {"dtype": kept["dtype"], "loop": "fused", "time_major": True}
    if draw.often(0.3):
        return cell("TimeReversedFusedRNN", cell=made), dict(fields, state="none")
    return made, fields


def adaptors(draw):
    """Ordinary cells as fused ones."""
    made = cell("FusedRNNCellAdaptor", cell=_inner(draw), **draw.some(use_dynamic_rnn=[True]))
    made = cell("TimeReversedFusedRNN", cell=made) if draw.often(0.4) else made
    return made, {"loop": "fused", "time_major": True, "state": "none"}


def wrappers(draw):
    """Wrappers without variables of their own; dropout keeps all."""
    units = draw.size()
    kind = draw.one(("ResidualWrapper", "DropoutWrapper", "DeviceWrapper"))
    options = {
        "DeviceWrapper": {"device": "/cpu:0"},
        "ResidualWrapper": {},
        "DropoutWrapper": {"input_keep_prob": 1.0},
    }[kind]
    made = cell(kind, cell=_inner(draw, units), **options)
    if draw.often(0.3):
        made = cell("MultiRNNCell", cells=[made, cell("ResidualWrapper", cell=_inner(draw, units))])
    return made, {"shape": (units,)}


def highway(draw):
    """HighwayWrapper."""
    units = draw.size()
    return cell(
        "HighwayWrapper",
        cell=_inner(draw, units),
        **draw.some(couple_carry_transform_gates=[False], carry_bias_init=[0.5]),
    ), dict(SINGLE, shape=(units,))


def projections(draw):
    """InputProjectionWrapper, OutputProjectionWrapper and EmbeddingWrapper."""
    kind = draw.one(("InputProjectionWrapper", "OutputProjectionWrapper", "EmbeddingWrapper"))
    if kind == "EmbeddingWrapper":
        return cell(kind, cell=_inner(draw), embedding_classes=5, embedding_size=draw.size()), {
            "inputs": "ids",
            "shape": (1,),
            "dtype": "float32",
            "state": "random",
        }
    size = {"num_proj" if kind[0] == "I" else "output_size": draw.size()}
    return cell(kind, cell=_inner(draw), **dict(size, **draw.some(activation=_activations())))


def attention(draw):
    """AttentionCellWrapper."""
    made = (
        cell("GRUCell", num_units=draw.size())
        if draw.often(0.5)
        else cell("LSTMCell", num_units=draw.size())
    )
    options = draw.some(attn_size=[2, 3], attn_vec_size=[1, 2], input_size=[2, 3])
    if made[0] == "GRUCell" and draw.often(0.3):
        options["state_is_tuple"] = False
    return cell("AttentionCellWrapper", cell=made, attn_length=draw.size(3), **options), SINGLE


def _grid_of_cells(draw):
    """Return a cell of contrib.grid_rnn; in one dimension 1.15.5 must know the batch size."""
    kind = draw.one(("Grid2BasicLSTM", "Grid2BasicRNN", "Grid2GRU", "Grid2LSTM", "Grid3LSTM"))
    options = draw.some(tied=[True])
    if "LSTM" in kind:
        options.update(draw.some(state_is_tuple=[False]))
    return cell(
        "contrib.grid_rnn.%sCell" % kind, num_units=draw.size(), output_is_tuple=False, **options
    )


def grids(draw):
    """GridLSTMCell, BidirectionalGridLSTMCell and TimeFreqLSTMCell over frequencies."""
    if draw.often(0.2):
        return _grid_of_cells(draw)
    blocks = draw.size(3)
    units, fields = (
        draw.size(3),
        {
            "shape": (2 * blocks,),
            "dtype": draw.one(("float32", "float64")),
            "loop": draw.one(("dynamic", "static")),
        },
    )
    options = draw.some(use_peepholes=[True], cell_clip=[0.3], forget_bias=[0.0, 0.5])
    kind = draw.one(
        ("GridLSTMCell", "GridLSTMCell", "BidirectionalGridLSTMCell", "TimeFreqLSTMCell")
    )
    if kind == "TimeFreqLSTMCell":  # 1.15.5 must know the batch; here it need not be known
        return cell(kind, num_units=units, feature_size=2, frequency_skip=2, **options), dict(
            fields, loop="static", state="random", repeat=blocks, unknown=False
        )
    options.update(draw.some(share_time_frequency_weights=[True], couple_input_forget_gates=[True]))
    if kind == "GridLSTMCell":
        options.update(draw.some(state_is_tuple=[False]))
    return cell(
        kind,
        num_units=units,
        feature_size=2,
        frequency_skip=2,
        num_frequency_blocks=[blocks],
        **options,
    ), fields


FAMILIES = {
    "coupled": coupled,
    "layer_norm": layer_norm,
    "glstm": glstm,
    "indy": indy,
    "nas": nas,
    "phased": phased,
    "intersection": intersection,
    "sru_ugrnn": sru_ugrnn,
    "blocks": blocks,
    "adaptors": adaptors,
    "wrappers": wrappers,
    "highway": highway,
    "projections": projections,
    "attention": attention,
    "grids": grids,
}
