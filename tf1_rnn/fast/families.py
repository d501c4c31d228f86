"""From what a cell computes to the maths that runs it: which cells are supported, and how."""

import tensorflow.compat.v1 as tf

from tf1_rnn.cells import LSTMStateTuple, RNNCell
from tf1_rnn.cells.arguments import split_columns
from tf1_rnn.cells.recurrences import GRU, LSTM, BasicRNN, ConvLSTM, Stack

from . import basic_rnn, block, gru, lstm, recurrence
from .products import Convolution, Dense


def is_supported(cell, shape):
    """Return whether `run_cell` can run the cell over inputs of a shape.

    Not supported are cells that are known by their `call` alone, other activations than tanh,
    and convolutions of even sizes.
    """
    what = cell.recurrence() if isinstance(cell, RNNCell) else None
    if isinstance(what, Stack):
        return shape.rank == 3 and all(is_supported(inner, shape) for inner in what.cells)
    if isinstance(what, ConvLSTM):
        return (
            shape.rank == len(what.input_shape) + 2
            and shape[2:].is_fully_defined()
            and len(what.kernel_shape) == len(what.input_shape) - 1
            and all(size % 2 for size in what.kernel_shape)
            and shape[2:-1].as_list() == list(what.input_shape[:-1])
        )
    return (
        what is not None
        and shape.rank == 3
        and shape[-1] is not None
        and what.activation is tf.tanh
    )


def run_cell(cell, x, state, lengths, time_axis, made, chains=2):
    """Run a cell that has its variables over all steps of `x`.

    The batch goes in two halves, which do not wait for each other: one step's product is too
    small to be spread over two cores well, two chains of products are not.

    Args:
        cell: one that is supported.
        x: tensor, with its time on `time_axis`.
        state: the state before the first step, in the cell's own form.
        lengths: None, or int32 `[batch]`, at least 1 each.
        time_axis: 0 or 1.
        made: what `recorded_variables` recorded of a call of the cell.
        chains: 1 to keep the batch whole, 2 to halve it.

    Returns:
        The outputs, and the last state in the cell's own form.
    """
    batch = x.shape.as_list()[1 - time_axis]
    if chains == 1 or batch == 1:
        return _run(cell, x, state, lengths, time_axis, made)
    batch = batch or tf.shape(x)[1 - time_axis]
    half = first = batch // 2
    if tf.is_tensor(batch) and x.shape.rank > 3:
        # Of an empty batch oneDNN's convolutions get the shape wrong: a single sequence is run as
        # both halves, and counts as the second.
        first = tf.maximum(half, 1)

    def halves(tensor, axis=0):
        if first is half:
            return tf.split(tensor, [half, batch - half], axis)
        return [_rows(tensor, 0, first, axis), _rows(tensor, half, batch, axis)]

    def joined(one, other, axis=0):
        return tf.concat([one if first is half else _rows(one, 0, half, axis), other], axis)

    states = [
        tf.nest.pack_sequence_as(state, parts)
        for parts in zip(*(halves(part) for part in tf.nest.flatten(state)), strict=True)
    ]
    lengths = [None, None] if lengths is None else halves(lengths)
    outputs, last = zip(
        *(
            _run(cell, *parts, time_axis, made)
            for parts in zip(halves(x, 1 - time_axis), states, lengths, strict=True)
        ),
        strict=True,
    )
    return joined(*outputs, 1 - time_axis), tf.nest.map_structure(joined, *last)


def _rows(tensor, begin, end, axis):
    return tensor[begin:end] if axis == 0 else tensor[:, begin:end]


def _run(cell, x, state, lengths, time_axis, made):
    what = cell.recurrence(made)
    if isinstance(what, Stack):
        return _run_stack(what, x, state, lengths, time_axis, made)
    return _RUNS[type(what)](what, x, state, lengths, time_axis)


def _run_stack(what, x, state, lengths, time_axis, made):
    if not what.state_is_tuple:
        state = split_columns(state, [inner.state_size for inner in what.cells])
    last = []
    for inner, inner_state in zip(what.cells, state, strict=True):
        x, new_state = _run(inner, x, inner_state, lengths, time_axis, made)
        last.append(new_state)
    return x, tuple(last) if what.state_is_tuple else tf.concat(last, 1)


def _run_gru(what, x, state, lengths, time_axis):
    def maths(depth, gate_kernel, gate_bias, candidate_kernel, candidate_bias):
        return gru.GRU(
            Dense(gate_kernel, depth), gate_bias, Dense(candidate_kernel, depth), candidate_bias
        )

    weights = (what.gate_kernel, what.gate_bias, what.candidate_kernel, what.candidate_bias)
    if block.prefers_block_kernel(x, what.gate_kernel, time_axis):
        maths = block.BlockGRU
    outputs, (h,) = recurrence.run(maths, x, (state,), weights, lengths, time_axis)
    return outputs, h


def _run_basic_rnn(what, x, state, lengths, time_axis):
    def maths(depth, kernel, bias):
        return basic_rnn.BasicRNN(Dense(kernel, depth), bias)

    weights = (what.kernel, what.bias)
    outputs, (h,) = recurrence.run(maths, x, (state,), weights, lengths, time_axis)
    return outputs, h


def _run_lstm(what, x, state, lengths, time_axis):
    def maths(depth, kernel, bias, *rest):
        peepholes, projection = (rest[:3], rest[3:]) if what.peepholes else (None, rest)
        return lstm.LSTM(
            Dense(kernel, depth),
            bias,
            what.forget_bias,
            peepholes,
            what.cell_clip,
            projection[0] if projection else None,
            what.proj_clip,
        )

    projection = () if what.projection is None else (what.projection,)
    weights = (what.kernel, what.bias, *(what.peepholes or ()), *projection)
    c_h = tuple(state) if what.state_is_tuple else tuple(split_columns(state, what.sizes))
    plain = not projection and what.cell_clip is None
    if plain and block.prefers_block_kernel(x, what.kernel, time_axis):
        outputs, (c, h) = block.run_lstm(x, c_h, weights, what.forget_bias, lengths, time_axis)
    else:
        outputs, (c, h) = recurrence.run(maths, x, c_h, weights, lengths, time_axis)
    return outputs, LSTMStateTuple(c, h) if what.state_is_tuple else tf.concat([c, h], 1)


def _run_conv_lstm(what, x, state, lengths, time_axis):
    def maths(depth, kernel, bias):
        return lstm.LSTM(Convolution(kernel, depth), bias, what.forget_bias)

    bias = tf.zeros([4 * what.channels], x.dtype) if what.bias is None else what.bias
    weights = (what.kernel, bias)
    outputs, (c, h) = recurrence.run(maths, x, tuple(state), weights, lengths, time_axis)
    if what.skip_connection:
        outputs = tf.concat([outputs, x], -1)
    return outputs, LSTMStateTuple(c, h)


_RUNS = {BasicRNN: _run_basic_rnn, GRU: _run_gru, LSTM: _run_lstm, ConvLSTM: _run_conv_lstm}
