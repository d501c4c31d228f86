"""`tensorflow.contrib.layers.python.ops.sparse_ops`, which tf-slim carries on."""

import importlib

from .. import _lazy, _slim

_slim.load("contrib.layers.python.ops.sparse_ops")
_lazy.forward(__name__, importlib.import_module("tf_slim.layers.sparse_ops"))
