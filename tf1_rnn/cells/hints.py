"""Names for types, which the hints of cells and of what is built on them use."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import tensorflow.compat.v1 as tf

#: A tensor, or a nested tuple of tensors, `[batch, size]` each; an `LSTMStateTuple` of an LSTM.
State: TypeAlias = Any

#: Size of a state or an output without the batch: an int, a TensorShape, or a nested tuple of them.
Size: TypeAlias = Any

#: A function of a tensor that keeps its shape, such as `tf.tanh`.
Activation: TypeAlias = Callable[[tf.Tensor], tf.Tensor]

#: A function `(shape, dtype=..., partition_info=...)` to the value that a variable starts with.
Initializer: TypeAlias = Callable[..., tf.Tensor]

ShapeLike: TypeAlias = Sequence[int | None] | tf.TensorShape
DTypeLike: TypeAlias = tf.DType | str | type

#: A name, or a variable scope that was opened before.
Scope: TypeAlias = str | tf.VariableScope
