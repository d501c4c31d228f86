"""Walk a recurrence over time: unrolled, in calls of a few steps each, or in a loop.

A sequence is a list of tensors when unrolled, and one of `records.py` in a loop; the recurrences
are written once, as a step, and do not see the difference.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import tensorflow.compat.v1 as tf

from .functions import Function
from .records import Recorded, new_records, sequence_of

#: The sequence of a tensor: a list when unrolled.
Steps: TypeAlias = list[tf.Tensor] | Recorded

Tensors: TypeAlias = tuple[tf.Tensor, ...]

# Unrolled, no time goes to the loop and its sequences: at 28 steps training takes nine tenths as
# long. But the graph grows with the steps: at 100 the first takes twice as long.
UNROLL_UP_TO = 32
IN_A_CALL = (4, 5, 6, 7, 3)  # steps: the first that divides their number; else the first of all
IN_A_BODY = 2  # steps: one takes less time to build, and a tenth more to run


class Step:
    """One step of a walk, which several walks may take.

    Args:
        step: function of the carry (a tuple of tensors) and the tensors of one step; returns the
            next carry and a tuple of tensors to keep.
        inline: whether to take each step in the graph itself, where it has a gradient.
    """

    def __init__(self, step: Callable[..., tuple[Tensors, Tensors]], inline: bool = False) -> None:
        self.one = step
        self.several = self._several if inline else Function(self._several)

    def _several(self, carry, inputs):
        """Return the carry after some steps, and for each the tensors to keep."""
        kept = []
        for each in inputs:
            carry, keep = self.one(carry, *each)
            kept.append(tuple(keep))
        return carry, kept


def to_steps(tensor: tf.Tensor, time_axis: int, unroll: bool = False) -> Steps:
    """Return the sequence of the steps of a tensor, with its time on `time_axis` (0 or 1).

    It is a list where the number of steps is known and small, or with `unroll` however large.
    """
    steps = tensor.shape.as_list()[time_axis]
    if steps is not None and (unroll or steps <= UNROLL_UP_TO):
        return tf.unstack(tensor, steps, time_axis)
    return _array_of(tensor, time_axis)


def steps_like(sequence: Steps, tensor: tf.Tensor, time_axis: int) -> Steps:
    """Return the steps of a tensor as a list or as an array, whichever another sequence is.

    A gradient may have a number of steps that is known where that of the inputs is not.
    """
    if isinstance(sequence, list):
        return tf.unstack(tensor, len(sequence), time_axis)
    return _array_of(tensor, time_axis)


def _array_of(tensor, time_axis):
    if time_axis == 1:
        tensor = swap_time(tensor)
    return sequence_of(tensor)


def to_tensor(sequence: Steps, time_axis: int) -> tf.Tensor:
    """Return the tensor of a sequence; the reverse of `to_steps`."""
    if isinstance(sequence, list):
        return tf.stack(sequence, time_axis)
    tensor = sequence.stack()
    return tensor if time_axis == 0 else swap_time(tensor)


def in_one_batch(sequence: Steps) -> tf.Tensor:
    """Return all steps one after the other, `[time * batch, ...]`."""
    if isinstance(sequence, list):
        return tf.concat(sequence, 0)
    return without_time(sequence.stack())


def without_time(tensor: tf.Tensor) -> tf.Tensor:
    """Return `[time, batch, ...]` as `[time * batch, ...]`."""
    known = tensor.shape.as_list()[2:]
    rest = tf.concat([[-1], tf.shape(tensor)[2:]], 0) if None in known else [-1, *known]
    return tf.reshape(tensor, rest)


def from_one_batch(tensor: tf.Tensor, like: tf.Tensor, time_axis: int) -> tf.Tensor:
    """Return `[time * batch, ...]` with its first axis taken apart as in the tensor `like`."""
    steps, batch = (like.shape.as_list()[axis] for axis in (time_axis, 1 - time_axis))
    if steps is None:
        steps, batch = (tf.shape(like)[axis] for axis in (time_axis, 1 - time_axis))
    sizes = [steps, -1 if batch is None else batch, *tensor.shape.as_list()[1:]]
    tensor = tf.reshape(tensor, sizes)
    tensor = tensor if time_axis == 0 else swap_time(tensor)
    tensor.set_shape(like.shape)
    return tensor


def swap_time(tensor: tf.Tensor) -> tf.Tensor:
    """Return the tensor with its first two axes exchanged."""
    return transposed(tensor, [1, 0, *range(2, tensor.shape.rank)])


def transposed(tensor: tf.Tensor, order: Sequence[int]) -> tf.Tensor:
    """Return `tf.transpose(tensor, order)`, as a move of bits.

    For floats TensorFlow takes oneDNN's kernel, which needs some 80 microseconds more than the
    one for integers, and for a kernel [156, 512] took 1 ms.
    """
    bits = tf.int32 if tensor.dtype == tf.float32 else tf.int64

    def moved(tensor):
        turned = tf.transpose(tf.bitcast(tensor, bits), order)
        back = [order.index(axis) for axis in range(len(order))]
        return tf.bitcast(turned, tensor.dtype), lambda d_turned: transposed(d_turned, back)

    return tf.custom_gradient(moved)(tensor)


def scan(
    step: Step,
    carry: Tensors,
    sequences: Sequence[Steps],
    groups: Sequence[int],
    steps: int | tf.Tensor,
    reverse: bool = False,
) -> tuple[Tensors, tuple[Steps, ...]]:
    """Walk over all steps.

    Args:
        step: a Step.
        carry: the first carry.
        sequences: tuple of sequences of one length.
        groups: a number for each tensor that a step keeps; see `records.new_records`.
        steps: that length, an int where it is known, else a tensor.
        reverse: whether to walk from the last step to the first.

    Returns:
        The last carry, and a tuple of the sequences kept, in the order of time either way.
    """
    if isinstance(sequences[0], list):
        return _unrolled(step, carry, sequences, reverse)
    return _looped(step.one, carry, sequences, groups, steps, reverse)


def _unrolled(step, carry, sequences, reverse):
    inputs = list(zip(*sequences, strict=True))
    if reverse:
        inputs.reverse()
    size = next((each for each in IN_A_CALL if len(inputs) % each == 0), IN_A_CALL[0])
    kept = []
    for begin in range(0, len(inputs), size):
        carry, more = step.several(carry, inputs[begin : begin + size])
        kept += more
    if reverse:
        kept.reverse()
    return carry, tuple(list(sequence) for sequence in zip(*kept, strict=True))


def _looped(step, carry, sequences, groups, steps, reverse):
    records = new_records(carry[0].dtype, steps, groups)

    def several(number):
        def body(now, carry, flows):
            for _ in range(number):
                old, (carry, keep) = carry, step(carry, *(s.read(now) for s in sequences))
                for tensor, like in zip(carry, old, strict=True):
                    tensor.set_shape(like.shape)
                flows = records.write(now, keep, flows)
                now += -1 if reverse else 1
            return now, carry, flows

        return body

    # Those of the body's turns come first, and the rest, when the number is known, without a loop.
    first, rest = (steps - 1, steps % IN_A_BODY - 1) if reverse else (0, steps - steps % IN_A_BODY)

    def until(end):
        return lambda now, *_: now > end if reverse else now < end

    walked = (tf.convert_to_tensor(first), carry, records.flows)
    walked = tf.while_loop(until(rest), several(IN_A_BODY), walked)
    if isinstance(steps, int):
        walked = several(steps % IN_A_BODY)(*walked)
    else:
        walked = tf.while_loop(until(-1 if reverse else steps), several(1), walked)
    _, carry, flows = walked
    return carry, records.sequences(flows)
