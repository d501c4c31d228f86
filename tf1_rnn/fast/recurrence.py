"""Any recurrence over a whole sequence, as one function with its own gradient.

What the families (`lstm.py`, `gru.py`, `basic_rnn.py`) have to say is one step forward and one
step backward. What is the same for all is here: the walk over time, which tensors are kept from
the forward walk for the backward one, and the gradients of the weights as one product over all
steps.
"""

import tensorflow.compat.v1 as tf

from .scan import UNROLL_UP_TO, from_one_batch, scan, to_steps, to_tensor

_NO_SECOND = (  # TensorFlow gives wrong ones, without a word
    "in a loop of TensorFlow 1's control flow. Use tf.nn.static_rnn, at most "
    f"{UNROLL_UP_TO} known time steps, or tf.enable_control_flow_v2()."
)


def run(family, x, state, weights, lengths=None, time_axis=1):
    """Run a recurrence over all steps of `x`.

    Args:
        family: callable of the depth of `x` and the weights, that returns an object with
            `kept`, `forward`, `backward` and `weight_gradients`, such as `lstm.LSTM`.
        x: tensor of rank 3 or more, with its time on `time_axis`.
        state: tuple of tensors `[batch, ...]`, the state before the first step; the last of
            them is also the output.
        weights: tuple of tensors.
        lengths: None, or int32 `[batch]`, at least 1 each: the step after which the state is
            returned.
        time_axis: 0 or 1.

    Returns:
        The outputs, with their time on `time_axis`, and the last state.
    """
    parts = len(state)

    @tf.custom_gradient
    def whole(x, *tensors):
        maths = family(x.shape.as_list()[-1], *tensors[parts:])
        carry, kept = scan(maths.forward, tensors[:parts], (to_steps(x, time_axis),), maths.kept)
        states = kept[-parts:]
        ends = (
            carry
            if lengths is None
            else tuple(after(lengths, to_tensor(sequence, 0)) for sequence in states)
        )

        def gradient(d_outputs, *d_ends):
            d_state, d_kept = _backward(maths, kept, d_outputs, d_ends, lengths, time_axis)
            d_x, *d_weights = maths.weight_gradients(*d_kept, *kept)
            gradients = (from_one_batch(d_x, x, time_axis), *d_state, *d_weights)
            if isinstance(kept[0], list) or tf.control_flow_v2_enabled():
                return gradients
            return without_second_gradient(_NO_SECOND, *gradients)

        return (to_tensor(states[-1], time_axis), *ends), gradient

    outputs, *ends = whole(x, *state, *(tf.identity(weight) for weight in weights))
    return outputs, tuple(ends)


def without_second_gradient(why, *gradients):
    """Return the tensors; for their own gradients it raises NotImplementedError, saying why."""

    @tf.custom_gradient
    def kept(*gradients):
        def gradient(*_):
            raise NotImplementedError(f"The fast path has no second gradients {why}")

        return [tf.identity(tensor) for tensor in gradients], gradient

    return kept(*gradients)


def _backward(maths, kept, d_outputs, d_ends, lengths, time_axis):
    """Walk back; returns the gradients of the first state, and the sequences to keep."""
    arrivals = ()  # what enters the state at each step, beside the gradient of the output
    if lengths is not None:
        at_end = [_at_end(lengths, d_end, d_outputs, time_axis) for d_end in d_ends]
        d_outputs += at_end.pop()
        arrivals = tuple(to_steps(d_end, time_axis) for d_end in at_end)
        d_ends = tuple(tf.zeros_like(d_end) for d_end in d_ends)

    def step(d_state, d_output, *rest):
        entering, kept = rest[: len(arrivals)], rest[len(arrivals) :]
        *d_others, d_h = d_state
        if entering:
            d_others = [d + e for d, e in zip(d_others, entering, strict=True)]
        return maths.backward((*d_others, d_h + d_output), *kept)

    sequences = (to_steps(d_outputs, time_axis), *arrivals, *kept)
    return scan(step, d_ends, sequences, maths.backward_kept, reverse=True)


def after(lengths, states):
    """Return the state `[batch, ...]` after `lengths` steps, out of all, `[time, batch, ...]`."""
    steps, batch = tf.shape(states)[0], tf.shape(states)[1]
    last = tf.minimum(lengths, steps) - 1
    return tf.gather_nd(states, tf.stack([last, tf.range(batch)], 1))


def _at_end(lengths, d_end, like, time_axis):
    """Return the gradient of the last state at its own step, and zero at all others."""
    steps = tf.shape(like)[time_axis]
    hot = tf.one_hot(tf.minimum(lengths, steps) - 1, steps, dtype=d_end.dtype, axis=time_axis)
    for _ in range(d_end.shape.rank - 1):
        hot = tf.expand_dims(hot, -1)
    return hot * tf.expand_dims(d_end, time_axis)
