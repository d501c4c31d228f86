"""`tensorflow.contrib.rnn.python.ops.*`: contrib.rnn, and what it had without making it public."""

import tensorflow.compat.v1 as _tf

from ...cells.contrib.minimal_rnn import CFNCell, MinimalRNNCell  # noqa: F401
from ...cells.contrib.normalized_lstm import LayerNormLSTMCell, WeightNormLSTMCell  # noqa: F401
from ...cells.contrib.ntm import NTMCell, NTMControllerState  # noqa: F401
from ...cells.contrib.pieces import sharded_variable as _get_concat_variable  # noqa: F401
from .. import _lazy
from . import rnn_cell_impl as _impl


def _block_lstm(
    seq_len_max,
    x,
    w,
    b,
    cs_prev=None,
    h_prev=None,
    wci=None,
    wcf=None,
    wco=None,
    forget_bias=None,
    cell_clip=None,
    use_peephole=None,
    name=None,
):
    """Run an LSTM over a list of inputs, in one kernel.

    Args:
        seq_len_max: int64 scalar, the number of steps to run.
        x: list of `[batch, D]`.
        w: kernel `[D+H, 4H]`, gates in the order i, j, f, o.
        b: bias `[4H]`.
        cs_prev: memory before the first step, `[batch, H]`, by default zeros.
        h_prev: output before the first step, `[batch, H]`, by default zeros.
        wci: peepholes of the input gate, `[H]`, by default zeros.
        wcf: peepholes of the forget gate, `[H]`, by default zeros.
        wco: peepholes of the output gate, `[H]`, by default zeros.
        forget_bias: added to the forget gate, by default 1.
        cell_clip: bound of the memory's absolute value, by default none.
        use_peephole: whether the gates use the peepholes, by default False.
        name: name of the operation.

    Returns:
        Seven lists of `[batch, H]`: i, the memory, f, o, activated j, activated memory, output.
    """
    if b.shape.as_list()[0] is None:
        raise ValueError(f"b must have a static shape [4H], saw {b.shape}.")
    units = b.shape.as_list()[0] // 4
    none = _tf.zeros([units], b.dtype)
    start = _tf.zeros(_tf.stack([_tf.shape(x[0])[0], units]), b.dtype)
    results = _tf.raw_ops.BlockLSTM(
        seq_len_max=seq_len_max,
        x=_tf.stack(x),
        cs_prev=start if cs_prev is None else cs_prev,
        h_prev=start if h_prev is None else h_prev,
        w=w,
        wci=none if wci is None else wci,
        wcf=none if wcf is None else wcf,
        wco=none if wco is None else wco,
        b=b,
        forget_bias=1.0 if forget_bias is None else forget_bias,
        cell_clip=-1.0 if cell_clip is None else cell_clip,
        use_peephole=bool(use_peephole),
        name=name,
    )
    return tuple(_tf.unstack(result) for result in results)


_lazy.forward(__name__, _impl)
