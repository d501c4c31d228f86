"""`tf.feature_column` of TensorFlow 1.x: TensorFlow's own, with integers checked as in 1.15.5."""

import functools
import inspect as _inspect
import typing as _typing

import tensorflow.compat.v1 as _tf

from . import _lazy

_columns = _tf.feature_column
# Unwrapped, the function logs no deprecation here.
_Identity = type(_inspect.unwrap(_columns.categorical_column_with_identity)("any", 1))


class _CheckedIdentity(_Identity):
    """A column of integers that refuses those out of range, where none stands in for them."""

    def _transform_input_tensor(self, input_tensor):
        """Return the integers `[batch, ...]`, a SparseTensor of int64."""
        found = super()._transform_input_tensor(input_tensor)
        if self.default_value is not None:
            return found
        number = _tf.cast(self.num_buckets, _tf.int64, name="num_buckets")
        zero = _tf.cast(0, _tf.int64, name="zero")
        above = f"Feature {self.key} has integers that are not below its num_buckets."
        below = f"Feature {self.key} has integers below 0."
        checks = [
            _tf.assert_less(
                found.values,
                number,
                data=(above, found.values, number),
                name="assert_less_than_num_buckets",
            ),
            _tf.assert_greater_equal(
                found.values, zero, data=(below, found.values), name="assert_greater_or_equal_0"
            ),
        ]
        with _tf.control_dependencies(checks):
            values = _tf.identity(found.values)
        return _tf.SparseTensor(found.indices, values, found.dense_shape)


def categorical_column_with_identity(key, num_buckets, default_value=None):
    """Return a column of integers that stand for themselves.

    Args:
        key: name of the feature.
        num_buckets: the integers are below it, and not below 0; others are an error when the graph
            runs.
        default_value: integer in the place of those out of range, by default none.
    """
    column = _columns.categorical_column_with_identity(key, num_buckets, default_value)
    return _CheckedIdentity(*column)


def sequence_categorical_column_with_identity(key, num_buckets, default_value=None):
    """Return a column of sequences of integers; see `categorical_column_with_identity`.

    Args:
        key: name of the feature.
        num_buckets: the integers are below it.
        default_value: integer in the place of those out of range, by default none.
    """
    column = _columns.sequence_categorical_column_with_identity(key, num_buckets, default_value)
    return type(column)(categorical_column_with_identity(key, num_buckets, default_value))


@functools.wraps(_columns.linear_model)
def linear_model(*args, **kwargs):
    """Return TensorFlow's `linear_model`, of resource variables whatever the scope says."""
    with _tf.variable_scope(_tf.get_variable_scope(), use_resource=True):
        return _columns.linear_model(*args, **kwargs)


_lazy.forward(__name__, _columns)

if _typing.TYPE_CHECKING:  # for editors; `_lazy` finds these names at run time
    from tensorflow._api.v2.compat.v1.feature_column import *  # noqa: F403
