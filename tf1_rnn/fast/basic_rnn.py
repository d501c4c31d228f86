"""The basic recurrent cell: one step forward, one step backward.

Held against `tf1_rnn.cells.basic_rnn.basic_rnn_step`.
"""

import collections
from collections.abc import Sequence

import tensorflow.compat.v1 as tf

from tf1_rnn.cells.hints import Activation as Function

from .activations import Activation
from .products import Dense, bias_gradient
from .scan import Steps, Tensors, in_one_batch

_Kept = collections.namedtuple("_Kept", "xh new_h")


class BasicRNN:
    """The maths of one basic cell.

    Args:
        product: `products.Dense` of the kernel.
        bias: tensor `[H]`.
        activation: of the new state.
    """

    backward_kept = 1

    def __init__(self, product: Dense, bias: tf.Tensor, activation: Function = tf.tanh) -> None:
        self._product, self._bias = product, bias
        self._activation = Activation(activation)
        self.kept = len(_Kept._fields) + len(self._activation.kept(None))
        self.read_back = [*range(self.kept - 2), self.kept - 1]  # all but xh

    def forward(self, state: Tensors, x: tf.Tensor) -> tuple[Tensors, Tensors]:
        """Return the next `(h,)`, and what the step backward needs of this step."""
        (h,) = state
        xh = tf.concat([x, h], 1)
        free_h = self._product.forward(xh, self._bias)
        new_h = self._activation(free_h)
        return (new_h,), (*self._activation.kept(free_h), *_Kept(xh, new_h))

    def sums(self, state: Tensors) -> Tensors:
        """Return where sums over all steps start: there are none."""
        return ()

    def backward(self, d_state: Tensors, *kept: tf.Tensor) -> tuple[Tensors, Tensors, Tensors]:
        """Return the gradient for the step's `(h,)`, and that of its pre-activation."""
        d_gates = self._activation.gradient(kept[0], kept[-1], d_state[0])
        return (self._product.to_state(d_gates),), (d_gates,), ()

    def weight_gradients(
        self, d_kept: Sequence[Steps], sums: Tensors, kept: Sequence[Steps]
    ) -> list[tf.Tensor]:
        """Return the gradients for x, all steps in one batch, and for both weights."""
        (d_gates,) = d_kept
        k = _Kept(*kept[-len(_Kept._fields) :])
        together = in_one_batch(d_gates)
        return [
            self._product.to_input(together),
            self._product.to_kernel(k.xh, d_gates),
            bias_gradient(together),
        ]
