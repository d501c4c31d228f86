"""Names that were public in `contrib` and are TensorFlow's own, in modules of its own.

The names of this module are those of `contrib.framework`; `Home` finds those of other packages.
They have no public path any more. The modules are loaded on first use; one that
TensorFlow has moved is not supported.
"""

import importlib

_HOMES = {
    "BoundedTensorSpec": "framework.tensor_spec",
    "RecordInput": "ops.data_flow_ops",
    "convolutional_delta_orthogonal": "ops.init_ops",
    "convolutional_orthogonal_1d": "ops.init_ops",
    "convolutional_orthogonal_2d": "ops.init_ops",
    "convolutional_orthogonal_3d": "ops.init_ops",
    "deprecated_arg_values": "util.deprecation",
    "deprecated_args": "util.deprecation",
    "get_graph_from_inputs": "framework.ops:_get_graph_from_inputs",
    "load_and_remap_matrix_initializer": (
        "training.checkpoint_ops:_load_and_remap_matrix_initializer"
    ),
    "load_embedding_initializer": "training.checkpoint_ops:_load_embedding_initializer",
    "prepend_name_scope": "framework.ops",
    "smart_case": "framework.smart_cond",
    "smart_cond": "framework.smart_cond",
    "smart_constant_value": "framework.smart_cond",
    "strip_name_scope": "framework.ops",
}


def __getattr__(name):
    module, _, renamed = _HOMES.get(name, "").partition(":")
    if not module:
        raise AttributeError(name)
    return _find(module, renamed or name)


def _find(module, name):
    try:
        return getattr(importlib.import_module(f"tensorflow.python.{module}"), name)
    except ImportError:
        raise AttributeError(name) from None


def __dir__():
    return sorted(_HOMES)


class Home:
    """Finds names in one of TensorFlow's own modules, which is loaded on first use.

    Args:
        module: the module, without `tensorflow.python.`.
        *names: the names to find there; no other is found.
    """

    def __init__(self, module, *names):
        self._module, self._names = module, names

    def __getattr__(self, name):
        if name not in self._names:
            raise AttributeError(name)
        return _find(self._module, name)
