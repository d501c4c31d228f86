"""Two small cells: the MinimalRNN, with one gate, and the chaos free network, with two.

Chen, Pennington and Schoenholz, "Dynamical isometry and a mean field theory of RNNs", 2018,
https://arxiv.org/abs/1806.05394; Laurent and von Brecht, "A recurrent neural network without
chaos", 2017, https://openreview.net/pdf?id=S1dIzvclg.
"""

from typing import Any

import tensorflow.compat.v1 as tf

from ..arguments import get_activation, get_initializer, known_depth, split
from ..hints import Activation, DTypeLike, Initializer, ShapeLike, State
from ..rnn_cell import LayerRNNCell


def minimal_rnn_step(u: tf.Tensor, z: tf.Tensor, h: tf.Tensor) -> tf.Tensor:
    """Return the new state `[batch, H]`.

    Args:
        u: pre-activation of the update gate `[batch, H]`.
        z: the inputs in the space of the state, `[batch, H]`.
        h: state `[batch, H]`.
    """
    u = tf.sigmoid(u)
    return u * h + (1.0 - u) * z


def cfn_step(
    f: tf.Tensor, i: tf.Tensor, w: tf.Tensor, h: tf.Tensor, activation: Activation = tf.tanh
) -> tf.Tensor:
    """Return the new state `[batch, H]`.

    Args:
        f: pre-activation of the forget gate `[batch, H]`.
        i: pre-activation of the input gate `[batch, H]`, of which 1 - sigmoid(i) is used.
        w: the inputs in the space of the state, `[batch, H]`.
        h: state `[batch, H]`.
        activation: of the state and of the inputs.
    """
    return tf.sigmoid(f) * activation(h) + (1.0 - tf.sigmoid(i)) * activation(w)


class _GatedCell(LayerRNNCell):
    """What the two share: the arguments, and a state that is the output."""

    input_ndim = 2

    def __init__(
        self,
        units: int,
        activation: Activation | str | None = "tanh",
        kernel_initializer: Initializer | str = "glorot_uniform",
        bias_initializer: Initializer | str = "ones",
        name: str | None = None,
        dtype: DTypeLike | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, dtype=dtype, **kwargs)
        self.units = units
        self.activation = get_activation(activation)
        self.kernel_initializer = get_initializer(kernel_initializer)
        self.bias_initializer = get_initializer(bias_initializer)

    @property
    def state_size(self) -> int:
        """H."""
        return self.units

    @property
    def output_size(self) -> int:
        """H."""
        return self.units


class MinimalRNNCell(_GatedCell):
    """The MinimalRNN.

        z = tanh(x W_x)
        u = sigmoid([z, h] W_u + b)
        h' = u*h + (1 - u)*z

    Variables, with D inputs and H units: `kernel [D+2H, H]`, W_x above W_u; `bias [H]`.

    Args:
        units: H, the size of the state and of the output.
        activation: of the inputs, a function of tensors or its name.
        kernel_initializer: of the kernel, a callable or its name.
        bias_initializer: of the bias, a callable or its name.
        name: the scope of the variables, by default `minimal_rnn_cell`.
        dtype: type of the variables, by default that of the first inputs.
        **kwargs: `trainable`, as in RNNCell.
    """

    def build(self, inputs_shape: ShapeLike) -> None:
        """Make `kernel` and `bias` for inputs `[batch, D]`; ValueError where D is unknown."""
        depth = known_depth(inputs_shape)
        self.kernel = self.add_variable(
            "kernel", [depth + 2 * self.units, self.units], initializer=self.kernel_initializer
        )
        self.bias = self.add_variable("bias", [self.units], initializer=self.bias_initializer)
        self.built = True

    def call(self, inputs: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Run one step: inputs `[batch, D]`, state `[batch, H]` to `(h', h')`."""
        w_x, w_u = tf.split(self.kernel, [known_depth(inputs.shape), 2 * self.units], axis=0)
        z = self.activation(tf.matmul(inputs, w_x))
        u = tf.nn.bias_add(tf.matmul(tf.concat([z, state], 1), w_u), self.bias)
        new_h = minimal_rnn_step(u, z, state)
        return new_h, new_h


class CFNCell(_GatedCell):
    """The chaos free network.

        f, i = split(sigmoid(x V + h U + b))
        h' = f*tanh(h) + (1 - i)*tanh(x W)

    The paper has i in place of 1 - i; with this form and a bias of 1, the input gate starts
    nearly closed.

    Variables, with D inputs and H units: `kernel [D, 3H]`, V for f and i and then W;
    `recurrent_kernel [H, 2H]` and `bias [2H]`, f and then i.

    Args:
        units: H, the size of the state and of the output.
        activation: of the state and of the inputs, a function of tensors or its name.
        kernel_initializer: of both kernels, a callable or its name.
        bias_initializer: of the bias, a callable or its name.
        name: the scope of the variables, by default `cfn_cell`.
        dtype: type of the variables, by default that of the first inputs.
        **kwargs: `trainable`, as in RNNCell.
    """

    def build(self, inputs_shape: ShapeLike) -> None:
        """Make the variables for inputs `[batch, D]`; ValueError where D is unknown."""
        depth, units = known_depth(inputs_shape), self.units
        self.kernel = self.add_variable(
            "kernel", [depth, 3 * units], initializer=self.kernel_initializer
        )
        self.recurrent_kernel = self.add_variable(
            "recurrent_kernel", [units, 2 * units], initializer=self.kernel_initializer
        )
        self.bias = self.add_variable("bias", [2 * units], initializer=self.bias_initializer)
        self.built = True

    def call(self, inputs: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Run one step: inputs `[batch, D]`, state `[batch, H]` to `(h', h')`."""
        v, w = tf.split(tf.matmul(inputs, self.kernel), [2 * self.units, self.units], axis=1)
        gates = tf.nn.bias_add(v + tf.matmul(state, self.recurrent_kernel), self.bias)
        f, i = split(gates, 2, axis=1)
        new_h = cfn_step(f, i, w, state, self.activation)
        return new_h, new_h
