"""Which cells are covered, and what of them goes into which recurrence."""

import tensorflow.compat.v1 as tf

from tf1_rnn.cells import (
    BasicLSTMCell,
    BasicRNNCell,
    Conv1DLSTMCell,
    Conv2DLSTMCell,
    Conv3DLSTMCell,
    ConvLSTMCell,
    GRUCell,
    LSTMCell,
    MultiRNNCell,
)
from tf1_rnn.cells.arguments import split_columns
from tf1_rnn.cells.lstm import LSTMStateTuple, join_state, split_state

from . import block, recurrence
from .basic_rnn import BasicRNN
from .gru import GRU
from .lstm import LSTM
from .products import Convolution, Dense

_CONVOLUTIONAL = (ConvLSTMCell, Conv1DLSTMCell, Conv2DLSTMCell, Conv3DLSTMCell)
_DENSE = (BasicLSTMCell, LSTMCell, GRUCell, BasicRNNCell)


def is_supported(cell, shape):
    """Return whether `run_cell` can run the cell over inputs of a shape.

    Subclasses are not covered, for they may have a `call` of their own, nor other activations
    than tanh, nor kernels kept in parts, nor convolutions of even sizes.
    """
    if type(cell) is MultiRNNCell:
        return all(type(inner) in _DENSE and is_supported(inner, shape) for inner in cell._cells)
    if type(cell) in _CONVOLUTIONAL:
        return (
            shape.rank == cell._conv_ndims + 3
            and shape[2:].is_fully_defined()
            and len(cell._kernel_shape) == cell._conv_ndims
            and all(size % 2 for size in cell._kernel_shape)
            and shape[2:-1].as_list() == list(cell._input_shape[:-1])
        )
    return (
        type(cell) in _DENSE
        and shape.rank == 3
        and shape[-1] is not None
        and cell._activation is tf.tanh
        and not getattr(cell, "_num_unit_shards", None)
        and not getattr(cell, "_num_proj_shards", None)
    )


def run_cell(cell, x, state, lengths, time_axis, chains=2):
    """Run a cell that has its variables over all steps of `x`.

    The batch goes in two halves, which do not wait for each other: one step's product is too
    small to be spread over two cores well, two chains of products are not.

    Args:
        cell: one that is covered.
        x: tensor, with its time on `time_axis`.
        state: the state before the first step, in the cell's own form.
        lengths: None, or int32 `[batch]`, at least 1 each.
        time_axis: 0 or 1.
        chains: 1 to keep the batch whole, 2 to halve it.

    Returns:
        The outputs, and the last state in the cell's own form.
    """
    batch = x.shape.as_list()[1 - time_axis]
    if chains == 1 or batch == 1:
        return _run(cell, x, state, lengths, time_axis)
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
            _run(cell, *parts, time_axis)
            for parts in zip(halves(x, 1 - time_axis), states, lengths, strict=True)
        ),
        strict=True,
    )
    return joined(*outputs, 1 - time_axis), tf.nest.map_structure(joined, *last)


def _rows(tensor, begin, end, axis):
    return tensor[begin:end] if axis == 0 else tensor[:, begin:end]


def _run(cell, x, state, lengths, time_axis):
    runs = {MultiRNNCell: _run_stack, GRUCell: _run_gru, BasicRNNCell: _run_basic_rnn}
    run = runs.get(type(cell), _run_conv_lstm if type(cell) in _CONVOLUTIONAL else _run_lstm)
    return run(cell, x, state, lengths, time_axis)


def _run_stack(cell, x, state, lengths, time_axis):
    if not cell._state_is_tuple:
        state = split_columns(state, [inner.state_size for inner in cell._cells])
    last = []
    for inner, inner_state in zip(cell._cells, state, strict=True):
        x, new_state = _run(inner, x, inner_state, lengths, time_axis)
        last.append(new_state)
    return x, tuple(last) if cell._state_is_tuple else tf.concat(last, 1)


def _run_gru(cell, x, state, lengths, time_axis):
    def family(depth, gate_kernel, gate_bias, candidate_kernel, candidate_bias):
        return GRU(
            Dense(gate_kernel, depth), gate_bias, Dense(candidate_kernel, depth), candidate_bias
        )

    weights = (cell._gate_kernel, cell._gate_bias, cell._candidate_kernel, cell._candidate_bias)
    if block.prefers_block_kernel(x, cell._gate_kernel, time_axis):
        family = block.BlockGRU
    outputs, (h,) = recurrence.run(family, x, (state,), weights, lengths, time_axis)
    return outputs, h


def _run_basic_rnn(cell, x, state, lengths, time_axis):
    def family(depth, kernel, bias):
        return BasicRNN(Dense(kernel, depth), bias)

    outputs, (h,) = recurrence.run(
        family, x, (state,), (cell._kernel, cell._bias), lengths, time_axis
    )
    return outputs, h


def _run_lstm(cell, x, state, lengths, time_axis):
    clips = {}
    weights = [cell._kernel, cell._bias]
    peepholes = getattr(cell, "_use_peepholes", False)
    projected = getattr(cell, "_num_proj", None) is not None
    if peepholes:
        weights += [cell._w_f_diag, cell._w_i_diag, cell._w_o_diag]
    if type(cell) is LSTMCell:
        clips["cell_clip"] = cell._cell_clip
        clips["proj_clip"] = cell._proj_clip if projected else None
    if projected:
        weights.append(cell._proj_kernel)

    def family(depth, kernel, bias, *rest):
        diagonals, projection = (rest[:3], rest[3:]) if peepholes else (None, rest)
        return LSTM(
            Dense(kernel, depth),
            bias,
            cell._forget_bias,
            diagonals,
            projection=projection[0] if projection else None,
            **clips,
        )

    c_h = split_state(cell, state, [cell._num_units, cell.output_size])
    plain = not projected and clips.get("cell_clip") is None
    if plain and block.prefers_block_kernel(x, cell._kernel, time_axis):
        outputs, (c, h) = block.run_lstm(x, c_h, weights, cell._forget_bias, lengths, time_axis)
    else:
        outputs, (c, h) = recurrence.run(family, x, c_h, weights, lengths, time_axis)
    return outputs, join_state(cell, c, h)


def _run_conv_lstm(cell, x, state, lengths, time_axis):
    def family(depth, kernel, bias):
        return LSTM(Convolution(kernel, depth), bias, cell._forget_bias)

    kernel, *biases = cell.weights
    bias = biases[0] if biases else tf.zeros([4 * cell._output_channels], x.dtype)
    outputs, (c, h) = recurrence.run(family, x, tuple(state), (kernel, bias), lengths, time_axis)
    if cell._skip_connection:
        outputs = tf.concat([outputs, x], -1)
    return outputs, LSTMStateTuple(c, h)
