"""`tf.contrib.recurrent` of TensorFlow 1.x: its loops, which are those of `tf.nn` by other names.

TensorFlow 1 built them out of functions; the variables, the results and the gradients are the same.
"""

import tensorflow.compat.v1 as _tf

from .. import _lazy
from ._recurrent_loop import Recurrent  # noqa: F401


def _scope_of_a_function(scope, default):
    """Return a scope whose initializer layers do not see, as in TensorFlow 1's function of a cell.

    There only `tf.get_variable` starts a variable by the initializer of the scope around a loop.
    """
    with _tf.variable_scope(scope or default, auxiliary_name_scope=False) as outer:
        around = outer.initializer

    def started(getter, *args, initializer=None, **kwargs):
        return getter(*args, initializer=around if initializer is None else initializer, **kwargs)

    with _tf.variable_scope(outer, auxiliary_name_scope=False, custom_getter=started) as inner:
        inner.set_initializer(None)
    return inner


def functional_rnn(
    cell,
    inputs,
    sequence_length=None,
    initial_state=None,
    dtype=None,
    time_major=False,
    scope=None,
    use_tpu=False,
    reverse=False,
):
    """Run a cell over `[batch, time, D]`, or `[time, batch, D]`, as `tf.nn.dynamic_rnn` does.

    Args:
        cell: the cell.
        inputs: tensor `[batch, time, D]`, or `[time, batch, D]` if `time_major`.
        sequence_length: integers `[batch]`, by default all of `time`.
        initial_state: the cell's state before the first step, by default zeros of `dtype`.
        dtype: type of the zeros; needed without `initial_state`.
        time_major: the layout of inputs and outputs.
        scope: a name or VariableScope, by default `rnn`.
        use_tpu: not used.
        reverse: whether to go from the last step to the first; the outputs stay in their places.
            With a `sequence_length` all sequences begin at the last step of the longest, padding
            included; `tf.reverse_sequence` before and after leaves it out.

    Returns:
        The outputs and the final state, which is zeros for a sequence of length 0.
    """
    scope = _scope_of_a_function(scope, "rnn")
    options = {"initial_state": initial_state, "dtype": dtype, "scope": scope}
    if reverse:
        return _in_reverse(cell, inputs, sequence_length, time_major, **options)
    outputs, state = _tf.nn.dynamic_rnn(
        cell, inputs, sequence_length, time_major=time_major, **options
    )
    return outputs, _zeros_for_none(state, sequence_length)


def _in_reverse(cell, inputs, lengths, time_major, **options):
    """Run a cell from the last step of the longest sequence; outputs past the lengths are 0."""
    axis, inputs = 0 if time_major else 1, _tf.convert_to_tensor(inputs)
    time = _tf.shape(inputs)[axis]
    steps = time if lengths is None else _tf.reduce_max(lengths)
    inputs = inputs[:steps] if time_major else inputs[:, :steps]
    outputs, state = _tf.nn.dynamic_rnn(
        cell, _tf.reverse(inputs, [axis]), time_major=time_major, **options
    )
    outputs = _tf.reverse(outputs, [axis])
    if lengths is None:
        return outputs, state
    padding = _tf.scatter_nd([[axis, 1]], [time - steps], [outputs.shape.rank, 2])
    outputs = _tf.pad(outputs, padding)
    mask = _tf.sequence_mask(lengths, time, outputs.dtype)[..., _tf.newaxis]
    return outputs * (_tf.transpose(mask, [1, 0, 2]) if time_major else mask), state


def _zeros_for_none(state, lengths):
    """Return the states [batch, ...], zeros where the length is 0."""
    if lengths is None:
        return state
    some = _tf.convert_to_tensor(lengths) > 0
    return _tf.nest.map_structure(lambda s: _tf.where(some, s, _tf.zeros_like(s)), state)


def bidirectional_functional_rnn(
    cell_fw,
    cell_bw,
    inputs,
    initial_state_fw=None,
    initial_state_bw=None,
    dtype=None,
    sequence_length=None,
    time_major=False,
    use_tpu=False,
    fast_reverse=False,
    scope=None,
):
    """Run two cells in both directions, as `tf.nn.bidirectional_dynamic_rnn` does.

    Args:
        cell_fw: the cell that runs forward.
        cell_bw: the cell that runs backward.
        inputs: tensor `[batch, time, D]`, or `[time, batch, D]` if `time_major`.
        initial_state_fw: state of the forward cell, by default zeros of `dtype`.
        initial_state_bw: state of the backward cell, by default zeros of `dtype`.
        dtype: type of the zeros; needed without initial states.
        sequence_length: integers `[batch]`, by default all of `time`.
        time_major: the layout of inputs and outputs.
        use_tpu: not used.
        fast_reverse: whether to reverse padded sequences as they are, padding first, as
            `functional_rnn` does with `reverse`.
        scope: a name or VariableScope, by default `bidirectional_rnn`.

    Returns:
        `((outputs_fw, outputs_bw), (state_fw, state_bw))`.
    """
    if fast_reverse:
        return _both_at_once(
            (cell_fw, cell_bw),
            inputs,
            (initial_state_fw, initial_state_bw),
            (dtype, sequence_length, time_major, scope),
        )
    outputs, states = _tf.nn.bidirectional_dynamic_rnn(
        cell_fw,
        cell_bw,
        inputs,
        sequence_length,
        initial_state_fw,
        initial_state_bw,
        dtype,
        time_major=time_major,
        scope=_scope_of_a_function(scope, "bidirectional_rnn"),
    )
    return outputs, _zeros_for_none(states, sequence_length)


def _both_at_once(cells, inputs, states, options):
    """Run two cells in both directions without turning each sequence round by its length."""
    dtype, lengths, time_major, scope = options
    results = []
    with _tf.variable_scope(scope or "bidirectional_rnn"):
        for name, cell, state in zip(("fw", "bw"), cells, states, strict=True):
            results.append(
                functional_rnn(
                    cell,
                    inputs,
                    lengths,
                    state,
                    dtype,
                    time_major,
                    scope=name,
                    reverse=name == "bw",
                )
            )
    return tuple(zip(*results, strict=True))


_lazy.forward(__name__)
