"""Highway connections around a cell (Srivastava et al., 2015, https://arxiv.org/abs/1505.00387)."""

from typing import Any

import tensorflow.compat.v1 as tf

from ..hints import Scope, State
from ..rnn_cell import RNNCell
from ..wrappers import Wrapper, check_same_shapes


def highway_step(
    inputs: tf.Tensor, output: tf.Tensor, carry: tf.Tensor, transform: tf.Tensor
) -> tf.Tensor:
    """Return the gated sum of a layer's inputs and its output, `[batch, D]`.

    Args:
        inputs: of the layer, `[batch, D]`.
        output: of the layer, `[batch, D]`.
        carry: gate of the inputs, `[batch, D]`, from 0 to 1.
        transform: gate of the output, `[batch, D]`, from 0 to 1.
    """
    return carry * inputs + transform * output


class HighwayWrapper(Wrapper):
    """A gate on each unit that carries the input past the cell.

        t = sigmoid(x W_t + b_t)           transform gate; coupled, t = 1 - c
        c = sigmoid(x W_c + b_c)           carry gate
        output = c*x + t*cell(x, h)

    Variables, with D inputs, in the scope that is open (the wrapper has none of its own):
    `carry_w [D, D]` and `carry_b [D]`, which starts at `carry_bias_init`; uncoupled also
    `transform_w [D, D]` and `transform_b [D]`, which starts at `-carry_bias_init`. They come
    after those of the cell, and have the type of the open scope (float32), as in TensorFlow 1.x.

    Args:
        cell: the cell; its output has the structure and shapes of its inputs, else ValueError
            or TypeError when called.
        couple_carry_transform_gates: whether t is 1 - c.
        carry_bias_init: where the bias of the carry gate starts.
    """

    def __init__(
        self, cell: RNNCell, couple_carry_transform_gates: bool = True, carry_bias_init: float = 1.0
    ) -> None:
        super().__init__()
        self._cell = cell
        self._couple_carry_transform_gates = couple_carry_transform_gates
        self._carry_bias_init = carry_bias_init

    def __call__(self, inputs: Any, state: State, scope: Scope | None = None) -> tuple[Any, State]:
        """Run one time step of the wrapped cell, and add its gated inputs; see RNNCell."""
        output, new_state = self._cell(inputs, state, scope=scope)
        check_same_shapes(inputs, output)
        return tf.nest.map_structure(self._highway, inputs, output), new_state

    def _highway(self, inputs, output):
        carry = _gate("carry", inputs, self._carry_bias_init)
        if self._couple_carry_transform_gates:
            transform = 1 - carry
        else:
            transform = _gate("transform", inputs, -self._carry_bias_init)
        return highway_step(inputs, output, carry, transform)


def _gate(name, inputs, bias_init):
    depth = inputs.shape.with_rank(2).as_list()[1]
    weights = tf.get_variable(f"{name}_w", [depth, depth])
    bias = tf.get_variable(f"{name}_b", [depth], initializer=tf.constant_initializer(bias_init))
    return tf.sigmoid(tf.nn.xw_plus_b(inputs, weights, bias))
