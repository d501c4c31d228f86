"""A gated recurrent unit in one kernel, `tf.raw_ops.GRUBlockCell`.

    r, u = split(sigmoid([x, h] W_ru + b_ru))
    c = tanh([x, r*h] W_c + b_c)
    h' = u*h + (1 - u)*c

Cho et al., 2014, https://arxiv.org/abs/1406.1078. The kernel computes in float32 only.
"""

import tensorflow.compat.v1 as tf

from .. import recurrences
from ..arguments import as_size
from ..hints import ShapeLike, State
from ..rnn_cell import LayerRNNCell
from .block_lstm import register_gradient


def _gru_block_gradient(op, *grads):
    """Gradient of one step; the kernel gives that of the gates, the rest is linear algebra."""
    x, h, w_ru, w_c, b_ru, b_c = op.inputs
    r, u, c, _ = op.outputs
    d_h = grads[3]
    grad = tf.raw_ops.GRUBlockCellGrad(
        x=x, h_prev=h, w_ru=w_ru, w_c=w_c, b_ru=b_ru, b_c=b_c, r=r, u=u, c=c, d_h=d_h
    )
    d_w_ru = tf.matmul(tf.concat([x, h], 1), grad.d_r_bar_u_bar, transpose_a=True)
    d_w_c = tf.matmul(tf.concat([x, r * h], 1), grad.d_c_bar, transpose_a=True)
    d_b_ru = tf.reduce_sum(grad.d_r_bar_u_bar, 0)
    d_b_c = tf.reduce_sum(grad.d_c_bar, 0)
    return grad.d_x, grad.d_h_prev, d_w_ru, d_w_c, d_b_ru, d_b_c


register_gradient("GRUBlockCell", _gru_block_gradient)


class GRUBlockCell(LayerRNNCell):
    """One step of a GRU in one kernel, with its own variable names.

    Variables, with D inputs and H units, in the scope `gru_cell`: `w_ru [D+H, 2H]`, `b_ru [2H]`
    (starts at 1), `w_c [D+H, H]`, `b_c [H]` (at 0). GRUBlockCellV2 uses GRUCell's names.

    Args:
        num_units: H.
        cell_size: an older name for `num_units`: give one of them.
        reuse: whether to share the variables that are already in the scope.
        name: the scope of the variables.

    Raises:
        ValueError: neither or both of `num_units` and `cell_size` are given.
    """

    input_ndim = 2
    _gate_kernel = _gate_bias = _candidate_kernel = _candidate_bias = None
    _names = {"W_ru": "w_ru", "b_ru": "b_ru", "W_c": "w_c", "b_c": "b_c"}

    def __init__(
        self,
        num_units: int | None = None,
        cell_size: int | None = None,
        reuse: bool | None = None,
        name: str = "gru_cell",
    ) -> None:
        super().__init__(_reuse=reuse, name=name)
        size = cell_size if num_units is None else num_units
        if size is None or (num_units is not None and cell_size is not None):
            raise ValueError(
                "Exactly one of num_units or cell_size must be given, got "
                f"num_units={num_units}, cell_size={cell_size}."
            )
        self._cell_size = as_size(size)

    @property
    def state_size(self) -> int:
        """H."""
        return self._cell_size

    @property
    def output_size(self) -> int:
        """H."""
        return self._cell_size

    def build(self, input_shape: ShapeLike) -> None:
        """Make the variables for inputs `[batch, D]`; ValueError where D is unknown."""
        depth, units = tf.TensorShape(input_shape).as_list()[1], self._cell_size
        if depth is None:
            raise ValueError(
                f"Expected input_size to be known, saw inputs {input_shape}. Give "
                "the placeholder its number of inputs, or call set_shape."
            )
        rows, names = depth + units, self._names
        self._gate_kernel = self.add_variable(names["W_ru"], [rows, 2 * units])
        self._gate_bias = self.add_variable(
            names["b_ru"], [2 * units], initializer=tf.constant_initializer(1.0)
        )
        self._candidate_kernel = self.add_variable(names["W_c"], [rows, units])
        self._candidate_bias = self.add_variable(
            names["b_c"], [units], initializer=tf.constant_initializer(0.0)
        )
        self.built = True

    def _recurrence(self, made):
        return recurrences.GRU(
            self._gate_kernel,
            self._gate_bias,
            self._candidate_kernel,
            self._candidate_bias,
            tf.tanh,
        )

    def call(self, inputs: tf.Tensor, h_prev: tf.Tensor) -> tuple[tf.Tensor, State]:
        """Run one step: inputs `[batch, D]` and state `[batch, H]` to `(h', h')`."""
        step = tf.raw_ops.GRUBlockCell(
            x=inputs,
            h_prev=h_prev,
            w_ru=self._gate_kernel,
            w_c=self._candidate_kernel,
            b_ru=self._gate_bias,
            b_c=self._candidate_bias,
        )
        return step.h, step.h


class GRUBlockCellV2(GRUBlockCell):
    """GRUBlockCell with the variables of GRUCell, whose checkpoints fit.

    Variables: `gru_cell/gates/kernel [D+H, 2H]`, `gates/bias [2H]` (starts at 1),
    `candidate/kernel [D+H, H]`, `candidate/bias [H]` (at 0).
    """

    _names = {
        "W_ru": "gates/kernel",
        "b_ru": "gates/bias",
        "W_c": "candidate/kernel",
        "b_c": "candidate/bias",
    }
