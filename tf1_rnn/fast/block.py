"""Small products: TensorFlow's kernels for all steps of an LSTM, and for one step of a GRU.

The products inside `BlockLSTM` and `GRUBlockCell` are slower than those of `products.py`, but
they spend next to no op on a step: below `SMALL` multiplications a step the ops would take
longer than the products.
"""

import collections
from collections.abc import Sequence

import tensorflow.compat.v1 as tf

from .chains import Chains
from .cudnn import is_gpu_used
from .products import bias_gradient
from .recurrence import Walk, after, without_second_gradient
from .scan import Steps, Tensors, in_one_batch, swap_time

# At 50 steps, 32 inputs and 64 units, halves of 16: LSTM 5.2 ms here and 5.4 op by op (393,216
# multiplications), GRU 6.3 and 4.3 (196,608). At 16 inputs, 32 units, halves of 8: LSTM 2.2 and
# 3.0 (49,152). On a GPU starting an op is dear at any size: of 50 steps, 64 inputs, 512 units and
# a batch of 64, an H100 took 6.9 and 22.2 ms (LSTM with peepholes), 12.2 and 17.0 (GRU).
SMALL = 2**17
UNROLL_UP_TO = 32  # a step is two ops with its gradient, fewer than a turn of a loop
_NO_SECOND = (
    "through TensorFlow's block kernels, which run cells as small as this one, and any on a GPU. "
    "Use tf.nn.static_rnn, or float64, for these."
)
_UNKNOWN_BATCH = 16  # what a batch of unknown size counts as


def prefers_block_kernel(x: tf.Tensor, kernel: tf.Tensor, time_axis: int) -> bool:
    """Return whether a cell with this kernel is faster here, over `x`, than op by op."""
    batch = x.shape.as_list()[1 - time_axis] or _UNKNOWN_BATCH
    small = batch * kernel.shape.num_elements() <= SMALL
    return x.dtype == tf.float32 and (small or is_gpu_used())


def run_lstm(
    x: tf.Tensor, state: Tensors, weights: Tensors, forget_bias: float, walk: Walk
) -> tuple[tf.Tensor, Tensors]:
    """Run an LSTM over all steps of `x`; arguments and results as in `recurrence.run`.

    `weights` are the kernel, the bias and, with peepholes, `w_f, w_i, w_o`.
    """
    kernel, bias, *peepholes = (tf.identity(weight) for weight in weights)
    units = bias.shape.as_list()[0] // 4
    w_f, w_i, w_o = peepholes or [tf.zeros([units], x.dtype)] * 3
    options = {"use_peephole": bool(peepholes)}

    def whole(x, c, h, kernel, bias, w_f, w_i, w_o):
        steps = tf.shape(x, out_type=tf.int64)[0]
        given = {
            "seq_len_max": steps,
            "x": x,
            "cs_prev": c,
            "h_prev": h,
            "w": kernel,
            "b": bias,
            "wci": w_i,
            "wcf": w_f,
            "wco": w_o,
            **options,
        }
        made = tf.raw_ops.BlockLSTM(**given, forget_bias=forget_bias, cell_clip=-1.0)

        def gradient(d_cs, d_hs):
            kept = {name: getattr(made, name) for name in ("i", "cs", "f", "o", "ci", "co", "h")}
            d = tf.raw_ops.BlockLSTMGrad(**given, **kept, cs_grad=d_cs, h_grad=d_hs)
            # A batch of one has an empty half, for which the kernel leaves this one unwritten.
            d_kernel = tf.where_v2(tf.equal(tf.size(h), 0), tf.zeros_like(kernel), d.w_grad)
            return without_second_gradient(
                _NO_SECOND,
                d.x_grad,
                d.cs_prev_grad,
                d.h_prev_grad,
                d_kernel,
                d.b_grad,
                d.wcf_grad,
                d.wci_grad,
                d.wco_grad,
            )

        return (made.cs, made.h), gradient

    chains = Chains(x, 1 - walk.time_axis, walk.chains)
    lengths = [None] * chains.number if walk.lengths is None else chains.split(walk.lengths)
    made = []
    for part, (c, h), length in zip(
        chains.split(x, 1 - walk.time_axis), chains.split_each(state), lengths, strict=True
    ):
        steps = part if walk.time_axis == 0 else swap_time(part)
        sequences = tf.custom_gradient(whole)(steps, c, h, kernel, bias, w_f, w_i, w_o)
        hs = sequences[1] if walk.time_axis == 0 else swap_time(sequences[1])
        ends = [s[-1] if length is None else after(length, s) for s in sequences]
        made.append((hs, *ends))
    hs, *ends = zip(*made, strict=True)
    return chains.join(hs, 1 - walk.time_axis), tuple(map(chains.join, ends))


class BlockGRU:
    """The maths of one GRU cell, a kernel a step; used as `gru.GRU` is.

    Args:
        depth: of the inputs.
        weights: gates' kernel and bias, candidate's kernel and bias.
    """

    _Kept = collections.namedtuple("_Kept", "x h r u c new_h")
    _ReadBack = collections.namedtuple("_ReadBack", "x h r u c")
    kept, read_back = len(_Kept._fields), range(len(_ReadBack._fields))
    backward_kept = 3

    def __init__(self, depth: int, *weights: tf.Tensor) -> None:
        gate_kernel, gate_bias, candidate_kernel, candidate_bias = weights
        self._given = {
            "w_ru": gate_kernel,
            "b_ru": gate_bias,
            "w_c": candidate_kernel,
            "b_c": candidate_bias,
        }

    def forward(self, state: Tensors, x: tf.Tensor) -> tuple[Tensors, Tensors]:
        """Return the next `(h,)`, and what the step backward needs of this step."""
        made = tf.raw_ops.GRUBlockCell(x=x, h_prev=state[0], **self._given)
        return (made.h,), self._Kept(x, state[0], made.r, made.u, made.c, made.h)

    def sums(self, state: Tensors) -> Tensors:
        """Return where sums over all steps start: there are none."""
        return ()

    def backward(self, d_state: Tensors, *kept: tf.Tensor) -> tuple[Tensors, Tensors, Tensors]:
        """Return the gradient for the step's `(h,)`, and those of x, gates and candidate."""
        k = self._ReadBack(*kept)
        d = tf.raw_ops.GRUBlockCellGrad(
            x=k.x, h_prev=k.h, r=k.r, u=k.u, c=k.c, d_h=d_state[0], **self._given
        )
        return (d.d_h_prev,), (d.d_x, d.d_r_bar_u_bar, d.d_c_bar), ()

    def weight_gradients(
        self, d_kept: Sequence[Steps], sums: Tensors, kept: Sequence[Steps]
    ) -> list[tf.Tensor]:
        """Return the gradients for x, all steps in one batch, and for all weights."""
        d_x, d_gates, d_candidate = d_kept
        k = self._Kept(*map(in_one_batch, kept))
        d_gates, d_candidate = in_one_batch(d_gates), in_one_batch(d_candidate)
        return without_second_gradient(
            _NO_SECOND,
            in_one_batch(d_x),
            tf.matmul(tf.concat([k.x, k.h], 1), d_gates, transpose_a=True),
            bias_gradient(d_gates),
            tf.matmul(tf.concat([k.x, k.r * k.h], 1), d_candidate, transpose_a=True),
            bias_gradient(d_candidate),
        )
