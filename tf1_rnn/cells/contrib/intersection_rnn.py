"""The intersection RNN: gated in time like a GRU, gated in depth like a highway network.

Collins, Sohl-Dickstein and Sussillo, "Capacity and trainability in recurrent neural networks",
2016, https://arxiv.org/abs/1611.09913.
"""

import tensorflow.compat.v1 as tf

from ..arguments import as_size, known_depth
from ..hints import Activation, Initializer, State
from ..rnn_cell import RNNCell
from .pieces import linear


def intersection_step(
    gates: tf.Tensor,
    x: tf.Tensor,
    h: tf.Tensor,
    forget_bias: float = 1.0,
    y_activation: Activation = tf.nn.relu,
) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the output and the new state, `[batch, H]` each.

    Args:
        gates: pre-activations `[batch, 4H]`, in the order gate of h, new h, gate of y, new y.
        x: inputs `[batch, H]`, carried on in depth.
        h: state `[batch, H]`, carried on in time.
        forget_bias: added to both gates here, never stored in the bias.
        y_activation: of the new output.
    """
    units = known_depth(x.shape)
    g_h, h_in, g_y, y_in = (gates[:, k * units : (k + 1) * units] for k in range(4))
    g_h = tf.sigmoid(g_h + forget_bias)
    g_y = tf.sigmoid(g_y + forget_bias)
    new_h = g_h * h + (1.0 - g_h) * tf.tanh(h_in)
    y = g_y * x + (1.0 - g_y) * y_activation(y_in)
    return y, new_h


class IntersectionRNNCell(RNNCell):
    """The intersection RNN, whose output differs from its state.

        x = x W_in + b_in                                    (where D is not H)
        g_h, h_in, g_y, y_in = split([x, h] W + b)
        h' = sigmoid(g_h + forget_bias)*h + (1 - sigmoid(g_h + forget_bias))*tanh(h_in)
        y  = sigmoid(g_y + forget_bias)*x + (1 - sigmoid(g_y + forget_bias))*relu(y_in)

    Variables, with D inputs and H units: where D is not H `in_projection/kernel [D, H]`,
    `in_projection/bias [H]`; `kernel [2H, 4H]`, `bias [4H]`. The biases start at 0.

    Args:
        num_units: H, the size of the state and of the output.
        num_in_proj: anything but None or 0 lets inputs of another depth than H in, through a
            projection to H; the number itself plays no part, as in TensorFlow 1.x.
        initializer: of both kernels, by default the scope's.
        forget_bias: added to both gates whenever the cell runs.
        y_activation: of the new output, a function of tensors.
        reuse: whether to share the variables that are already in the scope.
    """

    def __init__(
        self,
        num_units: int,
        num_in_proj: int | None = None,
        initializer: Initializer | None = None,
        forget_bias: float = 1.0,
        y_activation: Activation = tf.nn.relu,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        self._num_units = as_size(num_units)
        self._num_input_proj = as_size(num_in_proj)
        self._initializer = initializer
        self._forget_bias = forget_bias
        self._y_activation = y_activation

    @property
    def state_size(self) -> int:
        """H."""
        return self._num_units

    @property
    def output_size(self) -> int:
        """H."""
        return self._num_units

    def call(self, inputs: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Run one step: inputs `[batch, D]`, state `[batch, H]` to `(y, h')`."""
        units = self._num_units
        depth = known_depth(inputs.shape)
        if depth != units:
            if not self._num_input_proj:
                raise ValueError(
                    "Must have input size == output size for Intersection RNN. To fix, "
                    "num_in_proj should be set to num_units at cell init. Inputs have a depth of "
                    f"{depth}, num_units={units}."
                )
            with tf.variable_scope("in_projection"):
                inputs = linear([inputs], units, self._initializer)
        gates = linear([inputs, state], 4 * units, self._initializer)
        return intersection_step(gates, inputs, state, self._forget_bias, self._y_activation)
