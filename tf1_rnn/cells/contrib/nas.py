"""The cell that neural architecture search found for language modelling.

Zoph and Le, "Neural architecture search with reinforcement learning", 2016,
https://arxiv.org/abs/1611.01578, figure 8.
"""

from typing import Any

import tensorflow.compat.v1 as tf

from ..arguments import as_size, known_depth, split
from ..hints import ShapeLike, State
from ..lstm import LSTMStateTuple
from ..rnn_cell import LayerRNNCell
from .pieces import memory_and_output


def nas_step(from_x: tf.Tensor, from_h: tf.Tensor, c: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the new memory and the output, `[batch, H]` each.

    Args:
        from_x: the inputs' part of the eight nodes at the bottom of the tree, `[batch, 8H]`.
        from_h: the state's part of them, `[batch, 8H]`.
        c: memory `[batch, H]`.
    """
    h, x = split(from_h, 8, axis=1), split(from_x, 8, axis=1)
    # Only the fourth multiplies; the others add.
    leaves = [
        tf.sigmoid(x[0] + h[0]),
        tf.nn.relu(x[1] + h[1]),
        tf.sigmoid(x[2] + h[2]),
        tf.nn.relu(x[3] * h[3]),
        tf.tanh(x[4] + h[4]),
        tf.sigmoid(x[5] + h[5]),
        tf.tanh(x[6] + h[6]),
        tf.sigmoid(x[7] + h[7]),
    ]
    a = tf.tanh(leaves[0] * leaves[1])
    b = tf.tanh(leaves[2] + leaves[3])
    d = tf.tanh(leaves[4] * leaves[5])
    e = tf.sigmoid(leaves[6] + leaves[7])
    new_c = tf.tanh(a + c) * b
    new_h = tf.tanh(new_c * tf.tanh(d + e))
    return new_c, new_h


class NASCell(LayerRNNCell):
    """The recurrent cell of neural architecture search.

        x0, ..., x7 = split(x W_x);  h0, ..., h7 = split(h W_h + b)
        a = tanh(sigmoid(x0 + h0) * relu(x1 + h1))
        b = tanh(sigmoid(x2 + h2) + relu(x3 * h3))
        d = tanh(tanh(x4 + h4) * sigmoid(x5 + h5))
        e = sigmoid(tanh(x6 + h6) + sigmoid(x7 + h7))
        c' = tanh(a + c) * b
        h' = tanh(c' * tanh(d + e)) W_proj

    Variables, with D inputs, H units and P = num_proj or H: `recurrent_kernel [P, 8H]`,
    `kernel [D, 8H]`; with a bias `bias [8H]` (starts at 0); with a projection
    `projection_weights [H, P]`.

    Args:
        num_units: H, the size of `c`.
        num_proj: P, the size of `h` and of the output after projection; None for no projection.
        use_bias: whether there is a bias.
        reuse: whether to share the variables that are already in the scope.
        **kwargs: `name`, `dtype`, `trainable` of a cell.
    """

    def __init__(
        self,
        num_units: int,
        num_proj: int | None = None,
        use_bias: bool = False,
        reuse: bool | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(_reuse=reuse, **kwargs)
        self._num_units = as_size(num_units)
        self._num_proj = as_size(num_proj)
        self._use_bias = use_bias

    @property
    def state_size(self) -> LSTMStateTuple:
        """`LSTMStateTuple(H, P)`."""
        return LSTMStateTuple(self._num_units, self.output_size)

    @property
    def output_size(self) -> int:
        """P with a projection, else H."""
        return self._num_units if self._num_proj is None else self._num_proj

    def build(self, inputs_shape: ShapeLike) -> None:
        """Make the variables for inputs `[batch, D]`."""
        depth, units = known_depth(inputs_shape), self._num_units
        self.recurrent_kernel = self.add_variable("recurrent_kernel", [self.output_size, 8 * units])
        self.kernel = self.add_variable("kernel", [depth, 8 * units])
        if self._use_bias:
            self.bias = self.add_variable("bias", [8 * units], initializer=tf.zeros_initializer())
        if self._num_proj is not None:
            self.projection_weights = self.add_variable(
                "projection_weights", [units, self._num_proj]
            )
        self.built = True

    def call(self, inputs: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Run one step: inputs `[batch, D]`, c `[batch, H]`, h `[batch, P]` to `(h', (c', h'))`."""
        c, h = memory_and_output(self, state)
        from_h = tf.matmul(h, self.recurrent_kernel)
        if self._use_bias:
            from_h = tf.nn.bias_add(from_h, self.bias)
        new_c, new_h = nas_step(tf.matmul(inputs, self.kernel), from_h, c)
        if self._num_proj is not None:
            new_h = tf.matmul(new_h, self.projection_weights)
        return new_h, LSTMStateTuple(new_c, new_h)
