"""Any recurrence over a whole sequence, as one function with its own gradient.

What the families (`lstm.py`, `gru.py`, `basic_rnn.py`) have to say is one step forward and one
step backward. What is the same for all is here: the walk over time, which tensors are kept from
the forward walk for the backward one, masks on the state, and the gradients of the weights as one
product over all steps.
"""

import dataclasses

import tensorflow.compat.v1 as tf

from .scan import from_one_batch, scan, steps_like, to_steps, to_tensor

_NO_SECOND = (  # TensorFlow gives wrong ones, without a word
    "in a loop of TensorFlow 1's control flow. Use tf.nn.static_rnn, or "
    "tf.enable_control_flow_v2()."
)


@dataclasses.dataclass(frozen=True)
class Walk:
    """How a sequence is walked.

    Attributes:
        time_axis: 0 or 1.
        lengths: None, or int32 `[batch]`, at least 1 each: the step after which the state is
            returned.
        unroll: whether to unroll, however many steps there are.
    """

    time_axis: int = 1
    lengths: object = None
    unroll: bool = False


def run(family, x, state, weights, walk, masks=None):
    """Run a recurrence over all steps of `x`.

    Args:
        family: callable of the depth of `x` and the weights, that returns an object with
            `kept`, `forward`, `backward` and `weight_gradients`, such as `lstm.LSTM`.
        x: tensor of rank 3 or more.
        state: tuple of tensors `[batch, ...]`, the state before the first step; the last of
            them is also the output.
        weights: tuple of tensors.
        walk: a Walk.
        masks: None, or for each tensor of the state what multiplies it after a step, on its way
            to the next: None, `[1, ...]`, or `[time, batch, ...]`.

    Returns:
        The outputs, with their time where `x` has it, and the last state.
    """
    parts, masks = len(state), masks or [None] * len(state)
    given = [mask for mask in masks if mask is not None]
    steps = x.shape.as_list()[walk.time_axis] or tf.shape(x)[walk.time_axis]

    @tf.custom_gradient
    def whole(x, *tensors):
        state, rest = tensors[:parts], tensors[parts:]
        maths = family(x.shape.as_list()[-1], *rest[: len(weights)])
        inputs = to_steps(x, walk.time_axis, walk.unroll)
        masking = _Masking(masks, rest[len(weights) :], state, walk, inputs)

        def step(carry, x, *masks):
            carry, kept = maths.forward(carry, x)
            return masking.apply(carry, masks), kept

        carry, kept = scan(step, state, (inputs, *masking.sequences), maths.kept, steps)
        states = kept[-parts:]
        ends = carry if walk.lengths is None else masking.ends(states)

        def gradient(d_outputs, *d_ends):
            d_state, d_kept = _backward(maths, masking, kept, d_outputs, d_ends, walk, steps)
            d_x, *d_weights = maths.weight_gradients(*d_kept, *kept)
            gradients = [from_one_batch(d_x, x, walk.time_axis), *d_state, *d_weights]
            if not isinstance(kept[0], list) and not tf.control_flow_v2_enabled():
                gradients = without_second_gradient(_NO_SECOND, *gradients)
            return (*gradients, *[None] * len(given))

        return (to_tensor(states[-1], walk.time_axis), *ends), gradient

    weights = [tf.identity(weight) for weight in weights]
    outputs, *ends = whole(x, *state, *weights, *given)
    return outputs, tuple(ends)


class _Masking:
    """The masks on a state, in the order of its tensors.

    Attributes:
        sequences: those that differ from step to step, one sequence each.
    """

    def __init__(self, masks, tensors, state, walk, inputs):
        tensors = iter(tensors)
        self._masks = [None if mask is None else next(tensors) for mask in masks]
        self._moves = [
            mask is not None and mask.shape.rank > part.shape.rank
            for mask, part in zip(self._masks, state, strict=True)
        ]
        self._walk = walk
        moving = [mask for mask, moves in zip(self._masks, self._moves, strict=True) if moves]
        self.sequences = [steps_like(inputs, mask, 0) for mask in moving]

    def apply(self, state, masks):
        """Return the state, or its gradient, times the masks of a step."""
        masks = iter(masks)
        now = [
            next(masks) if moves else mask
            for mask, moves in zip(self._masks, self._moves, strict=True)
        ]
        return tuple(
            part if mask is None else part * mask for part, mask in zip(state, now, strict=True)
        )

    def ends(self, states):
        """Return the masked state after the lengths, of sequences of states before the masks."""
        lengths = self._walk.lengths
        now = [after(lengths, to_tensor(sequence, 0)) for sequence in states]
        masks = [
            after(lengths, mask)
            for mask, moves in zip(self._masks, self._moves, strict=True)
            if moves
        ]
        return self.apply(now, masks)


def without_second_gradient(why, *gradients):
    """Return the tensors; for their own gradients it raises NotImplementedError, saying why."""

    @tf.custom_gradient
    def kept(*gradients):
        def gradient(*_):
            raise NotImplementedError(f"The fast path has no second gradients {why}")

        return [tf.identity(tensor) for tensor in gradients], gradient

    return kept(*gradients)


def _backward(maths, masking, kept, d_outputs, d_ends, walk, steps):
    """Walk back; return the gradients of the first state, and the sequences to keep."""
    arrivals = ()  # what enters the state at each step, beside the gradient of the output
    if walk.lengths is not None:
        at_end = [_at_end(walk, d_end, d_outputs) for d_end in d_ends]
        arrivals = tuple(steps_like(kept[0], d_end, walk.time_axis) for d_end in at_end)
        d_ends = tuple(tf.zeros_like(d_end) for d_end in d_ends)
    moving = len(masking.sequences)

    def step(d_state, d_output, *rest):
        entering, rest = rest[: len(arrivals)], rest[len(arrivals) :]
        masks, kept = rest[:moving], rest[moving:]
        if entering:
            d_state = [d + e for d, e in zip(d_state, entering, strict=True)]
        *d_others, d_h = masking.apply(d_state, masks)
        return maths.backward((*d_others, d_h + d_output), *kept)

    d_outputs = steps_like(kept[0], d_outputs, walk.time_axis)
    sequences = (d_outputs, *arrivals, *masking.sequences, *kept)
    return scan(step, d_ends, sequences, maths.backward_kept, steps, reverse=True)


def after(lengths, states):
    """Return the state `[batch, ...]` after `lengths` steps, out of all, `[time, batch, ...]`."""
    steps, batch = tf.shape(states)[0], tf.shape(states)[1]
    last = tf.minimum(lengths, steps) - 1
    return tf.gather_nd(states, tf.stack([last, tf.range(batch)], 1))


def _at_end(walk, d_end, like):
    """Return the gradient of the last state at its own step, and zero at all others."""
    steps = tf.shape(like)[walk.time_axis]
    last = tf.minimum(walk.lengths, steps) - 1
    hot = tf.one_hot(last, steps, dtype=d_end.dtype, axis=walk.time_axis)
    for _ in range(d_end.shape.rank - 1):
        hot = tf.expand_dims(hot, -1)
    at_end = hot * tf.expand_dims(d_end, walk.time_axis)
    known = like.shape.as_list()[walk.time_axis]
    rest = d_end.shape.as_list()
    at_end.set_shape([rest[0], known, *rest[1:]] if walk.time_axis else [known, *rest])
    return at_end
