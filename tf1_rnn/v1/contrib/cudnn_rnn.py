"""`tf.contrib.cudnn_rnn` of TensorFlow 1.x: importable, as many scripts import what they never use.

Its layers ran on a GPU only, on kernels of their own. Asking for one says what to use instead.
"""

import types

from ..lazy import submodule_or

__getattr__ = submodule_or(__name__, types.SimpleNamespace())
