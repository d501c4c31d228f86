"""The most basic recurrent cell (Elman, "Finding structure in time", 1990)."""

from typing import Any

import tensorflow.compat.v1 as tf

from . import recurrences
from .arguments import as_size, check_floating, get_activation, known_depth, name_of
from .hints import Activation, DTypeLike, ShapeLike, State
from .rnn_cell import LayerRNNCell


def basic_rnn_step(gates: tf.Tensor, activation: Activation = tf.tanh) -> tf.Tensor:
    """Return the new state `[batch, H]` from its pre-activation `[batch, H]`."""
    return activation(gates)


class BasicRNNCell(LayerRNNCell):
    """`h' = tanh([x, h] W + b)`, which is also the output.

    Variables, with D inputs and H units: `kernel [D+H, H]`, `bias [H]` (starts at 0).

    Args:
        num_units: H, the size of state and output.
        activation: a function of tensors or its name; by default tanh.
        reuse: whether to share the variables that are already in the scope.
        name: the scope of the variables, by default `basic_rnn_cell`.
        dtype: type of the variables, by default that of the first inputs.

    Example:
        >>> cell = BasicRNNCell(4)
        >>> output, state = cell(tf.zeros([2, 3]), cell.zero_state(2, tf.float32))
        >>> state is output, output.shape.as_list()
        (True, [2, 4])
    """

    input_ndim = 2
    floating_only = True
    _kernel = _bias = None

    def __init__(
        self,
        num_units: int,
        activation: Activation | str | None = None,
        reuse: bool | None = None,
        name: str | None = None,
        dtype: DTypeLike | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        self._num_units = as_size(num_units)
        self._activation = get_activation(activation or tf.tanh)

    @property
    def state_size(self) -> int:
        """H."""
        return self._num_units

    @property
    def output_size(self) -> int:
        """H."""
        return self._num_units

    def build(self, inputs_shape: ShapeLike) -> None:
        """Make `kernel` and `bias` for inputs `[batch, D]`."""
        depth = known_depth(inputs_shape)
        self._kernel = self.add_variable("kernel", [depth + self._num_units, self._num_units])
        self._bias = self.add_variable(
            "bias", [self._num_units], initializer=tf.zeros_initializer()
        )
        self.built = True

    def call(self, inputs: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Run one step: inputs `[batch, D]` and state `[batch, H]` to `(h', h')`."""
        check_floating(inputs, state)
        gates = tf.nn.bias_add(tf.matmul(tf.concat([inputs, state], 1), self._kernel), self._bias)
        new_state = basic_rnn_step(gates, self._activation)
        return new_state, new_state

    def _recurrence(self, made):
        return recurrences.BasicRNN(self._kernel, self._bias, self._activation)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {
            **super().get_config(),
            "num_units": self._num_units,
            "activation": name_of(self._activation),
            "reuse": self._reuse,
        }
