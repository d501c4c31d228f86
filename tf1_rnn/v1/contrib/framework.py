"""`tf.contrib.framework` of TensorFlow 1.x: its helpers for variables, scopes and structures.

`nest`, `sort`, checkpoints and the global step are TensorFlow's own; `arg_scope` and the
functions on variables are carried on by tf-slim, which is loaded when one is asked for.
"""

import typing as _typing

import tensorflow.compat.v1 as tf

from .. import _lazy, _slim
from . import _private
from ._framework import (  # noqa: F401
    assert_scalar_int,
    get_placeholders,
    init_from_checkpoint,
    list_variables,
    load_checkpoint,
    load_linear_multiclass_bias_initializer,
    load_variable,
    load_variable_slot_initializer,
    print_op,
    py_func,
    reduce_sum_n,
    remove_squeezable_dimensions,
    with_same_shape,
    with_shape,
    zero_initializer,
)

TensorSpec = tf.TensorSpec
argsort = tf.argsort
assert_global_step = tf.train.assert_global_step
assert_same_float_dtype = tf.debugging.assert_same_float_dtype
assert_scalar = tf.debugging.assert_scalar
convert_to_tensor_or_sparse_tensor = tf.convert_to_tensor_or_sparse_tensor
create_global_step = tf.train.create_global_step
get_global_step = tf.train.get_global_step
get_or_create_global_step = tf.train.get_or_create_global_step
is_tensor = tf.is_tensor
sort = tf.sort


def is_sequence(structure):
    """Say whether the structure is a list, a tuple or a dict."""
    return tf.nest.is_nested(structure)


def get_name_scope():
    """Return the name scope that is open, without its last slash."""
    return tf.get_default_graph().get_name_scope()


_lazy.forward(
    __name__, _private, _slim.Part("contrib.framework", "", "ops.variables", "ops.arg_scope")
)

if _typing.TYPE_CHECKING:  # for editors; `_lazy` finds these names at run time
    from tensorflow._api.v2.compat.v1 import nest  # noqa: F401
    from tf_slim.ops.arg_scope import *  # noqa: F403
    from tf_slim.ops.variables import *  # noqa: F403
