"""`tf.contrib.cudnn_rnn` of TensorFlow 1.x: the cells that run its checkpoints anywhere.

Its layers ran on a GPU only, with their own kernels. The error for one says what to use instead.
"""

from ...cells.contrib.cudnn_compatible import (  # noqa: F401
    CudnnCompatibleGRUCell,
    CudnnCompatibleLSTMCell,
)
from .. import _lazy

_lazy.forward(__name__)
