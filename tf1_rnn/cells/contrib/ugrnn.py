"""The update gate RNN: a GRU with one gate.

Collins, Sohl-Dickstein and Sussillo, "Capacity and trainability in recurrent neural networks",
2016, https://arxiv.org/abs/1611.09913.
"""

import tensorflow.compat.v1 as tf

from ..arguments import as_size, split
from ..hints import Activation, Initializer, State
from ..rnn_cell import RNNCell
from .pieces import linear


def ugrnn_step(
    gates: tf.Tensor, h: tf.Tensor, forget_bias: float = 1.0, activation: Activation = tf.tanh
) -> tf.Tensor:
    """Return the new state `[batch, H]`.

    Args:
        gates: pre-activations `[batch, 2H]`, in the order g = update gate, c = candidate.
        h: state `[batch, H]`.
        forget_bias: added to g here, never stored in the bias.
        activation: of the candidate.
    """
    g, c = split(gates, 2, axis=1)
    g = tf.sigmoid(g + forget_bias)
    return g * h + (1.0 - g) * activation(c)


class UGRNNCell(RNNCell):
    """The update gate RNN.

        g, c = split([x, h] W + b)
        h' = sigmoid(g + forget_bias)*h + (1 - sigmoid(g + forget_bias))*tanh(c)

    Variables, with D inputs and H units: `kernel [D+H, 2H]`, `bias [2H]` (starts at 0).

    Args:
        num_units: H, the size of the state and of the output.
        initializer: of the kernel, by default the scope's.
        forget_bias: added to the gate whenever the cell runs.
        activation: of the candidate, a function of tensors.
        reuse: whether to share the variables that are already in the scope.
    """

    def __init__(
        self,
        num_units: int,
        initializer: Initializer | None = None,
        forget_bias: float = 1.0,
        activation: Activation = tf.tanh,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        self._num_units = as_size(num_units)
        self._initializer = initializer
        self._forget_bias = forget_bias
        self._activation = activation

    @property
    def state_size(self) -> int:
        """H."""
        return self._num_units

    @property
    def output_size(self) -> int:
        """H."""
        return self._num_units

    def call(self, inputs: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Run one step: inputs `[batch, D]`, state `[batch, H]` to `(h', h')`."""
        gates = linear([inputs, state], 2 * self._num_units, self._initializer)
        new_h = ugrnn_step(gates, state, self._forget_bias, self._activation)
        return new_h, new_h
