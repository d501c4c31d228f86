"""The rest of `tensorflow.contrib.rnn`, one family a file."""

from .attention import AttentionCellWrapper
from .block_gru import GRUBlockCell, GRUBlockCellV2
from .block_lstm import LSTMBlockCell, LSTMBlockFusedCell, LSTMBlockWrapper
from .compiled import CompiledWrapper
from .coupled_lstm import CoupledInputForgetGateLSTMCell
from .fused import FusedRNNCell, FusedRNNCellAdaptor, TimeReversedFusedRNN
from .glstm import GLSTMCell
from .grid_lstm import BidirectionalGridLSTMCell, GridLSTMCell
from .highway import HighwayWrapper
from .indy import IndRNNCell, IndyGRUCell, IndyLSTMCell
from .intersection_rnn import IntersectionRNNCell
from .layer_norm_lstm import LayerNormBasicLSTMCell
from .loops import (
    best_effort_input_batch_size,
    stack_bidirectional_dynamic_rnn,
    stack_bidirectional_rnn,
    static_bidirectional_rnn,
    static_rnn,
    static_state_saving_rnn,
    transpose_batch_time,
)
from .minimal_rnn import CFNCell, MinimalRNNCell  # noqa: F401
from .nas import NASCell
from .normalized_lstm import LayerNormLSTMCell, WeightNormLSTMCell  # noqa: F401
from .ntm import NTMCell  # noqa: F401
from .phased_lstm import PhasedLSTMCell
from .projection import EmbeddingWrapper, InputProjectionWrapper, OutputProjectionWrapper
from .sru import SRUCell
from .time_freq_lstm import TimeFreqLSTMCell
from .ugrnn import UGRNNCell

__all__ = [
    "AttentionCellWrapper",
    "BidirectionalGridLSTMCell",
    "CompiledWrapper",
    "CoupledInputForgetGateLSTMCell",
    "EmbeddingWrapper",
    "FusedRNNCell",
    "FusedRNNCellAdaptor",
    "GLSTMCell",
    "GRUBlockCell",
    "GRUBlockCellV2",
    "GridLSTMCell",
    "HighwayWrapper",
    "IndRNNCell",
    "IndyGRUCell",
    "IndyLSTMCell",
    "InputProjectionWrapper",
    "IntersectionRNNCell",
    "LSTMBlockCell",
    "LSTMBlockFusedCell",
    "LSTMBlockWrapper",
    "LayerNormBasicLSTMCell",
    "NASCell",
    "OutputProjectionWrapper",
    "PhasedLSTMCell",
    "SRUCell",
    "TimeFreqLSTMCell",
    "TimeReversedFusedRNN",
    "UGRNNCell",
    "best_effort_input_batch_size",
    "stack_bidirectional_dynamic_rnn",
    "stack_bidirectional_rnn",
    "static_bidirectional_rnn",
    "static_rnn",
    "static_state_saving_rnn",
    "transpose_batch_time",
]
