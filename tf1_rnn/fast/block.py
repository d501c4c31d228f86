"""The LSTM of small products, by TensorFlow's kernel for all steps of an LSTM, `BlockLSTM`.

Its products are slower than those of `products.py`, but it spends no op on a step: below
`SMALL` multiplications a step the ops would take longer than the products.
"""

import tensorflow.compat.v1 as tf

from .recurrence import after
from .scan import swap_time

SMALL = 2**20
_UNKNOWN_BATCH = 64


def suits(x, kernel, time_axis):
    """Returns whether an LSTM over `x` with a kernel is faster by this kernel."""
    batch = x.shape.as_list()[1 - time_axis] or _UNKNOWN_BATCH
    return x.dtype == tf.float32 and batch * kernel.shape.num_elements() <= SMALL


def run(x, state, weights, forget_bias, lengths=None, time_axis=1):
    """Runs an LSTM over all steps of `x`; arguments and results as in `recurrence.run`.

    `weights` are the kernel, the bias and, with peepholes, `w_f, w_i, w_o`.
    """
    c, h = state
    kernel, bias, *peepholes = (tf.identity(weight) for weight in weights)
    units = bias.shape.as_list()[0] // 4
    w_f, w_i, w_o = peepholes or [tf.zeros([units], x.dtype)] * 3
    options = {"use_peephole": bool(peepholes)}

    @tf.custom_gradient
    def whole(x, c, h, kernel, bias, w_f, w_i, w_o):
        steps = tf.shape(x, out_type=tf.int64)[0]
        given = {"seq_len_max": steps, "x": x, "cs_prev": c, "h_prev": h, "w": kernel, "b": bias,
                 "wci": w_i, "wcf": w_f, "wco": w_o, **options}
        made = tf.raw_ops.BlockLSTM(**given, forget_bias=forget_bias, cell_clip=-1.0)

        def gradient(d_cs, d_hs):
            kept = {name: getattr(made, name) for name in ("i", "cs", "f", "o", "ci", "co", "h")}
            d = tf.raw_ops.BlockLSTMGrad(**given, **kept, cs_grad=d_cs, h_grad=d_hs)
            return _pass_once(d.x_grad, d.cs_prev_grad, d.h_prev_grad, d.w_grad, d.b_grad,
                              d.wcf_grad, d.wci_grad, d.wco_grad)

        return (made.cs, made.h), gradient

    steps = x if time_axis == 0 else swap_time(x)
    cs, hs = whole(steps, c, h, kernel, bias, w_f, w_i, w_o)
    ends = tuple(s[-1] if lengths is None else after(lengths, s) for s in (cs, hs))
    return hs if time_axis == 0 else swap_time(hs), ends


@tf.custom_gradient
def _pass_once(*gradients):
    def gradient(*_):
        raise NotImplementedError(
            "The fast path has no second gradients for an LSTM this small: TensorFlow has none "
            "for its BlockLSTM kernel. Use tf.nn.static_rnn, or float64, for these.")

    return [tf.identity(tensor) for tensor in gradients], gradient
