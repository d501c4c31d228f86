"""From what a cell computes to the maths that runs it: which cells are supported, and how."""

import dataclasses
from typing import Any, Protocol

import tensorflow.compat.v1 as tf

from tf1_rnn.cells import LSTMStateTuple, RNNCell
from tf1_rnn.cells.arguments import split_columns
from tf1_rnn.cells.hints import Size, State
from tf1_rnn.cells.recurrences import (
    GRU,
    LSTM,
    BasicRNN,
    ConvLSTM,
    LayerNormLSTM,
    Stack,
    Wrapped,
)

from . import basic_rnn, block, cudnn, gru, layer_norm_lstm, lstm, recurrence
from .activations import is_elementwise
from .products import Convolution, Dense


class Cell(Protocol):
    """What loops take for a cell: an `RNNCell`, or whatever has such sizes and such a call."""

    @property
    def state_size(self) -> Size:
        """Size of the state."""
        ...

    @property
    def output_size(self) -> Size:
        """Size of the output."""
        ...

    def __call__(self, inputs: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Return the output of one step, and the next state."""
        ...


def why_not(cell: Cell, shape: tf.TensorShape) -> str:
    """Return why `run_cell` cannot run the cell over inputs of a shape, in words; "" if it can.

    Not supported are cells that only their `call` describes, activations that are more than
    a function of one element, and convolutions of even sizes.
    """
    name = type(cell).__name__
    what = cell.recurrence() if isinstance(cell, RNNCell) else None
    if what is None:
        return f"{name} is described only by its call"
    if getattr(what, "but", ""):
        return f"{name}: {what.but}"
    if isinstance(what, Wrapped):
        if what.activation and not is_elementwise(what.activation):
            return f"the activation of {name}"
        return why_not(
            what.cell, shape if what.depth is None else shape[:2].concatenate(what.depth)
        )
    if isinstance(what, Stack):
        # What a wrapper or a convolution below hands on has the same rank.
        reasons = [why_not(inner, shape) for inner in what.cells]
        convolutions = any(_innermost(inner, ConvLSTM) for inner in what.cells)
        return "a stack of convolutions" if convolutions else next(filter(None, reasons), "")
    if isinstance(what, ConvLSTM):
        return _why_not_convolution(what, name, shape)
    if shape.rank != 3 or shape.as_list()[-1] is None:
        return f"inputs of shape {shape}"
    return "" if is_elementwise(what.activation) else f"the activation of {name}"


def embeds(cell: Cell) -> bool:
    """Return whether a cell takes integers, and looks up what they stand for."""
    what = cell.recurrence() if isinstance(cell, RNNCell) else None
    return isinstance(what, Wrapped) and what.embeds


def _innermost(cell, kind):
    what = cell.recurrence() if isinstance(cell, RNNCell) else None
    return _innermost(what.cell, kind) if isinstance(what, Wrapped) else isinstance(what, kind)


def _why_not_convolution(what, name, shape):
    fits = (
        shape.rank == len(what.input_shape) + 2
        and shape[2:].is_fully_defined()
        and len(what.kernel_shape) == len(what.input_shape) - 1
        and shape[2:-1].as_list() == list(what.input_shape[:-1])
    )
    if not fits:
        return f"inputs of shape {shape}"
    odd = all(size % 2 for size in what.kernel_shape)
    return "" if odd else f"the kernel of {name} has even sizes {what.kernel_shape}"


def run_cell(
    cell: RNNCell,
    x: tf.Tensor,
    state: State,
    walk: recurrence.Walk,
    made: dict[str, Any],
    masks: list | None = None,
) -> tuple[tf.Tensor, State]:
    """Run a cell that has its variables over all steps of `x`.

    Args:
        cell: one that is supported.
        x: tensor, with its time on the walk's axis.
        state: the state before the first step, in the cell's own form.
        walk: a `recurrence.Walk`.
        made: what `recorded_variables` recorded of a call of the cell.
        masks: None, or for each tensor of the state what multiplies it after a step; see
            `recurrence.run`.

    Returns:
        The outputs, and the last state in the cell's own form.
    """
    what = cell.recurrence(made)
    return _RUNS[type(what)](what, x, state, walk, made, masks)


def _run_wrapped(what, x, state, walk, made, masks):
    with tf.device(what.device):
        if what.state_masks:
            steps, batch = tf.unstack(tf.shape(x)[:2])
            if walk.time_axis == 1:
                steps, batch = batch, steps
            own = what.state_masks(state, steps, batch)
            for mask, part in zip(own, tf.nest.flatten(state), strict=True):
                if mask is not None and mask.shape.rank == part.shape.rank + 1:
                    known = [
                        x.shape.as_list()[axis] for axis in (walk.time_axis, 1 - walk.time_axis)
                    ]
                    mask.set_shape(known + part.shape.as_list()[1:])
            masks = own if masks is None else list(map(_both, own, masks))
        inputs = what.inputs(x) if what.inputs else x
        outputs, last = run_cell(what.cell, inputs, state, walk, made, masks)
        return what.outputs(x, outputs) if what.outputs else outputs, last


def _both(mask, other):
    return other if mask is None else mask if other is None else mask * other


def _run_stack(what, x, state, walk, made, masks):
    sizes = [inner.state_size for inner in what.cells]
    if not what.state_is_tuple:
        state = split_columns(state, sizes)
        masks = masks and (tf.split(masks[0], sizes, -1) if masks[0] is not None else None)
    last = []
    for inner, inner_state in zip(what.cells, state, strict=True):
        parts = len(tf.nest.flatten(inner_state))
        own, masks = (masks[:parts], masks[parts:]) if masks else (None, None)
        x, new_state = run_cell(inner, x, inner_state, walk, made, own)
        last.append(new_state)
    return x, tuple(last) if what.state_is_tuple else tf.concat(last, 1)


def _run_gru(what, x, state, walk, made, masks):
    def op_by_op(depth, gate_kernel, gate_bias, candidate_kernel, candidate_bias):
        gates, candidate = Dense(gate_kernel, depth), Dense(candidate_kernel, depth)
        return gru.GRU(gates, gate_bias, candidate, candidate_bias, what.activation)

    maths = op_by_op
    weights = (what.gate_kernel, what.gate_bias, what.candidate_kernel, what.candidate_bias)
    plain = what.activation is tf.tanh
    if plain and block.prefers_block_kernel(x, what.gate_kernel, walk.time_axis):
        maths = block.BlockGRU
        steps = x.shape.as_list()[walk.time_axis] or block.UNROLL_UP_TO + 1
        walk = dataclasses.replace(walk, unroll=walk.unroll or steps <= block.UNROLL_UP_TO)
    outputs, (h,) = recurrence.run(maths, x, (state,), weights, walk, masks)
    return outputs, h


def _run_basic_rnn(what, x, state, walk, made, masks):
    def maths(depth, kernel, bias):
        return basic_rnn.BasicRNN(Dense(kernel, depth), bias, what.activation)

    weights = (what.kernel, what.bias)
    outputs, (h,) = recurrence.run(maths, x, (state,), weights, walk, masks)
    return outputs, h


def _run_lstm(what, x, state, walk, made, masks):
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
            what.activation,
            what.clip_has_gradient,
        )

    projection = () if what.projection is None else (what.projection,)
    weights = (what.kernel, what.bias, *(what.peepholes or ()), *projection)
    if not what.state_is_tuple:
        state = split_columns(state, what.sizes)
        masks = tf.split(masks[0], what.sizes, -1) if masks and masks[0] is not None else None
    plain = not projection and what.cell_clip is None and what.activation is tf.tanh
    plain = plain and not any(mask is not None for mask in masks or ())
    if plain and cudnn.is_supported(what):
        outputs, (c, h) = cudnn.run_lstm(x, tuple(state), weights, what.forget_bias, walk)
    elif plain and block.prefers_block_kernel(x, what.kernel, walk.time_axis):
        outputs, (c, h) = block.run_lstm(x, tuple(state), weights, what.forget_bias, walk)
    else:
        outputs, (c, h) = recurrence.run(maths, x, tuple(state), weights, walk, masks)
    return outputs, LSTMStateTuple(c, h) if what.state_is_tuple else tf.concat([c, h], 1)


def _run_layer_norm_lstm(what, x, state, walk, made, masks):
    depth, units = x.shape.as_list()[-1], state[0].shape.as_list()[-1]

    def maths(_, kernel, *rest):
        bias, norms = (rest[0], None) if what.norms is None else (None, rest)
        product = Dense(kernel, depth)
        return layer_norm_lstm.LayerNormLSTM(
            product, depth, bias, norms, what.forget_bias, what.activation
        )

    mask = what.mask(tf.ones_like(x[:, :, :1]) * tf.ones([units], x.dtype))
    weights = (what.kernel, *([what.bias] if what.norms is None else what.norms))
    together = tf.concat([x, mask], 2)
    outputs, (c, h) = recurrence.run(maths, together, tuple(state), weights, walk, masks)
    return outputs, LSTMStateTuple(c, h)


def _run_conv_lstm(what, x, state, walk, made, masks):
    def maths(depth, kernel, bias):
        return lstm.LSTM(Convolution(kernel, depth), bias, what.forget_bias)

    bias = tf.zeros([4 * what.channels], x.dtype) if what.bias is None else what.bias
    outputs, (c, h) = recurrence.run(maths, x, tuple(state), (what.kernel, bias), walk, masks)
    if what.skip_connection:
        outputs = tf.concat([outputs, x], -1)
    return outputs, LSTMStateTuple(c, h)


_RUNS = {
    BasicRNN: _run_basic_rnn,
    GRU: _run_gru,
    LSTM: _run_lstm,
    ConvLSTM: _run_conv_lstm,
    LayerNormLSTM: _run_layer_norm_lstm,
    Stack: _run_stack,
    Wrapped: _run_wrapped,
}
