"""The gated recurrent unit (Cho et al., 2014, https://arxiv.org/abs/1406.1078)."""

from typing import Any

import tensorflow.compat.v1 as tf

from . import recurrences
from .arguments import (
    as_size,
    check_floating,
    get_activation,
    get_initializer,
    known_depth,
    name_of,
    split,
)
from .hints import Activation, DTypeLike, Initializer, ShapeLike, State
from .rnn_cell import LayerRNNCell


def gru_gates(gates: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the reset and the update gate, `[batch, H]` each, from `[batch, 2H]`."""
    r, u = split(tf.sigmoid(gates), 2, axis=1)
    return r, u


def gru_step(
    u: tf.Tensor, candidate: tf.Tensor, h: tf.Tensor, activation: Activation = tf.tanh
) -> tf.Tensor:
    """Return the new state `[batch, H]`.

    Args:
        u: update gate `[batch, H]`.
        candidate: pre-activation of the candidate `[batch, H]`, of `[x, r*h]`.
        h: state `[batch, H]`.
        activation: of the candidate.
    """
    c = activation(candidate)
    return u * h + (1 - u) * c


class GRUCell(LayerRNNCell):
    """A gated recurrent unit.

        r = sigmoid([x, h] W_r + b_r)          reset gate
        u = sigmoid([x, h] W_u + b_u)          update gate
        c = tanh([x, r*h] W_c + b_c)           candidate
        h' = u*h + (1 - u)*c                   state and output

    Variables, with D inputs and H units: `gates/kernel [D+H, 2H]` and `gates/bias [2H]` (starts
    at 1), gates in the order r, u; `candidate/kernel [D+H, H]` and `candidate/bias [H]` (at 0).

    Args:
        num_units: H, the size of state and output.
        activation: of the candidate, a function of tensors or its name; by default tanh.
        reuse: whether to share the variables that are already in the scope.
        kernel_initializer: for both kernels, by default the scope's.
        bias_initializer: for both biases, by default 1 for the gates and 0 for the candidate.
        name: the scope of the variables, by default `gru_cell`.
        dtype: type of the variables, by default that of the first inputs.

    Example:
        >>> import tf1_rnn.v1 as tf
        >>> cell = tf.nn.rnn_cell.GRUCell(num_units=4)
        >>> outputs, state = tf.nn.dynamic_rnn(cell, tf.zeros([2, 5, 3]), dtype=tf.float32)
        >>> outputs.shape.as_list(), state.shape.as_list()
        ([2, 5, 4], [2, 4])
    """

    input_ndim = 2
    floating_only = True
    _gate_kernel = _gate_bias = _candidate_kernel = _candidate_bias = None

    def __init__(
        self,
        num_units: int,
        activation: Activation | str | None = None,
        reuse: bool | None = None,
        kernel_initializer: Initializer | str | None = None,
        bias_initializer: Initializer | str | None = None,
        name: str | None = None,
        dtype: DTypeLike | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        self._num_units = as_size(num_units)
        self._activation = get_activation(activation or tf.tanh)
        self._kernel_initializer = get_initializer(kernel_initializer)
        self._bias_initializer = get_initializer(bias_initializer)

    @property
    def state_size(self) -> int:
        """H."""
        return self._num_units

    @property
    def output_size(self) -> int:
        """H."""
        return self._num_units

    def build(self, inputs_shape: ShapeLike) -> None:
        """Make the kernels and biases for inputs `[batch, D]`."""
        rows, units = known_depth(inputs_shape) + self._num_units, self._num_units
        self._gate_kernel = self.add_variable(
            "gates/kernel", [rows, 2 * units], initializer=self._kernel_initializer
        )
        self._gate_bias = self.add_variable(
            "gates/bias",
            [2 * units],
            initializer=self._bias_initializer or tf.constant_initializer(1.0),
        )
        self._candidate_kernel = self.add_variable(
            "candidate/kernel", [rows, units], initializer=self._kernel_initializer
        )
        self._candidate_bias = self.add_variable(
            "candidate/bias", [units], initializer=self._bias_initializer or tf.zeros_initializer()
        )
        self.built = True

    def call(self, inputs: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Run one step: inputs `[batch, D]` and state `[batch, H]` to `(h', h')`."""
        check_floating(inputs, state)
        gates = tf.matmul(tf.concat([inputs, state], 1), self._gate_kernel)
        r, u = gru_gates(tf.nn.bias_add(gates, self._gate_bias))
        candidate = tf.matmul(tf.concat([inputs, r * state], 1), self._candidate_kernel)
        candidate = tf.nn.bias_add(candidate, self._candidate_bias)
        new_state = gru_step(u, candidate, state, self._activation)
        return new_state, new_state

    def _recurrence(self, made):
        return recurrences.GRU(
            self._gate_kernel,
            self._gate_bias,
            self._candidate_kernel,
            self._candidate_bias,
            self._activation,
        )

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {
            **super().get_config(),
            "num_units": self._num_units,
            "kernel_initializer": name_of(self._kernel_initializer),
            "bias_initializer": name_of(self._bias_initializer),
            "activation": name_of(self._activation),
            "reuse": self._reuse,
        }
