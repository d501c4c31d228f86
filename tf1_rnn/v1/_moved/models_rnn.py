"""`tensorflow.models.rnn`, where the cells and the loops were before TensorFlow 0.8."""

from . import rnn
from . import rnn_cell_impl as rnn_cell

__all__ = ["rnn", "rnn_cell"]
