"""`tf.contrib.cudnn_rnn` of TensorFlow 1.x: the cells that run its checkpoints anywhere.

Its layers ran on a GPU only, on kernels of their own. Asking for one says what to use instead.
"""

import types as _types

from ...cells.contrib.cudnn_compatible import (  # noqa: F401
    CudnnCompatibleGRUCell,
    CudnnCompatibleLSTMCell,
)
from ..lazy import submodule_or as _submodule_or

__getattr__ = _submodule_or(__name__, _types.SimpleNamespace())


def __dir__():
    return ["CudnnCompatibleGRUCell", "CudnnCompatibleLSTMCell"]
