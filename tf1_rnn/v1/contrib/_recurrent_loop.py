"""`Recurrent`: a loop over the first dimension of a structure, by a function of one step.

TensorFlow 1 built it out of functions that recomputed each step for the gradient; here it is a
`tf.while_loop`, with the same results and gradients.
"""

import tensorflow.compat.v1 as tf


def Recurrent(
    theta,
    state0,
    inputs,
    cell_fn,
    cell_grad=None,
    extras=None,
    max_input_length=None,
    use_tpu=False,
    aligned_end=False,
):
    """Run a step over inputs, and return the states after all steps and after the last.

    Args:
        theta: weights, a structure of tensors.
        state0: the first state, a structure of tensors.
        inputs: a structure of tensors `[time, ...]`.
        cell_fn: a function `(theta, state, inputs at a time) -> (next state, extras)`; extras are
            tensors for `cell_grad`.
        cell_grad: a function `(theta, state, inputs at a time, extras, gradient of the next state)
            -> (gradients of theta, of the state, of the inputs at the time)`, in place of
            TensorFlow's own gradients.
        extras: not needed; the extras that a step returns say what they are.
        max_input_length: int or int32 scalar, how many steps to run; by default all.
        use_tpu: not used.
        aligned_end: whether the steps that are run are the last ones, not the first.

    Returns:
        The states `[time, ...]`, zeros for steps that were not run, and the last state.
    """
    first = tf.nest.flatten(inputs)[0]
    if cell_grad is None and _is_one_step(inputs, max_input_length):
        state, _ = cell_fn(theta, state0, tf.nest.map_structure(_first, inputs))
        return tf.nest.map_structure(lambda part: part[tf.newaxis], state), state
    time = tf.shape(first)[0]
    steps = time if max_input_length is None else tf.convert_to_tensor(max_input_length)
    span = _Span(first.shape[:1], time, steps, time - steps if aligned_end else 0)
    if cell_grad is None:
        states, last, _ = _run(cell_fn, theta, state0, inputs, span)
    else:
        states, last = _run_with_gradient(cell_fn, cell_grad, theta, state0, inputs, span)
    states = tf.nest.map_structure(span.padded, states)
    return tf.nest.pack_sequence_as(state0, tf.nest.flatten(states)), last


def _is_one_step(inputs, length):
    if not tf.is_tensor(length):
        return length == 1
    shapes = [part.shape for part in tf.nest.flatten(inputs)]
    return all(shape.rank is not None and tf.dimension_value(shape[0]) == 1 for shape in shapes)


def _first(part):
    return tf.squeeze(part, 0)


class _Span:
    """The steps of all times that are run."""

    def __init__(self, static_time, time, steps, start):
        self._static, self.steps, self._start = static_time, steps, start
        self._rest = time - steps - start

    def of(self, part):
        """Return those times of `[time, ...]`."""
        return part[self._start : self._start + self.steps]

    def padded(self, part):
        """Return them with zeros for the other times."""
        before_and_after = [[self._start, self._rest], *[[0, 0]] * (part.shape.rank - 1)]
        result = tf.pad(part, tf.stack([tf.stack(each) for each in before_and_after]))
        result.set_shape(self._static.concatenate(part.shape[1:]))
        return result


def _run(cell_fn, theta, state0, inputs, span):
    """Return the states after the steps of a span, the last one, and the extras of the steps."""
    start = [tf.convert_to_tensor(part) for part in tf.nest.flatten(state0)]
    steps = _unstacked(tf.nest.map_structure(span.of, inputs), span)
    _, extras = cell_fn(theta, state0, tf.nest.map_structure(lambda part: part[0], inputs))
    kept_types = [part.dtype for part in start + tf.nest.flatten(extras)]

    def step(time, state, kept):
        new, more = cell_fn(theta, tf.nest.pack_sequence_as(state0, state), _at(steps, time))
        new = _shaped_like(start, tf.nest.flatten(new))
        values = new + tf.nest.flatten(more)
        kept = [array.write(time, value) for array, value in zip(kept, values, strict=True)]
        return time + 1, new, kept

    empty = [tf.TensorArray(dtype, span.steps) for dtype in kept_types]
    _, last, kept = tf.while_loop(lambda time, *_: time < span.steps, step, (0, start, empty))
    kept = [array.stack() for array in kept]
    shapes = [part.shape for part in start + tf.nest.flatten(extras)]
    for part, shape in zip(kept, shapes, strict=True):
        part.set_shape(tf.TensorShape([None]).concatenate(shape))
    states = tf.nest.pack_sequence_as(state0, kept[: len(start)])
    extras = tf.nest.pack_sequence_as(extras, kept[len(start) :])
    return states, tf.nest.pack_sequence_as(state0, last), extras


def _shaped_like(templates, parts):
    """Return tensors with the static shapes of others: those that a `Defun` returns have none."""
    for template, part in zip(templates, parts, strict=True):
        part.set_shape(template.shape)
    return parts


def _unstacked(structure, span):
    """Return the arrays of a structure's parts, to be read at each time."""
    return tf.nest.map_structure(
        lambda part: tf.TensorArray(part.dtype, span.steps, element_shape=part.shape[1:]).unstack(
            part
        ),
        structure,
    )


def _at(arrays, time):
    return tf.nest.map_structure(lambda array: array.read(time), arrays)


def _run_with_gradient(cell_fn, cell_grad, theta, state0, inputs, span):
    """Return the states and the last one; their gradient is what `cell_grad` says of each step."""
    given = (theta, state0, inputs)

    @tf.custom_gradient
    def run(*flat):
        theta, state0, inputs = tf.nest.pack_sequence_as(given, flat)
        states, last, extras = _run(cell_fn, theta, state0, inputs, span)

        def gradient(*flat_gradients):
            of_states, of_last = tf.nest.pack_sequence_as((states, last), flat_gradients)
            before = tf.nest.map_structure(
                lambda first, after: tf.concat([first[tf.newaxis], after[:-1]], 0), state0, states
            )
            read = (before, tf.nest.map_structure(span.of, inputs), extras, of_states)
            return _backwards(cell_grad, theta, read, of_last, span)

        return tf.nest.flatten((states, last)), gradient

    flat = [tf.convert_to_tensor(part) for part in tf.nest.flatten(given)]
    return tf.nest.pack_sequence_as((state0, state0), run(*flat))


def _backwards(cell_grad, theta, read, of_last, span):
    """Return the gradients of theta, the first state and the inputs, as one list.

    Args:
        cell_grad: the function of the gradient of one step.
        theta: the weights.
        read: states before the steps, inputs, extras and the gradients of the states after the
            steps, each `[steps, ...]`.
        of_last: the gradient of the last state.
        span: the steps to run.
    """
    before, inputs, _, _ = read
    arrays = _unstacked(read, span)
    flat_inputs, flat_theta = tf.nest.flatten(inputs), tf.nest.flatten(theta)
    n_theta, n_state = len(flat_theta), len(tf.nest.flatten(of_last))

    def step(time, of_theta, of_state, of_inputs):
        state, inputs_now, extras, more = _at(arrays, time)
        of_next = [a + b for a, b in zip(of_state, tf.nest.flatten(more), strict=True)]
        of_next = tf.nest.pack_sequence_as(of_last, of_next)
        found = tf.nest.flatten(cell_grad(theta, state, inputs_now, extras, of_next))
        of_theta = _shaped_like(
            flat_theta, [a + b for a, b in zip(of_theta, found[:n_theta], strict=True)]
        )
        of_before = _shaped_like(of_state, found[n_theta : n_theta + n_state])
        of_now = found[n_theta + n_state :]
        of_inputs = [array.write(time, x) for array, x in zip(of_inputs, of_now, strict=True)]
        return time - 1, of_theta, of_before, of_inputs

    start = (
        span.steps - 1,
        [tf.zeros_like(part) for part in flat_theta],
        tf.nest.flatten(of_last),
        [tf.TensorArray(part.dtype, span.steps) for part in flat_inputs],
    )
    _, of_theta, of_first, of_inputs = tf.while_loop(lambda time, *_: time >= 0, step, start)
    of_inputs = [array.stack() for array in of_inputs]
    for part, template in zip(of_inputs, flat_inputs, strict=True):
        part.set_shape(template.shape)
    return [*of_theta, *of_first, *map(span.padded, of_inputs)]
