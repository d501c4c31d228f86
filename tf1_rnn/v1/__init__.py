"""The face of TensorFlow 1.x: in the imports, write `tf1_rnn.v1` for `tensorflow`.

All of `tensorflow.compat.v1`, with `nn.rnn_cell` and `contrib` back in their places. Importing
this module puts the process into TensorFlow 1 behaviour (graphs, sessions, the loops' gradients at
any time), as users of TensorFlow 1.x expect.
"""

import importlib
import logging

import tensorflow.compat.v1 as _tf

from .lazy import FaceFinder, names_of, submodule_or

_logger = logging.getLogger("tensorflow")
_level = _logger.level
_logger.setLevel(logging.ERROR)  # it warns that TensorFlow 1 behaviour is old: that is the point
_tf.disable_v2_behavior()
_logger.setLevel(_level)

FaceFinder().install()
nn = importlib.import_module(__name__ + ".nn")

__getattr__ = submodule_or(__name__, _tf)
__dir__ = names_of(__name__, _tf)
