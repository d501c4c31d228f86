"""`tf.contrib.recurrent` of TensorFlow 1.x: its loops, which are those of `tf.nn` by other names.

TensorFlow 1 built them out of functions; the variables, the results and the gradients are the same.
"""

import tensorflow.compat.v1 as _tf

from .. import _lazy


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
        cell, inputs, sequence_length, initial_state, dtype, time_major, scope: as
            `tf.nn.dynamic_rnn` has them.
        use_tpu: not used.
        reverse: whether to go from the last step to the first; the outputs stay in their places.

    Returns:
        The outputs and the final state, which is zeros for a sequence of length 0.

    Raises:
        NotImplementedError: `reverse` with a `sequence_length`.
    """
    if reverse:
        _check_no_lengths("reverse", sequence_length)
    axis = 0 if time_major else 1
    if reverse:
        inputs = _tf.nest.map_structure(lambda x: _tf.reverse(x, [axis]), inputs)
    outputs, state = _tf.nn.dynamic_rnn(
        cell,
        inputs,
        sequence_length,
        initial_state,
        dtype,
        time_major=time_major,
        scope=scope,
    )
    if reverse:
        outputs = _tf.nest.map_structure(lambda x: _tf.reverse(x, [axis]), outputs)
    return outputs, _zeros_for_none(state, sequence_length)


def _check_no_lengths(what, lengths):
    if lengths is not None:
        raise NotImplementedError(
            f"{what} with a sequence_length is not here: use tf.reverse_sequence before and after."
        )


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

    Its arguments are those of that loop; `use_tpu` is not used. `fast_reverse` turns padded
    sequences round as they are: with a `sequence_length` it is a NotImplementedError.
    """
    if fast_reverse:
        _check_no_lengths("fast_reverse", sequence_length)
    outputs, states = _tf.nn.bidirectional_dynamic_rnn(
        cell_fw,
        cell_bw,
        inputs,
        sequence_length,
        initial_state_fw,
        initial_state_bw,
        dtype,
        time_major=time_major,
        scope=scope,
    )
    return outputs, _zeros_for_none(states, sequence_length)


_lazy.forward(__name__)
