"""The gated recurrent unit: one step forward, one step backward.

Held against `tf1_rnn.cells.gru.gru_step`.
"""

import collections
from collections.abc import Sequence

import tensorflow.compat.v1 as tf

from tf1_rnn.cells.hints import Activation as Function

from .activations import Activation
from .products import Dense, bias_gradient, sigmoid_gradient
from .scan import Steps, Tensors, in_one_batch

_Kept = collections.namedtuple("_Kept", "h r u c xh xrh new_h")
_ReadBack = collections.namedtuple("_ReadBack", "h r u c")


class GRU:
    """The maths of one GRU cell.

    Args:
        gates: `products.Dense` of the gates' kernel.
        gate_bias: tensor `[2H]`.
        candidate: `products.Dense` of the candidate's kernel.
        candidate_bias: tensor `[H]`.
        activation: of the candidate.
    """

    backward_kept = 2

    def __init__(
        self,
        gates: Dense,
        gate_bias: tf.Tensor,
        candidate: Dense,
        candidate_bias: tf.Tensor,
        activation: Function = tf.tanh,
    ) -> None:
        self._gates, self._gate_bias = gates, gate_bias
        self._candidate, self._candidate_bias = candidate, candidate_bias
        self._activation = Activation(activation)
        self.kept = len(_Kept._fields) + len(self._activation.kept(None))
        self.read_back = range(self.kept - 3)  # all but xh, xrh and new_h

    def forward(self, state: Tensors, x: tf.Tensor) -> tuple[Tensors, Tensors]:
        """Return the next `(h,)`, and what the step backward needs of this step."""
        (h,) = state
        xh = tf.concat([x, h], 1)
        r, u = tf.split(tf.sigmoid(self._gates.forward(xh, self._gate_bias)), 2, 1)
        xrh = tf.concat([x, r * h], 1)
        free_c = self._candidate.forward(xrh, self._candidate_bias)
        c = self._activation(free_c)
        new_h = c + u * (h - c)
        kept = _Kept(h, r, u, c, xh, xrh, new_h)
        return (new_h,), (*self._activation.kept(free_c), *kept)

    def sums(self, state: Tensors) -> Tensors:
        """Return where sums over all steps start: there are none."""
        return ()

    def backward(self, d_state: Tensors, *kept: tf.Tensor) -> tuple[Tensors, Tensors, Tensors]:
        """Return the gradient for the step's `(h,)`, and those of its gates and candidate."""
        (d_h,) = d_state
        k = _ReadBack(*kept[-len(_ReadBack._fields) :])
        through_u = d_h * k.u
        d_candidate = self._activation.gradient(kept[0], k.c, d_h - through_u)
        d_u = sigmoid_gradient(k.u, d_h * (k.h - k.c))
        d_rh = self._candidate.to_state(d_candidate)
        d_r = sigmoid_gradient(k.r, d_rh * k.h)
        d_gates = tf.concat([d_r, d_u], 1)
        d_h = through_u + d_rh * k.r + self._gates.to_state(d_gates)
        return (d_h,), (d_gates, d_candidate), ()

    def weight_gradients(
        self, d_kept: Sequence[Steps], sums: Tensors, kept: Sequence[Steps]
    ) -> list[tf.Tensor]:
        """Return the gradients for x, all steps in one batch, and for all weights."""
        d_gates, d_candidate = d_kept
        k = _Kept(*kept[-len(_Kept._fields) :])
        gates, candidates = in_one_batch(d_gates), in_one_batch(d_candidate)
        return [
            self._gates.to_input(gates) + self._candidate.to_input(candidates),
            self._gates.to_kernel(k.xh, d_gates),
            bias_gradient(gates),
            self._candidate.to_kernel(k.xrh, d_candidate),
            bias_gradient(candidates),
        ]
