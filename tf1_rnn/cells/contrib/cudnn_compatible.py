"""Cells that run the trained weights of cuDNN's LSTM and GRU on any device.

A checkpoint of `contrib.cudnn_rnn`'s layers, which ran on a GPU only, holds variables of these
cells. cuDNN's GRU resets after the product with the state, where GRUCell resets before it (Cho et
al., 2014, https://arxiv.org/abs/1406.1078, describes the latter).
"""

import tensorflow.compat.v1 as tf

from ..arguments import check_floating, known_depth
from ..gru import GRUCell, gru_gates, gru_step
from ..hints import Initializer, ShapeLike, State
from .block_lstm import LSTMBlockCell


class CudnnCompatibleLSTMCell(LSTMBlockCell):
    """LSTMBlockCell without a forget bias, which cuDNN has in its own biases.

    Variables, with D inputs and H units: `cudnn_compatible_lstm_cell/kernel [D+H, 4H]` and
    `bias [4H]` (starts at 0), gates in the order i, j, f, o.

    Args:
        num_units: H.
        reuse: whether to share the variables that are already in the scope.
    """

    def __init__(self, num_units: int, reuse: bool | None = None) -> None:
        super().__init__(num_units, forget_bias=0.0, reuse=reuse, name="cudnn_compatible_lstm_cell")


class CudnnCompatibleGRUCell(GRUCell):
    """A gated recurrent unit that resets after the product with the state.

        r = sigmoid([x, h] W_r + b_r)                       reset gate
        u = sigmoid([x, h] W_u + b_u)                       update gate
        c = tanh(x W_x + b_x + r*(h W_h + b_h))             candidate
        h' = u*h + (1 - u)*c                                state and output

    Variables, with D inputs and H units, in the scope `cudnn_compatible_gru_cell`:
    `gates/kernel [D+H, 2H]` and `gates/bias [2H]` (starts at 1), gates in the order r, u;
    `candidate/input_projection/kernel [D, H]`, `candidate/hidden_projection/kernel [H, H]`, and
    `candidate/input_projection/bias`, `candidate/hidden_projection/bias`, `[H]` each (at 0).

    Args:
        num_units: H, the size of state and output.
        reuse: whether to share the variables that are already in the scope.
        kernel_initializer: for the kernels, by default the scope's.
    """

    def __init__(
        self,
        num_units: int,
        reuse: bool | None = None,
        kernel_initializer: Initializer | str | None = None,
    ) -> None:
        super().__init__(num_units, reuse=reuse, kernel_initializer=kernel_initializer)

    def build(self, inputs_shape: ShapeLike) -> None:
        """Make the kernels and biases for inputs `[batch, D]`."""
        depth, units = known_depth(inputs_shape), self._num_units
        self._gate_kernel = self._add_kernel("gates", [depth + units, 2 * units])
        self._gate_bias = self._add_bias("gates", [2 * units], tf.ones_initializer())
        inputs, hidden = "candidate/input_projection", "candidate/hidden_projection"
        self._input_kernel = self._add_kernel(inputs, [depth, units])
        self._hidden_kernel = self._add_kernel(hidden, [units, units])
        self._input_bias = self._add_bias(inputs, [units], tf.zeros_initializer())
        self._hidden_bias = self._add_bias(hidden, [units], tf.zeros_initializer())
        self.built = True

    def _add_kernel(self, scope, shape):
        return self.add_variable(f"{scope}/kernel", shape, initializer=self._kernel_initializer)

    def _add_bias(self, scope, shape, initializer):
        return self.add_variable(f"{scope}/bias", shape, initializer=initializer)

    def call(self, inputs: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Run one step: inputs `[batch, D]` and state `[batch, H]` to `(h', h')`."""
        check_floating(inputs, state)
        gates = tf.matmul(tf.concat([inputs, state], 1), self._gate_kernel)
        r, u = gru_gates(tf.nn.bias_add(gates, self._gate_bias))
        of_inputs = tf.nn.bias_add(tf.matmul(inputs, self._input_kernel), self._input_bias)
        of_state = tf.nn.bias_add(tf.matmul(state, self._hidden_kernel), self._hidden_bias)
        new_state = gru_step(u, of_inputs + r * of_state, state, self._activation)
        return new_state, new_state
