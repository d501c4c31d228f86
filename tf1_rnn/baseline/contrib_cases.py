"""The part of the table of cases that covers the rest of `tf.contrib.rnn`.

Pure data, as `cases.py`. Dropout is recorded at a keep probability of 1, where it is no longer
random. Only in float32, the only type that 1.15.5 has them in: the block cells, PhasedLSTMCell,
HighwayWrapper, AttentionCellWrapper and the layer normalisation of CoupledInputForgetGateLSTMCell.
TimeFreqLSTMCell's state is its state_size for each block of frequencies, which only static_rnn
takes. Runs under
Python 3.7 too.
"""

from __future__ import annotations

from typing import Any, Iterator

# fmt: off
# A table: a case a line reads better than an argument a line.

H = 3


def families(Case: Any, cell: Any, fn: Any) -> Iterator[Any]:
    """Yield the cases; the functions that make them come from `cases.py`."""
    def case(name, kind, rest=None, **options):
        fields = dict({"state": "random", "time": 3}, **(rest or {}))
        return Case(name, cell(kind, **options), **fields)

    for part in (_lstm_like, _others, _blocks, _wrappers, _grids):
        for made in part(case, cell, fn):
            yield made


def _lstm_like(case, cell, fn):
    """Yield the relatives of the LSTM."""
    kind = "CoupledInputForgetGateLSTMCell"
    yield case("coupled", kind, num_units=H)
    yield case("coupled_peepholes", kind, num_units=H, use_peepholes=True, forget_bias=0.5)
    yield case("coupled_projection", kind, num_units=H, num_proj=2, proj_clip=0.05)
    # Normalising over few units divides by small spreads, which makes noise large: more of them,
    # fewer steps, and slower training.
    yield case("coupled_layer_norm", kind, {"dtype": "float32", "rate": 0.1, "time": 2},
               num_units=5, layer_norm=True,
               use_peepholes=True, norm_gain=0.5, norm_shift=0.1)
    yield case("coupled_shards", kind, num_units=4, num_unit_shards=2, num_proj=2,
               num_proj_shards=2, state_is_tuple=False)
    yield case("coupled_float32", kind, {"dtype": "float32", "lengths": (1, 3)}, num_units=H,
               use_peepholes=True)
    kind = "LayerNormBasicLSTMCell"
    yield case("layer_norm", kind, num_units=H)
    yield case("layer_norm_gain_shift", kind, {"rate": 0.1}, num_units=4, norm_gain=0.5,
               norm_shift=0.2, forget_bias=0.0, activation=fn("nn.softsign"))
    yield case("layer_norm_off", kind, num_units=H, layer_norm=False)
    yield case("layer_norm_float32", kind, {"dtype": "float32", "lengths": (3, 2), "rate": 0.1},
               num_units=5)
    yield case("glstm", "GLSTMCell", {"shape": (4,)}, num_units=4, number_of_groups=2)
    yield case("glstm_projection", "GLSTMCell", {"shape": (4,)}, num_units=4, number_of_groups=2,
               num_proj=2, forget_bias=0.0)
    yield case("glstm_one_group", "GLSTMCell", num_units=H, activation=fn("nn.softsign"))
    yield case("indy_lstm", "IndyLSTMCell", num_units=H)
    yield case("indy_lstm_options", "IndyLSTMCell", {"dtype": "float32", "lengths": (2, 0)},
               num_units=H, forget_bias=0.5, activation=fn("nn.softsign"))
    yield case("nas", "NASCell", num_units=H)
    yield case("nas_projection_bias", "NASCell", num_units=H, num_proj=2, use_bias=True)
    yield case("nas_float32", "NASCell", {"dtype": "float32"}, num_units=2, use_bias=True)
    timed = {"inputs": "timed", "positive": ("period", "phase", "ratio_on"), "time": 4,
             "dtype": "float32", "rate": 0.01}  # its openness has edges, which large steps cross
    yield case("phased", "PhasedLSTMCell", timed, num_units=H)
    yield case("phased_peepholes", "PhasedLSTMCell", timed, num_units=H, use_peepholes=True,
               leak=0.1)
    yield case("phased_fixed_ratio", "PhasedLSTMCell", timed, num_units=H,
               trainable_ratio_on=False, ratio_on=0.3)
    yield case("phased_lengths", "PhasedLSTMCell", dict(timed, lengths=(4, 1)), num_units=2)


def _others(case, cell, fn):
    """Yield other recurrences."""
    yield case("ind_rnn", "IndRNNCell", num_units=H)
    yield case("ind_rnn_options", "IndRNNCell", {"dtype": "float32", "lengths": (3, 0)},
               num_units=H, activation=fn("nn.softsign"))
    yield case("indy_gru", "IndyGRUCell", num_units=H)
    yield case("indy_gru_options", "IndyGRUCell", {"dtype": "float32"}, num_units=H,
               activation=fn("nn.sigmoid"))
    yield case("intersection", "IntersectionRNNCell", {"shape": (H,)}, num_units=H)
    yield case("intersection_projected", "IntersectionRNNCell", num_units=H, num_in_proj=H,
               forget_bias=0.5, y_activation=fn("nn.tanh"))
    yield case("intersection_float32", "IntersectionRNNCell", {"shape": (2,), "dtype": "float32"},
               num_units=2)
    yield case("sru", "SRUCell", num_units=H)
    yield case("sru_options", "SRUCell", {"dtype": "float32", "lengths": (3, 1)}, num_units=2,
               activation=fn("nn.relu"))
    yield case("ugrnn", "UGRNNCell", num_units=H)
    yield case("ugrnn_options", "UGRNNCell", {"dtype": "float32"}, num_units=H, forget_bias=0.0,
               activation=fn("nn.relu"))


def _blocks(case, cell, fn):
    """Yield the block cells, which are one operation a step or a sequence."""
    single = {"dtype": "float32"}
    yield case("gru_block", "GRUBlockCell", single, num_units=H)
    yield case("gru_block_v2", "GRUBlockCellV2", dict(single, lengths=(3, 1)), num_units=H)
    yield case("gru_block_v2_cell_size", "GRUBlockCellV2", single, cell_size=2)
    kind = "contrib.cudnn_rnn.CudnnCompatible%sCell"
    yield case("cudnn_gru", kind % "GRU", num_units=H)
    yield case("cudnn_lstm", kind % "LSTM", single, num_units=2)
    yield case("lstm_block", "LSTMBlockCell", single, num_units=H)
    yield case("lstm_block_peephole_clip", "LSTMBlockCell", dict(single, lengths=(3, 0)),
               num_units=H, use_peephole=True, cell_clip=0.1, forget_bias=0.5)
    fused = dict(single, loop="fused", time_major=True, time=4)
    yield case("lstm_block_fused", "LSTMBlockFusedCell", fused, num_units=H)
    yield case("lstm_block_fused_lengths", "LSTMBlockFusedCell", dict(fused, lengths=(0, 3)),
               num_units=H, use_peephole=True, cell_clip=0.2)
    fused = dict(fused, state="none")
    yield case("time_reversed_fused", "TimeReversedFusedRNN", dict(fused, lengths=(2, 4)),
               cell=cell("LSTMBlockFusedCell", num_units=2))
    adapted = {"loop": "fused", "time_major": True, "state": "none"}
    yield case("fused_adaptor_static", "FusedRNNCellAdaptor", adapted,
               cell=cell("LSTMCell", num_units=2))
    yield case("fused_adaptor_dynamic", "FusedRNNCellAdaptor", dict(adapted, lengths=(1, 3)),
               cell=cell("GRUCell", num_units=2), use_dynamic_rnn=True)
    yield case("time_reversed_adaptor", "TimeReversedFusedRNN", adapted, cell=cell(
        "FusedRNNCellAdaptor", cell=cell("GRUCell", num_units=2)))


def _wrappers(case, cell, fn):
    """Yield cells around cells."""
    gru, lstm = cell("GRUCell", num_units=H), cell("LSTMCell", num_units=H)
    wide, single = {"shape": (H,)}, {"shape": (H,), "dtype": "float32"}
    yield case("residual", "ResidualWrapper", wide, cell=lstm)
    yield case("residual_float32", "ResidualWrapper", single, cell=gru)
    yield case("dropout_keeping_all", "DropoutWrapper", cell=lstm, input_keep_prob=1.0,
               output_keep_prob=1.0, state_keep_prob=1.0)
    yield case("dropout_variational_keeping_all", "DropoutWrapper", cell=lstm,
               variational_recurrent=True, dtype=fn("float64"))
    yield case("device", "DeviceWrapper", cell=gru, device="/cpu:0")
    yield case("compiled", "CompiledWrapper", {"dtype": "float32"}, cell=gru)
    yield case("highway", "HighwayWrapper", single, cell=gru)
    yield case("highway_uncoupled", "HighwayWrapper", single, cell=lstm,
               couple_carry_transform_gates=False, carry_bias_init=0.5)
    yield case("input_projection", "InputProjectionWrapper", cell=gru, num_proj=2)
    yield case("input_projection_relu", "InputProjectionWrapper", {"dtype": "float32"}, cell=lstm,
               num_proj=2, activation=fn("nn.relu"))
    yield case("output_projection", "OutputProjectionWrapper", cell=lstm, output_size=2)
    yield case("output_projection_sigmoid", "OutputProjectionWrapper", {"dtype": "float32"},
               cell=gru, output_size=2, activation=fn("nn.sigmoid"))
    ids = {"inputs": "ids", "shape": (1,), "dtype": "float32"}
    yield case("embedding", "EmbeddingWrapper", ids, cell=gru, embedding_classes=5,
               embedding_size=2)
    yield case("attention", "AttentionCellWrapper", single, cell=lstm, attn_length=2)
    yield case("attention_options", "AttentionCellWrapper", single, cell=gru, attn_length=3,
               attn_size=2, attn_vec_size=2, input_size=3)
    yield case("attention_concatenated_state", "AttentionCellWrapper", single,
               cell=gru, attn_length=2, state_is_tuple=False)
    yield case("multi_of_wrappers", "MultiRNNCell", wide, cells=[
        cell("ResidualWrapper", cell=gru), cell("DropoutWrapper", cell=lstm)])


def _grids(case, cell, fn):
    """Yield the LSTMs over time and frequency."""
    wide = {"shape": (6,), "time": 3}
    kind = "TimeFreqLSTMCell"
    static = dict(wide, loop="static", repeat=3)
    yield case("time_freq", kind, static, num_units=2, feature_size=2, frequency_skip=2)
    yield case("time_freq_peepholes", kind, static, num_units=2, feature_size=4, frequency_skip=1,
               use_peepholes=True, cell_clip=0.2, forget_bias=0.5)
    grid = {"num_units": 2, "feature_size": 2, "frequency_skip": 2, "num_frequency_blocks": [3]}
    kind = "GridLSTMCell"
    yield case("grid", kind, wide, **grid)
    yield case("grid_peepholes", kind, wide, use_peepholes=True, cell_clip=0.3, **grid)
    yield case("grid_shared_coupled", kind, wide, use_peepholes=True,
               share_time_frequency_weights=True, couple_input_forget_gates=True, **grid)
    yield case("grid_concatenated_state", kind, wide, state_is_tuple=False, **grid)
    yield case("grid_blocks", kind, dict(wide, dtype="float32"), num_units=2, feature_size=2,
               frequency_skip=1, num_frequency_blocks=[2, 1], start_freqindex_list=[0, 3],
               end_freqindex_list=[3, 5])
    kind = "BidirectionalGridLSTMCell"
    yield case("bidirectional_grid", kind, wide, **grid)
    yield case("bidirectional_grid_options", kind, dict(wide, dtype="float32"),
               use_peepholes=True, backward_slice_offset=1, **grid)
    kind = "contrib.grid_rnn.Grid2%sCell"
    small = {"time": 2, "shape": (1,)}
    yield case("grid_rnn_lstm", kind % "LSTM", small, num_units=2, use_peepholes=True,
               output_is_tuple=False)
    yield case("grid_rnn_gru_tied", kind % "GRU", small, num_units=2, tied=True,
               output_is_tuple=False)
