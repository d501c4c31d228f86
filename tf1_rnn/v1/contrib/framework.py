"""`tf.contrib.framework` of TensorFlow 1.x: its helpers for variables, scopes and structures.

`nest`, `sort`, checkpoints and the global step are TensorFlow's own; `arg_scope` and the
functions on variables are carried on by tf-slim, which is loaded when one is asked for.
"""

import types

import tensorflow.compat.v1 as tf

from ..lazy import submodule_or
from ..private import slim as _slim

TensorSpec = tf.TensorSpec
argsort = tf.argsort
assert_global_step = tf.train.assert_global_step
create_global_step = tf.train.create_global_step
get_global_step = tf.train.get_global_step
get_or_create_global_step = tf.train.get_or_create_global_step
init_from_checkpoint = tf.train.init_from_checkpoint
is_tensor = tf.is_tensor
list_variables = tf.train.list_variables
load_checkpoint = tf.train.load_checkpoint
load_variable = tf.train.load_variable
sort = tf.sort


def is_sequence(structure):
    """Say whether the structure is a list, a tuple or a dict."""
    return tf.nest.is_nested(structure)


# The names by which 1.x called the functions of tf.nest.
nest = types.SimpleNamespace(
    **{name: getattr(tf.nest, name) for name in dir(tf.nest) if name[0] != "_"},
    is_sequence=is_sequence,
)


def get_name_scope():
    """Return the name scope that is open, without its last slash."""
    return tf.get_default_graph().get_name_scope()


class _Slim:
    """tf-slim's names, once one of them is asked for."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        slim = _slim.load(f"contrib.framework.{name}")
        for module in (slim, _slim.package("ops.variables"), _slim.package("ops.arg_scope")):
            if hasattr(module, name):
                return getattr(module, name)
        raise AttributeError(name)


__getattr__ = submodule_or(__name__, _Slim())

_OF_SLIM = """VariableDeviceChooser add_arg_scope add_model_variable arg_scope arg_scoped_arguments
assert_or_get_global_step assign_from_checkpoint assign_from_checkpoint_fn assign_from_values
assign_from_values_fn current_arg_scope filter_variables get_local_variables get_model_variables
get_trainable_variables get_unique_variable get_variable_full_name get_variables
get_variables_by_name get_variables_by_suffix get_variables_to_restore has_arg_scope
local_variable model_variable variable""".split()


def __dir__():
    own = {name for name in globals() if name[0] != "_"} - {"submodule_or", "tf", "types"}
    return sorted(own.union(_OF_SLIM))
