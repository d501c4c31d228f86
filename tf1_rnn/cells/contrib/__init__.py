"""The cells that only `tensorflow.contrib.rnn` had, one family a file."""

from .coupled_lstm import CoupledInputForgetGateLSTMCell
from .glstm import GLSTMCell
from .grid_lstm import BidirectionalGridLSTMCell, GridLSTMCell
from .indy import IndRNNCell, IndyGRUCell, IndyLSTMCell
from .intersection_rnn import IntersectionRNNCell
from .layer_norm_lstm import LayerNormBasicLSTMCell
from .nas import NASCell
from .phased_lstm import PhasedLSTMCell
from .sru import SRUCell
from .time_freq_lstm import TimeFreqLSTMCell
from .ugrnn import UGRNNCell

__all__ = [
    "BidirectionalGridLSTMCell",
    "CoupledInputForgetGateLSTMCell",
    "GLSTMCell",
    "GridLSTMCell",
    "IndRNNCell",
    "IndyGRUCell",
    "IndyLSTMCell",
    "IntersectionRNNCell",
    "LayerNormBasicLSTMCell",
    "NASCell",
    "PhasedLSTMCell",
    "SRUCell",
    "TimeFreqLSTMCell",
    "UGRNNCell",
]
