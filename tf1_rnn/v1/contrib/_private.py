"""Names that were public in `contrib.framework` and are TensorFlow's own, in modules of its own.

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
    try:
        return getattr(importlib.import_module(f"tensorflow.python.{module}"), renamed or name)
    except ImportError:
        raise AttributeError(name) from None


def __dir__():
    return sorted(_HOMES)
