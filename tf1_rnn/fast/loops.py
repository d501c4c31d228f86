"""TensorFlow's loops, with the whole-sequence implementations behind them.

Whatever is not covered, and whatever is wrong with a call, goes to TensorFlow's own loop.
"""

import tensorflow.compat.v1 as tf

from tf1_rnn.cells.rnn_cell import recorded_variables

from .families import is_supported, run_cell


def dynamic_rnn(
    cell,
    inputs,
    sequence_length=None,
    initial_state=None,
    dtype=None,
    parallel_iterations=None,
    swap_memory=False,
    time_major=False,
    scope=None,
):
    """Do what `tf.nn.dynamic_rnn` does, and faster for the cells of `families.py`.

    Args, results, variables and errors are those of `tf.nn.dynamic_rnn`. `parallel_iterations`
    and `swap_memory` matter to TensorFlow's loop only.
    """
    if not _fits(cell, inputs, sequence_length, initial_state, dtype, time_major):
        return tf.nn.dynamic_rnn(
            cell,
            inputs,
            sequence_length,
            initial_state,
            dtype,
            parallel_iterations,
            swap_memory,
            time_major,
            scope,
        )
    return _whole(cell, inputs, sequence_length, initial_state, 0 if time_major else 1, scope)


def static_rnn(cell, inputs, initial_state=None, dtype=None, sequence_length=None, scope=None):
    """Do what `tf.nn.static_rnn` does, and faster for the cells of `families.py`.

    Args, results, variables and errors are those of `tf.nn.static_rnn`.
    """
    steps = inputs if isinstance(inputs, (list, tuple)) else []
    same = (
        all(tf.is_tensor(step) for step in steps)
        and len({(step.dtype, str(step.shape)) for step in steps}) == 1
    )
    if same:
        together = tf.stack(steps, 1)
    if not same or not _fits(cell, together, sequence_length, initial_state, dtype, False):
        return tf.nn.static_rnn(cell, inputs, initial_state, dtype, sequence_length, scope)
    outputs, state = _whole(cell, together, sequence_length, initial_state, 1, scope)
    return tf.unstack(outputs, len(steps), 1), state


def bidirectional_dynamic_rnn(
    cell_fw,
    cell_bw,
    inputs,
    sequence_length=None,
    initial_state_fw=None,
    initial_state_bw=None,
    dtype=None,
    parallel_iterations=None,
    swap_memory=False,
    time_major=False,
    scope=None,
):
    """Do what `tf.nn.bidirectional_dynamic_rnn` does, and faster where `dynamic_rnn` is.

    Args, results, variables and errors are those of `tf.nn.bidirectional_dynamic_rnn`.
    """
    if not (
        _fits(cell_fw, inputs, sequence_length, initial_state_fw, dtype, time_major)
        and _fits(cell_bw, inputs, sequence_length, initial_state_bw, dtype, time_major)
    ):
        return tf.nn.bidirectional_dynamic_rnn(
            cell_fw,
            cell_bw,
            inputs,
            sequence_length,
            initial_state_fw,
            initial_state_bw,
            dtype,
            parallel_iterations,
            swap_memory,
            time_major,
            scope,
        )
    time_axis = 0 if time_major else 1

    def turned(tensor):
        if sequence_length is None:
            return tf.reverse(tensor, [time_axis])
        return tf.reverse_sequence(
            tensor, sequence_length, seq_axis=time_axis, batch_axis=1 - time_axis
        )

    # The two directions already keep two cores busy: one chain each.
    with tf.variable_scope(scope or "bidirectional_rnn"):
        forward, state_fw = _whole(
            cell_fw, inputs, sequence_length, initial_state_fw, time_axis, "fw", chains=1
        )
        backward, state_bw = _whole(
            cell_bw, turned(inputs), sequence_length, initial_state_bw, time_axis, "bw", chains=1
        )
        return (forward, turned(backward)), (state_fw, state_bw)


def _fits(cell, inputs, sequence_length, initial_state, dtype, time_major):
    """Return whether a call is one that the fast path covers, and nothing is wrong with it."""
    if tf.executing_eagerly() or not tf.is_tensor(inputs) or inputs.shape.rank is None:
        return False
    if inputs.dtype not in (tf.float32, tf.float64) or tf.get_variable_scope().partitioner:
        return False
    if not is_supported(cell, inputs.shape) or inputs.shape.as_list()[0 if time_major else 1] == 0:
        return False
    if sequence_length is not None and tf.convert_to_tensor(sequence_length).shape.rank != 1:
        return False
    if initial_state is None:
        return dtype is not None and tf.as_dtype(dtype) == inputs.dtype
    return _is_state_of(cell, initial_state, inputs.dtype)


def _is_state_of(cell, state, dtype):
    try:
        tf.nest.assert_same_structure(cell.state_size, state, check_types=False)
    except (TypeError, ValueError):
        return False
    sizes = [tf.TensorShape(size) for size in tf.nest.flatten(cell.state_size)]
    return all(
        tf.is_tensor(part)
        and part.dtype == dtype
        and part.shape[1:].is_compatible_with(size)
        and part.shape.rank == size.rank + 1
        for part, size in zip(tf.nest.flatten(state), sizes, strict=True)
    )


def _whole(cell, x, lengths, state, time_axis, scope, chains=2):
    with tf.variable_scope(scope or "rnn"):
        batch = x.shape.as_list()[1 - time_axis] or tf.shape(x)[1 - time_axis]
        if state is None:
            state = cell.get_initial_state(batch_size=batch, dtype=x.dtype)
        # One call of the cell makes its variables, where and as it always does.
        with recorded_variables() as made:
            cell(x[0] if time_axis == 0 else x[:, 0], state)
        if lengths is None:
            return run_cell(cell, x, state, None, time_axis, made, chains)
        lengths = _checked(lengths, batch)
        some = tf.maximum(lengths, 1)
        outputs, last = run_cell(cell, x, state, some, time_axis, made, chains)
        last = tf.nest.map_structure(
            lambda new, old: tf.where_v2(_like(lengths > 0, new), new, old), last, state
        )
        alive = tf.sequence_mask(lengths, tf.shape(x)[time_axis])
        alive = _like(alive if time_axis == 1 else tf.transpose(alive), outputs)
        return tf.where_v2(alive, outputs, tf.zeros_like(outputs)), last


def _checked(lengths, batch):
    lengths = tf.identity(tf.cast(lengths, tf.int32), name="sequence_length")
    check = tf.assert_equal(
        tf.shape(lengths)[0],
        batch,
        message=("sequence_length must have one length for each sequence of the batch"),
    )
    with tf.control_dependencies([check]):
        return tf.identity(lengths, name="CheckSeqLen")


def _like(mask, tensor):
    """Return the mask with axes of size 1 behind, up to the rank of the tensor."""
    return tf.reshape(
        mask, tf.concat([tf.shape(mask), [1] * (tensor.shape.rank - mask.shape.rank)], 0)
    )
