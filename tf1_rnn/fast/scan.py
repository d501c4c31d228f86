"""Walk a recurrence over time: unrolled, or in a loop whose body is a few steps.

A sequence is a list of tensors when unrolled, and a `tf.TensorArray` in a loop; the recurrences
are written once, as a step, and do not see the difference.
"""

import tensorflow.compat.v1 as tf

# Unrolled, no op is spent on the loop; but a step adds up to 120 nodes to a graph with its
# gradient, and some 20 ms to the time it takes to build.
UNROLL_UP_TO = 32
IN_A_BODY = 2  # steps: with more the graph takes longer to build, and the step as long


def to_steps(tensor, time_axis, unroll=False):
    """Return the sequence of the steps of a tensor, with its time on `time_axis` (0 or 1).

    It is a list where the number of steps is known and small, or with `unroll` whatever it is.
    """
    steps = tensor.shape.as_list()[time_axis]
    if steps is not None and (unroll or steps <= UNROLL_UP_TO):
        return tf.unstack(tensor, steps, time_axis)
    return _array_of(tensor, time_axis)


def steps_like(sequence, tensor, time_axis):
    """Return the steps of a tensor as a list or as an array, whichever another sequence is.

    A gradient may have a number of steps that is known where that of the inputs is not.
    """
    if isinstance(sequence, list):
        return tf.unstack(tensor, len(sequence), time_axis)
    return _array_of(tensor, time_axis)


def _array_of(tensor, time_axis):
    if time_axis == 1:
        tensor = swap_time(tensor)
    array = tf.TensorArray(
        tensor.dtype, tf.shape(tensor)[0], clear_after_read=False, element_shape=tensor.shape[1:]
    )
    return array.unstack(tensor)


def to_tensor(sequence, time_axis):
    """Return the tensor of a sequence; the reverse of `to_steps`."""
    if isinstance(sequence, list):
        return tf.stack(sequence, time_axis)
    tensor = sequence.stack()
    return tensor if time_axis == 0 else swap_time(tensor)


def in_one_batch(sequence):
    """Return all steps one after the other, `[time * batch, ...]`."""
    if isinstance(sequence, list):
        return tf.concat(sequence, 0)
    tensor = sequence.stack()
    return tf.reshape(tensor, tf.concat([[-1], tf.shape(tensor)[2:]], 0))


def sum_of_steps(sequence):
    """Return the sum of all steps, `[batch, ...]`."""
    return tf.add_n(sequence) if isinstance(sequence, list) else tf.reduce_sum(sequence.stack(), 0)


def from_one_batch(tensor, like, time_axis):
    """Return `[time * batch, ...]` with its first axis taken apart as in the tensor `like`."""
    batch = tf.shape(like)[1 - time_axis]
    steps = tf.shape(like)[time_axis]
    shape = tf.concat([[steps, batch], tf.shape(tensor)[1:]], 0)
    tensor = tf.reshape(tensor, shape)
    tensor = tensor if time_axis == 0 else swap_time(tensor)
    tensor.set_shape(like.shape)
    return tensor


def swap_time(tensor):
    """Return the tensor with its first two axes exchanged."""
    return transposed(tensor, [1, 0, *range(2, tensor.shape.rank)])


def transposed(tensor, order):
    """Return `tf.transpose(tensor, order)`, as a move of bits.

    For floats TensorFlow takes oneDNN's kernel, which needs some 80 microseconds more than the
    one for integers, and for a kernel [156, 512] took 1 ms.
    """
    bits = tf.int32 if tensor.dtype == tf.float32 else tf.int64

    @tf.custom_gradient
    def moved(tensor):
        turned = tf.transpose(tf.bitcast(tensor, bits), order)
        back = [order.index(axis) for axis in range(len(order))]
        return tf.bitcast(turned, tensor.dtype), lambda d_turned: transposed(d_turned, back)

    return moved(tensor)


def scan(step, carry, sequences, results, steps, reverse=False):
    """Run `step` over all steps.

    Args:
        step: function of the carry (a tuple of tensors) and the tensors of one step; returns
            the next carry and a tuple of `results` tensors to keep.
        carry: the first carry.
        sequences: tuple of sequences of one length.
        results: how many tensors a step keeps.
        steps: that length, an int where it is known, else a tensor.
        reverse: whether to walk from the last step to the first.

    Returns:
        The last carry, and a tuple of `results` sequences, in the order of time either way.
    """
    if isinstance(sequences[0], list):
        return _unrolled(step, carry, sequences, reverse)
    return _looped(step, carry, sequences, results, steps, reverse)


def _unrolled(step, carry, sequences, reverse):
    steps = list(zip(*sequences, strict=True))
    kept = []
    for inputs in reversed(steps) if reverse else steps:
        carry, keep = step(carry, *inputs)
        kept.append(keep)
    if reverse:
        kept.reverse()
    return carry, tuple(list(sequence) for sequence in zip(*kept, strict=True))


def _looped(step, carry, sequences, results, steps, reverse):
    arrays = tuple(
        tf.TensorArray(carry[0].dtype, steps, clear_after_read=False) for _ in range(results)
    )

    def several(number):
        def body(count, carry, arrays):
            for _ in range(number):
                now = steps - 1 - count if reverse else count
                old, (carry, keep) = carry, step(carry, *(s.read(now) for s in sequences))
                for tensor, like in zip(carry, old, strict=True):
                    tensor.set_shape(like.shape)
                arrays = tuple(a.write(now, k) for a, k in zip(arrays, keep, strict=True))
                count += 1
            return count, carry, arrays

        return body

    walked = (tf.constant(0), carry, arrays)
    whole = steps - steps % IN_A_BODY
    walked = tf.while_loop(lambda count, *_: count < whole, several(IN_A_BODY), walked)
    if isinstance(steps, int):  # the last few, without a loop
        walked = several(steps % IN_A_BODY)(*walked)
        for array in walked[2] if steps % IN_A_BODY else ():
            array.mark_used()  # what only a gradient would read TensorFlow complains of
    else:
        walked = tf.while_loop(lambda count, *_: count < steps, several(1), walked)
    _, carry, arrays = walked
    return carry, arrays
