"""The LSTM, dense or convolutional: one step forward, one step backward.

Held against `tf1_rnn.cells.lstm.lstm_step`.
"""

import types
from collections.abc import Sequence

import numpy as np
import tensorflow.compat.v1 as tf

from tf1_rnn.cells.hints import Activation as Function

from .activations import Activation
from .products import Convolution, Dense, bias_gradient, sigmoid_gradient
from .scan import Steps, Tensors, in_one_batch


class LSTM:
    """The maths of one LSTM cell.

    Args:
        product: `products.Dense` or `products.Convolution`, made of the kernel.
        bias: tensor `[4H]`.
        forget_bias: added to f.
        peepholes: None, or tensors `(w_f, w_i, w_o)`, `[H]` each.
        cell_clip: None, or the bound of the memory.
        projection: None, or tensor `[H, P]`.
        proj_clip: None, or the bound of the projected output.
        activation: of j and of the new memory.
        clip_has_gradient: whether clipping the memory stops the gradient where it clips.
    """

    def __init__(
        self,
        product: Dense | Convolution,
        bias: tf.Tensor,
        forget_bias: float = 1.0,
        peepholes: Tensors | None = None,
        cell_clip: float | None = None,
        projection: tf.Tensor | None = None,
        proj_clip: float | None = None,
        activation: Function = tf.tanh,
        clip_has_gradient: bool = True,
    ) -> None:
        self._product = product
        units = bias.shape.as_list()[0] // 4
        self._bias = bias + tf.constant(np.repeat([0, 0, forget_bias, 0], units), bias.dtype)
        self._peepholes = peepholes
        self.backward_kept = 1 if projection is None else 2
        self._cell_clip, self._clip_has_gradient = cell_clip, clip_has_gradient
        self._projection = None if projection is None else Dense(projection, 0)
        self._proj_clip = proj_clip
        self._activation = Activation(activation)
        # What a step keeps: of clipping and projection only where there is any.
        self._kept_names = [
            *("xh", "c", *self._activation.kept("free_j"), "i", "j", "f", "o", "t"),
            *(["free_c"] if cell_clip is not None else []),
            *(["m"] if projection is not None else []),
            *(["free_h"] if proj_clip is not None else []),
            *("new_c", "new_h"),
        ]
        self.kept = len(self._kept_names)
        unread = {"m", "new_h"} if isinstance(product, Convolution) else {"xh", "m", "new_h"}
        if not peepholes and not self._activation.kept("new_c"):
            unread.add("new_c")
        self.read_back = [
            place for place, name in enumerate(self._kept_names) if name not in unread
        ]

    def forward(self, state: Tensors, x: tf.Tensor) -> tuple[Tensors, Tensors]:
        """Return the next `(c, h)`, and what the step backward needs of this step."""
        c, h = state
        xh = tf.concat([x, h], -1)
        i, free_j, f, o = tf.split(self._product.forward(xh, self._bias), 4, -1)
        if self._peepholes:
            w_f, w_i, w_o = self._peepholes
            f, i = f + w_f * c, i + w_i * c
        i, j, f = tf.sigmoid(i), self._activation(free_j), tf.sigmoid(f)
        free_c = f * c + i * j
        new_c = _clip(free_c, self._cell_clip)
        o = tf.sigmoid(o + w_o * new_c if self._peepholes else o)
        t = self._activation(new_c)
        m = o * t
        free_h = m if self._projection is None else self._projection.forward(m)
        new_h = _clip(free_h, self._proj_clip)
        made = {"xh": xh, "c": c, "free_j": free_j, "i": i, "j": j, "f": f, "o": o, "t": t, "m": m}
        made.update(free_c=free_c, free_h=free_h, new_c=new_c, new_h=new_h)
        return (new_c, new_h), tuple(made[name] for name in self._kept_names)

    def _named(self, kept):
        """Return by name what a step kept and `read_back` reads; the rest is something else."""
        k = types.SimpleNamespace(free_j=None, free_c=None, free_h=None, new_c=None)
        names = [self._kept_names[place] for place in self.read_back]
        vars(k).update(zip(names, kept, strict=True))
        return k

    def sums(self, state: Tensors) -> Tensors:
        """Return where the sums over all steps start: those of peepholes by sequence."""
        if isinstance(self._product, Convolution):
            return self._product.no_gradient()
        return (tf.zeros_like(state[0]),) * (3 if self._peepholes else 0)

    def backward(self, d_state: Tensors, *kept: tf.Tensor) -> tuple[Tensors, Tensors, Tensors]:
        """Return the gradients for the step's `(c, h)`; of its gates, and of what it adds to."""
        d_c, d_h = d_state
        k = self._named(kept)
        d_h = d_m = _pass_clip(d_h, k.free_h, self._proj_clip)
        if self._projection is not None:
            d_m = self._projection.to_state(d_h)
        d_o = sigmoid_gradient(k.o, d_m * k.t)
        d_c += self._activation.gradient(k.new_c, k.t, d_m * k.o)
        if self._peepholes:
            w_f, w_i, w_o = self._peepholes
            d_c += w_o * d_o
        if self._clip_has_gradient:
            d_c = _pass_clip(d_c, k.free_c, self._cell_clip)
        d_i = sigmoid_gradient(k.i, d_c * k.j)
        d_j = self._activation.gradient(k.free_j, k.j, d_c * k.i)
        d_f = sigmoid_gradient(k.f, d_c * k.c)
        d_gates = tf.concat([d_i, d_j, d_f, d_o], -1)
        d_c *= k.f
        if self._peepholes:
            d_c += w_f * d_f + w_i * d_i
        kept = (d_gates,) if self._projection is None else (d_gates, d_h)
        added = (d_f * k.c, d_i * k.c, d_o * k.new_c) if self._peepholes else ()
        if isinstance(self._product, Convolution):
            kept = (self._product.to_input(d_gates),)
            added = (self._product.to_kernel(k.xh, d_gates), bias_gradient(d_gates))
        return (d_c, self._product.to_state(d_gates)), kept, added

    def weight_gradients(
        self, d_kept: Sequence[Steps], sums: Tensors, kept: Sequence[Steps]
    ) -> list[tf.Tensor]:
        """Return the gradients for x, all steps in one batch, and for all weights."""
        together = in_one_batch(d_kept[0])
        if isinstance(self._product, Convolution):
            return [together, *sums]
        k = dict(zip(self._kept_names, kept, strict=True))
        gradients = [
            self._product.to_input(together),
            self._product.to_kernel(k["xh"], d_kept[0]),
            bias_gradient(together),
            *map(bias_gradient, sums),
        ]
        if self._projection is not None:
            gradients.append(self._projection.to_kernel(k["m"], d_kept[1]))
        return gradients


def _clip(tensor, bound):
    return tensor if bound is None else tf.clip_by_value(tensor, -bound, bound)


def _pass_clip(d_tensor, tensor, bound):
    if bound is None:
        return d_tensor
    return tf.where_v2(tf.abs(tensor) <= bound, d_tensor, tf.zeros_like(d_tensor))
