"""The simple recurrent unit, whose matrix product does not wait for the state.

Lei and Zhang, "Training RNNs as fast as CNNs", 2017, https://arxiv.org/abs/1709.02755.
"""

from typing import Any

import tensorflow.compat.v1 as tf

from ..arguments import as_size, known_depth, split
from ..hints import Activation, ShapeLike, State
from ..rnn_cell import LayerRNNCell


def sru_step(
    from_x: tf.Tensor, c: tf.Tensor, bias: tf.Tensor, activation: Activation = tf.tanh
) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the output and the new state, `[batch, H]` each.

    Args:
        from_x: the inputs' products `[batch, 4H]`, in the order z = new input, f = forget gate,
            r = reset gate, s = the inputs as the output carries them on.
        c: state `[batch, H]`.
        bias: `[2H]`, of f and r.
        activation: of the new state, before r is applied.
    """
    z, f, r, s = split(from_x, 4, axis=1)
    b_f, b_r = split(bias, 2, axis=0)
    f = tf.sigmoid(f + b_f)
    r = tf.sigmoid(r + b_r)
    new_c = f * c + (1.0 - f) * z
    new_h = r * activation(new_c) + (1.0 - r) * s
    return new_h, new_c


class SRUCell(LayerRNNCell):
    """The simple recurrent unit.

        z, f, r, s = split(x W)
        c' = sigmoid(f + b_f)*c + (1 - sigmoid(f + b_f))*z
        h' = sigmoid(r + b_r)*tanh(c') + (1 - sigmoid(r + b_r))*s

    Variables, with D inputs and H units: `kernel [D, 4H]`, `bias [2H]` (b_f, b_r; starts at 0).

    Args:
        num_units: H, the size of the state and of the output.
        activation: a function of tensors, by default tanh.
        reuse: whether to share the variables that are already in the scope.
        name: the scope of the variables, by default `sru_cell`.
        **kwargs: `dtype`, `trainable` of a cell.
    """

    input_ndim = 2

    def __init__(
        self,
        num_units: int,
        activation: Activation | None = None,
        reuse: bool | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(_reuse=reuse, name=name, **kwargs)
        self._num_units = as_size(num_units)
        self._activation = activation or tf.tanh

    @property
    def state_size(self) -> int:
        """H."""
        return self._num_units

    @property
    def output_size(self) -> int:
        """H."""
        return self._num_units

    def build(self, inputs_shape: ShapeLike) -> None:
        """Make the variables for inputs `[batch, D]`."""
        depth, units = known_depth(inputs_shape), self._num_units
        self._kernel = self.add_variable("kernel", [depth, 4 * units])
        self._bias = self.add_variable("bias", [2 * units], initializer=tf.zeros_initializer())
        self.built = True

    def call(self, inputs: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Run one step: inputs `[batch, D]`, state `[batch, H]` to `(h', c')`."""
        return sru_step(tf.matmul(inputs, self._kernel), state, self._bias, self._activation)
