"""Loops of `tensorflow.contrib.rnn`: TensorFlow's own, and stacks of bidirectional ones.

Graves and Schmidhuber, 2005 (bidirectional); Graves et al., 2013,
https://arxiv.org/abs/1303.5778 (stacked).
"""

import tensorflow.compat.v1 as tf

from ..hints import DTypeLike, Scope, State
from ..rnn_cell import RNNCell

static_rnn = tf.nn.static_rnn
static_state_saving_rnn = tf.nn.static_state_saving_rnn
static_bidirectional_rnn = tf.nn.static_bidirectional_rnn


def transpose_batch_time(x: tf.Tensor) -> tf.Tensor:
    """Swap the first two axes of a tensor, keeping static shapes.

    A tensor of rank 0 or 1 is returned as it is; one of unknown rank raises TypeError.
    """
    rank = x.shape.rank
    if rank is None:
        raise TypeError(
            f"transpose_batch_time needs a tensor of known rank, got {x}. Call its set_shape first."
        )
    return x if rank < 2 else tf.transpose(x, [1, 0, *range(2, rank)])


def best_effort_input_batch_size(flat_input: list[tf.Tensor]) -> int | tf.Tensor:
    """Return the static batch size of time-major inputs, or a scalar tensor where unknown.

    Args:
        flat_input: list of tensors `[time, batch, ...]`; those of unknown rank are skipped.

    Raises:
        ValueError: a tensor of rank 0 or 1 before one of known batch size.
    """
    for tensor in flat_input:
        rank = tensor.shape.rank
        if rank is None:
            continue
        if rank < 2:
            raise ValueError(
                "Expected inputs [time, batch, ...] of at least 2 dimensions, but "
                f"saw shape {tensor.shape}."
            )
        if tensor.shape.as_list()[1] is not None:
            return tensor.shape.as_list()[1]
    return tf.shape(flat_input[0])[1]


def stack_bidirectional_rnn(
    cells_fw: list[RNNCell],
    cells_bw: list[RNNCell],
    inputs: list[tf.Tensor],
    initial_states_fw: list[State] | None = None,
    initial_states_bw: list[State] | None = None,
    dtype: DTypeLike | None = None,
    sequence_length: tf.Tensor | None = None,
    scope: Scope | None = None,
) -> tuple[list[tf.Tensor], tuple[State, ...], tuple[State, ...]]:
    """Stack bidirectional networks, each fed with both outputs of the one below.

    Variables: `stack_bidirectional_rnn/cell_0/fw/...`, `.../cell_0/bw/...`, `.../cell_1/...`.

    Args:
        cells_fw: list of cells that run forward, the lowest first.
        cells_bw: list of as many that run backward.
        inputs: list of tensors `[batch, depth]`, one for each step.
        initial_states_fw: list of the forward cells' states, by default zeros.
        initial_states_bw: the same backward.
        dtype: type of the zeros; needed without initial states.
        sequence_length: integers `[batch]`, by default the length of `inputs`.
        scope: a name or VariableScope, by default `stack_bidirectional_rnn`.

    Returns:
        `(outputs, states_fw, states_bw)`: a list over the steps of `[batch, fw + bw]`, and the
        final states of each layer in two tuples.

    Raises:
        ValueError: no cells, not lists, or lists of different lengths.
    """
    layers = _layers(cells_fw, cells_bw, initial_states_fw, initial_states_bw)
    states_fw, states_bw = [], []
    with tf.variable_scope(scope or "stack_bidirectional_rnn"):
        for index, (cell_fw, cell_bw, first_fw, first_bw) in enumerate(layers):
            with tf.variable_scope(f"cell_{index}") as layer:
                inputs, state_fw, state_bw = tf.nn.static_bidirectional_rnn(
                    cell_fw,
                    cell_bw,
                    inputs,
                    first_fw,
                    first_bw,
                    dtype,
                    sequence_length,
                    scope=layer,
                )
            states_fw.append(state_fw)
            states_bw.append(state_bw)
    return inputs, tuple(states_fw), tuple(states_bw)


def stack_bidirectional_dynamic_rnn(
    cells_fw: list[RNNCell],
    cells_bw: list[RNNCell],
    inputs: tf.Tensor,
    initial_states_fw: list[State] | None = None,
    initial_states_bw: list[State] | None = None,
    dtype: DTypeLike | None = None,
    sequence_length: tf.Tensor | None = None,
    parallel_iterations: int | None = None,
    time_major: bool = False,
    scope: Scope | None = None,
    swap_memory: bool = False,
) -> tuple[tf.Tensor, tuple[State, ...], tuple[State, ...]]:
    """Stack bidirectional networks with `tf.nn.bidirectional_dynamic_rnn`.

    Variables: `stack_bidirectional_rnn/cell_0/bidirectional_rnn/fw/...`, and so on.

    Args:
        cells_fw: list of cells that run forward, the lowest first.
        cells_bw: list of as many that run backward.
        inputs: tensor `[batch, time, depth]`, or `[time, batch, depth]` if `time_major`.
        initial_states_fw: list of the forward cells' states, by default zeros.
        initial_states_bw: the same backward.
        dtype: type of the zeros; needed without initial states.
        sequence_length: integers `[batch]`, by default all of `time`.
        parallel_iterations: as in `tf.nn.dynamic_rnn`.
        time_major: the form of inputs and outputs.
        scope: a name or VariableScope, by default `stack_bidirectional_rnn`.
        swap_memory: as in `tf.nn.dynamic_rnn`.

    Returns:
        `(outputs, states_fw, states_bw)`: both outputs joined in their last axis, and the final
        states of each layer in two tuples.

    Raises:
        ValueError: no cells, not lists, or lists of different lengths.
    """
    layers = _layers(cells_fw, cells_bw, initial_states_fw, initial_states_bw)
    states_fw, states_bw = [], []
    with tf.variable_scope(scope or "stack_bidirectional_rnn"):
        for index, (cell_fw, cell_bw, first_fw, first_bw) in enumerate(layers):
            with tf.variable_scope(f"cell_{index}"):
                outputs, (state_fw, state_bw) = tf.nn.bidirectional_dynamic_rnn(
                    cell_fw,
                    cell_bw,
                    inputs,
                    sequence_length,
                    first_fw,
                    first_bw,
                    dtype,
                    parallel_iterations,
                    swap_memory,
                    time_major,
                )
                inputs = tf.concat(outputs, 2)
            states_fw.append(state_fw)
            states_bw.append(state_bw)
    return inputs, tuple(states_fw), tuple(states_bw)


def _layers(cells_fw, cells_bw, states_fw, states_bw):
    """Return a list of (cell, cell, state or None, state or None), after checking them."""
    for name, cells in (("cells_fw", cells_fw), ("cells_bw", cells_bw)):
        if cells is None:
            raise ValueError(
                f"Must specify at least one fw cell and one bw cell, but {name} is "
                "None. Give a list of cells."
            )
        if not isinstance(cells, list):
            raise ValueError(f"{name} must be a list of one cell per layer, got {cells!r}.")
    if len(cells_fw) != len(cells_bw):
        raise ValueError(
            f"There are {len(cells_fw)} forward cells and {len(cells_bw)} backward "
            "cells. Give as many of each."
        )
    for name, states in (("initial_states_fw", states_fw), ("initial_states_bw", states_bw)):
        if states is not None and (not isinstance(states, list) or len(states) != len(cells_fw)):
            raise ValueError(
                f"{name} must be a list of one state per layer, "
                f"{len(cells_fw)} of them, got {states!r}."
            )
    none = [None] * len(cells_fw)
    return list(zip(cells_fw, cells_bw, states_fw or none, states_bw or none, strict=True))
