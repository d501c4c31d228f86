"""The recurrences, one family a file, on public `tensorflow.compat.v1` only.

The cells of the tutorial are here; the rest of `tensorflow.contrib.rnn` is in `contrib/`.
"""

from .basic_rnn import BasicRNNCell
from .conv_lstm import Conv1DLSTMCell, Conv2DLSTMCell, Conv3DLSTMCell, ConvLSTMCell
from .gru import GRUCell
from .lstm import BasicLSTMCell, LSTMCell, LSTMStateTuple
from .multi_rnn import MultiRNNCell
from .rnn_cell import LayerRNNCell, RNNCell
from .wrappers import DeviceWrapper, DropoutWrapper, ResidualWrapper

__all__ = [
    "BasicLSTMCell",
    "BasicRNNCell",
    "Conv1DLSTMCell",
    "Conv2DLSTMCell",
    "Conv3DLSTMCell",
    "ConvLSTMCell",
    "DeviceWrapper",
    "DropoutWrapper",
    "GRUCell",
    "LSTMCell",
    "LSTMStateTuple",
    "LayerRNNCell",
    "MultiRNNCell",
    "RNNCell",
    "ResidualWrapper",
]
