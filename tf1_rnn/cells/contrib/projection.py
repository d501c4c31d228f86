"""Wrappers with a linear map or an embedding before or after a cell."""

import math

import tensorflow.compat.v1 as tf

from .. import recurrences
from ..arguments import as_size
from ..hints import Activation, Initializer, State
from ..rnn_cell import RNNCell
from ..wrappers import Wrapper, check_cell
from .pieces import linear


class _ScopedWrapper(Wrapper):
    """A cell around a cell whose variables, in a scope of its own, hold those of both."""

    def __init__(self, cell: RNNCell, reuse: bool | None) -> None:
        super().__init__(_reuse=reuse)
        check_cell(cell)
        self._cell = cell

    def _own(self, made, name):
        """Return a variable of the wrapper itself; None before the first call."""
        return made.get(f"{self.scope_name}/{name}") if made else None

    def _project(self, made, rows):
        """Return rows `[..., D]` through the linear map and the activation, `[..., P]`."""
        kernel, bias = (tf.identity(self._own(made, name)) for name in ("kernel", "bias"))
        depth, size = kernel.shape.as_list()
        projected = tf.nn.xw_plus_b(tf.reshape(rows, [-1, depth]), kernel, bias)
        if self._activation:
            projected = self._activation(projected)
        whole = tf.reshape(projected, tf.concat([tf.shape(rows)[:-1], [size]], 0))
        whole.set_shape(rows.shape[:-1].concatenate(size))
        return whole


class InputProjectionWrapper(_ScopedWrapper):
    """A linear map from the inputs to the inputs of a cell.

        output, h' = cell(activation(x W + b), h)

    Variables, with D inputs: `input_projection_wrapper/kernel [D, num_proj]` and `bias
    [num_proj]` (starts at 0), then those of the cell in the same scope.

    Args:
        cell: the cell.
        num_proj: its number of inputs.
        activation: function of tensors, by default none.
        input_size: not used; TensorFlow 1.x warned of it.
        reuse: whether to share the variables that are already in the scope.

    Raises:
        TypeError: `cell` is not a cell.
    """

    def __init__(
        self,
        cell: RNNCell,
        num_proj: int,
        activation: Activation | None = None,
        input_size: int | None = None,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(cell, reuse)
        if input_size is not None:
            tf.logging.warn("%s: The input_size parameter is deprecated.", self)
        self._num_proj = as_size(num_proj)
        self._activation = activation

    def call(self, inputs: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Run one step: inputs `[batch, D]` to the wrapped cell's `(output, new_state)`."""
        projected = linear([inputs], self._num_proj)
        if self._activation:
            projected = self._activation(projected)
        return self._cell(projected, state)

    def _recurrence(self, made):
        return recurrences.Wrapped(
            self._cell,
            inputs=lambda x: self._project(made, x),
            depth=self._num_proj,
            activation=self._activation,
        )


class OutputProjectionWrapper(_ScopedWrapper):
    """A linear map from the output of a cell to the output.

        o, h' = cell(x, h)
        output = activation(o W + b)

    Variables, in the scope `output_projection_wrapper`: those of the cell, then `kernel
    [cell.output_size, output_size]` and `bias [output_size]` (starts at 0).

    Args:
        cell: the cell.
        output_size: size of the output, at least 1.
        activation: function of tensors, by default none.
        reuse: whether to share the variables that are already in the scope.

    Raises:
        TypeError: `cell` is not a cell.
        ValueError: `output_size` below 1.
    """

    def __init__(
        self,
        cell: RNNCell,
        output_size: int,
        activation: Activation | None = None,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(cell, reuse)
        if output_size < 1:
            raise ValueError(f"output_size must be at least 1, got {output_size}.")
        self._output_size = as_size(output_size)
        self._activation = activation

    @property
    def output_size(self) -> int:
        """The size given."""
        return self._output_size

    def call(self, inputs: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Run one step: inputs of the wrapped cell to `([batch, output_size], new_state)`."""
        output, new_state = self._cell(inputs, state)
        projected = linear([output], self._output_size)
        if self._activation:
            projected = self._activation(projected)
        return projected, new_state

    def _recurrence(self, made):
        return recurrences.Wrapped(
            self._cell,
            outputs=lambda x, outputs: self._project(made, outputs),
            activation=self._activation,
        )


class EmbeddingWrapper(_ScopedWrapper):
    """A row of a table for each integer input, given to a cell.

        output, h' = cell(embedding[x], h)

    Variables: `embedding_wrapper/embedding [embedding_classes, embedding_size]`, of the type of
    the state, then those of the cell in the same scope. It starts by `initializer`, else by the
    scope's, else uniform on [-sqrt(3), sqrt(3)), of variance 1.

    Args:
        cell: the cell.
        embedding_classes: number of rows: inputs are from 0 to one below it.
        embedding_size: length of a row.
        initializer: of the table.
        reuse: whether to share the variables that are already in the scope.

    Raises:
        TypeError: `cell` is not a cell.
        ValueError: `embedding_classes` or `embedding_size` not above 0.
    """

    def __init__(
        self,
        cell: RNNCell,
        embedding_classes: int,
        embedding_size: int,
        initializer: Initializer | None = None,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(cell, reuse)
        if embedding_classes <= 0 or embedding_size <= 0:
            raise ValueError(
                "embedding_classes and embedding_size must be above 0, got "
                f"{embedding_classes} and {embedding_size}."
            )
        self._embedding_classes = as_size(embedding_classes)
        self._embedding_size = as_size(embedding_size)
        self._initializer = initializer

    def call(self, inputs: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Run one step: integers `[batch]` or `[batch, 1]` to the cell's `(output, new_state)`."""
        with tf.device("/cpu:0"):
            table = tf.get_variable(
                "embedding",
                [self._embedding_classes, self._embedding_size],
                dtype=tf.nest.flatten(state)[0].dtype,
                initializer=self._table_initializer(),
            )
            embedded = tf.nn.embedding_lookup(table, tf.reshape(inputs, [-1]))
        return self._cell(embedded, state)

    def _recurrence(self, made):
        def embed(x):
            with tf.device("/cpu:0"):
                table = self._own(made, "embedding")
                embedded = tf.nn.embedding_lookup(table, tf.reshape(x, tf.shape(x)[:2]))
            embedded.set_shape(x.shape[:2].concatenate(self._embedding_size))
            return embedded

        return recurrences.Wrapped(
            self._cell, inputs=embed, depth=self._embedding_size, embeds=True
        )

    def _table_initializer(self):
        default = tf.random_uniform_initializer(-math.sqrt(3), math.sqrt(3))
        return self._initializer or tf.get_variable_scope().initializer or default
