"""The LSTM with layer normalisation: one step forward, one step backward.

The step is `tf1_rnn.cells.contrib.layer_norm_lstm.layer_norm_lstm_step` itself, and its gradient
TensorFlow's; the products of a step, where the time goes, are those of `products.py`.
"""

import collections
from collections.abc import Sequence

import tensorflow.compat.v1 as tf

from tf1_rnn.cells.contrib.layer_norm_lstm import NORMALISED, layer_norm_lstm_step
from tf1_rnn.cells.contrib.pieces import layer_norm
from tf1_rnn.cells.hints import Activation

from .products import Dense, bias_gradient
from .scan import Steps, Tensors, in_one_batch

_Kept = collections.namedtuple("_Kept", "c gates mask xh new_c new_h")
_ReadBack = collections.namedtuple("_ReadBack", "c gates mask")


class LayerNormLSTM:
    """The maths of one cell.

    Args:
        product: `products.Dense` of the kernel.
        depth: D, of the inputs; behind them lies the mask on the new input, `[batch, H]`.
        bias: tensor `[4H]`, or None.
        norms: None, or ten tensors `[H]`: gain and shift of i, j, f, o and the new memory.
        forget_bias: added to f.
        activation: of the new input and of the new memory.
    """

    kept = len(_Kept._fields)
    read_back = range(len(_ReadBack._fields))
    backward_kept = 1

    def __init__(
        self,
        product: Dense,
        depth: int,
        bias: tf.Tensor | None,
        norms: Tensors | None,
        forget_bias: float,
        activation: Activation,
    ) -> None:
        self._product, self._depth, self._bias, self._norms = product, depth, bias, norms
        self._options = forget_bias, activation

    def forward(self, state: Tensors, x: tf.Tensor) -> tuple[Tensors, Tensors]:
        """Return the next `(c, h)`, and what the step backward needs of this step."""
        c, h = state
        x, mask = x[:, : self._depth], x[:, self._depth :]
        xh = tf.concat([x, h], 1)
        gates = self._product.forward(xh, self._bias)
        new_c, new_h = self._step(gates, c, mask, self._norms)
        return (new_c, new_h), _Kept(c, gates, mask, xh, new_c, new_h)

    def _step(self, gates, c, mask, norms):
        def norm(tensor, name):
            place = 2 * NORMALISED.index(name)
            return layer_norm(tensor, norms[place], norms[place + 1])

        return layer_norm_lstm_step(
            gates, c, *self._options, norm if norms else None, lambda j: j * mask
        )

    def sums(self, state: Tensors) -> Tensors:
        """Return where the sums over all steps start: the gradients of the normalisations."""
        return tuple(map(tf.zeros_like, self._norms or ()))

    def backward(self, d_state: Tensors, *kept: tf.Tensor) -> tuple[Tensors, Tensors, Tensors]:
        """Return the gradients for the step's `(c, h)`; of its gates and its normalisations."""
        k = _ReadBack(*kept)
        # Copies, so that the gradient ends at this step.
        gates, c, *norms = map(tf.identity, (k.gates, k.c, *(self._norms or ())))
        made = self._step(gates, c, k.mask, norms or None)
        d_gates, d_c, *d_norms = tf.gradients(made, [gates, c, *norms], list(d_state))
        return (d_c, self._product.to_state(d_gates)), (d_gates,), tuple(d_norms)

    def weight_gradients(
        self, d_kept: Sequence[Steps], sums: Tensors, kept: Sequence[Steps]
    ) -> list[tf.Tensor]:
        """Return the gradients for x, all steps in one batch, and for all weights."""
        (d_gates,), k = d_kept, _Kept(*kept)
        together = in_one_batch(d_gates)
        d_x, mask = self._product.to_input(together), in_one_batch(k.mask)
        gradients = [
            tf.concat([d_x, tf.zeros_like(mask)], 1),
            self._product.to_kernel(k.xh, d_gates),
        ]
        if self._bias is not None:
            gradients.append(bias_gradient(together))
        return [*gradients, *sums]
