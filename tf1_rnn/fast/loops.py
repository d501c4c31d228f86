"""TensorFlow's loops, with the whole-sequence implementations behind them.

Whatever is not supported, and whatever is wrong with a call, goes to TensorFlow's own loop.
"""

import contextlib
import dataclasses
from collections.abc import Sequence

import tensorflow.compat.v1 as tf

from tf1_rnn.cells.hints import DTypeLike, Scope, State
from tf1_rnn.cells.rnn_cell import recorded_variables
from tf1_rnn.cells.wrappers import draws_of_sequence

from . import cudnn
from .families import Cell, embeds, run_cell, why_not
from .recurrence import Walk
from .report import note, uncounted

_PACKAGE = __name__.partition(".")[0]
_FLOATS = (tf.float32, tf.float64)
# Held here, for `installing` puts others in their place.
_dynamic_rnn = tf.nn.dynamic_rnn
_static_rnn = tf.nn.static_rnn
_bidirectional_dynamic_rnn = tf.nn.bidirectional_dynamic_rnn
_static_bidirectional_rnn = tf.nn.static_bidirectional_rnn


def dynamic_rnn(
    cell: Cell,
    inputs: tf.Tensor,
    sequence_length: tf.Tensor | Sequence[int] | None = None,
    initial_state: State | None = None,
    dtype: DTypeLike | None = None,
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    time_major: bool = False,
    scope: Scope | None = None,
) -> tuple[tf.Tensor, State]:
    """Do what `tf.nn.dynamic_rnn` does, and faster for the cells of `families.py`.

    Args, results, variables and errors are those of `tf.nn.dynamic_rnn`. `parallel_iterations`
    and `swap_memory` matter to TensorFlow's loop only.

    Example:
        >>> from tf1_rnn.cells import LSTMCell
        >>> x = tf.placeholder(tf.float32, [2, 20, 8])
        >>> outputs, state = dynamic_rnn(LSTMCell(16), x, [20, 7], dtype=tf.float32)
        >>> outputs.shape.as_list(), state.c.shape.as_list()
        ([2, 20, 16], [2, 16])
        >>> [variable.op.name for variable in tf.trainable_variables()]
        ['rnn/lstm_cell/kernel', 'rnn/lstm_cell/bias']
    """

    def plain():
        return _dynamic_rnn(
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

    with uncounted():
        why = _why_not(cell, inputs, sequence_length, initial_state, dtype, time_major)
    with _loop("dynamic_rnn", why, plain, cell) as own:
        if own is not None:
            return own
        walk = Walk(0 if time_major else 1, sequence_length)
        return _whole(cell, inputs, initial_state, dtype, walk, scope)


def static_rnn(
    cell: Cell,
    inputs: Sequence[tf.Tensor],
    initial_state: State | None = None,
    dtype: DTypeLike | None = None,
    sequence_length: tf.Tensor | Sequence[int] | None = None,
    scope: Scope | None = None,
) -> tuple[list[tf.Tensor], State]:
    """Do what `tf.nn.static_rnn` does, and faster for the cells of `families.py`.

    Args, results, variables and errors are those of `tf.nn.static_rnn`.

    Example:
        >>> from tf1_rnn.cells import GRUCell
        >>> steps = [tf.zeros([2, 8])] * 5
        >>> outputs, state = static_rnn(GRUCell(16), steps, dtype=tf.float32)
        >>> len(outputs), outputs[0].shape.as_list(), state.shape.as_list()
        (5, [2, 16], [2, 16])
    """

    def plain():
        return _static_rnn(cell, inputs, initial_state, dtype, sequence_length, scope)

    with uncounted():
        together, why = _stacked(inputs)
        why = why or _why_not(cell, together, sequence_length, initial_state, dtype, False)
    with _loop("static_rnn", why, plain) as own:
        if own is not None:
            return own
        walk = Walk(1, sequence_length, unroll=True)
        outputs, state = _whole(cell, together, initial_state, dtype, walk, scope)
        return tf.unstack(outputs, len(inputs), 1), state


def bidirectional_dynamic_rnn(
    cell_fw: Cell,
    cell_bw: Cell,
    inputs: tf.Tensor,
    sequence_length: tf.Tensor | Sequence[int] | None = None,
    initial_state_fw: State | None = None,
    initial_state_bw: State | None = None,
    dtype: DTypeLike | None = None,
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    time_major: bool = False,
    scope: Scope | None = None,
) -> tuple[tuple[tf.Tensor, tf.Tensor], tuple[State, State]]:
    """Do what `tf.nn.bidirectional_dynamic_rnn` does, and faster where `dynamic_rnn` is.

    Args, results, variables and errors are those of `tf.nn.bidirectional_dynamic_rnn`.

    Example:
        >>> from tf1_rnn.cells import GRUCell
        >>> x = tf.placeholder(tf.float32, [None, None, 8])
        >>> outputs, states = bidirectional_dynamic_rnn(
        ...     GRUCell(16), GRUCell(16), x, dtype=tf.float32)
        >>> tf.concat(outputs, 2).shape.as_list()
        [None, None, 32]
        >>> [variable.op.name for variable in tf.trainable_variables()][::4]
        ['bidirectional_rnn/fw/gru_cell/gates/kernel', 'bidirectional_rnn/bw/gru_cell/gates/kernel']
    """

    def plain():
        return _bidirectional_dynamic_rnn(
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

    states = initial_state_fw, initial_state_bw
    with uncounted():
        why = ""
        for cell, state in zip((cell_fw, cell_bw), states, strict=True):
            why = why or _why_not(cell, inputs, sequence_length, state, dtype, time_major)
    with _loop("bidirectional_dynamic_rnn", why, plain) as own:
        if own is not None:
            return own
        walk = Walk(0 if time_major else 1, sequence_length)
        return _both_ways((cell_fw, cell_bw), inputs, states, dtype, walk, scope)


def static_bidirectional_rnn(
    cell_fw: Cell,
    cell_bw: Cell,
    inputs: Sequence[tf.Tensor],
    initial_state_fw: State | None = None,
    initial_state_bw: State | None = None,
    dtype: DTypeLike | None = None,
    sequence_length: tf.Tensor | Sequence[int] | None = None,
    scope: Scope | None = None,
) -> tuple[list[tf.Tensor], State, State]:
    """Do what `tf.nn.static_bidirectional_rnn` does, and faster where `static_rnn` is.

    Args, results, variables and errors are those of `tf.nn.static_bidirectional_rnn`.

    Example:
        >>> from tf1_rnn.cells import GRUCell
        >>> steps = [tf.zeros([2, 8])] * 5
        >>> outputs, state_fw, state_bw = static_bidirectional_rnn(
        ...     GRUCell(16), GRUCell(16), steps, dtype=tf.float32)
        >>> len(outputs), outputs[0].shape.as_list(), state_bw.shape.as_list()
        (5, [2, 32], [2, 16])
    """
    states = initial_state_fw, initial_state_bw

    def plain():
        return _static_bidirectional_rnn(
            cell_fw, cell_bw, inputs, *states, dtype, sequence_length, scope
        )

    with uncounted():
        together, why = _stacked(inputs)
        for cell, state in zip((cell_fw, cell_bw), states, strict=True):
            why = why or _why_not(cell, together, sequence_length, state, dtype, False)
    with _loop("static_bidirectional_rnn", why, plain) as own:
        if own is not None:
            return own
        walk = Walk(1, sequence_length, unroll=True)
        outputs, last = _both_ways((cell_fw, cell_bw), together, states, dtype, walk, scope)
        return tf.unstack(tf.concat(outputs, 2), len(inputs), 1), *last


@contextlib.contextmanager
def _loop(name, why, plain, cell=None):
    """Yield what TensorFlow's loop gives, where there is a reason for it, or None.

    Under a graph's seed the variables start as TensorFlow's loop starts them: it is built, too,
    and never run, and the operations of the fast one ask the graph for no seed.
    """
    home = type(cell).__module__
    if not home.startswith(f"{_PACKAGE}.") or home.startswith(f"{_PACKAGE}.cells."):
        note(name, tf.get_variable_scope().name, why)  # not what the CRF does in a loop of its own
    if why:
        yield plain()
        return
    graph = tf.get_default_graph()
    if graph.seed is None:
        with draws_of_sequence(None):
            yield None
        return
    seed = f"{graph.seed} {graph.version} "
    plain()
    with uncounted(), draws_of_sequence(seed):
        yield None


def _stacked(inputs):
    """Return a list of steps as one tensor `[batch, time, ...]`, and why it cannot be, if so."""
    steps = inputs if isinstance(inputs, (list, tuple)) else []
    if not steps or not all(tf.is_tensor(step) for step in steps):
        return None, "steps that are not tensors"
    shape = steps[0].shape
    for step in steps:
        if step.dtype != steps[0].dtype or not shape.is_compatible_with(step.shape):
            return None, "steps that are not alike"
        shape = shape.merge_with(step.shape)
    together = tf.stack(steps, 1)
    scalars = together.dtype.is_integer and together.shape.rank == 2
    return (tf.expand_dims(together, 2) if scalars else together), ""


def _why_not(cell, inputs, sequence_length, initial_state, dtype, time_major):
    """Return why a call is not one that runs fast, in words; "" for one that does."""
    if tf.executing_eagerly():
        return "it is run eagerly"
    if not tf.is_tensor(inputs) or inputs.shape.rank is None:
        return "inputs that are not one tensor of known rank"
    integers = inputs.dtype.is_integer and embeds(cell)
    if inputs.dtype not in _FLOATS and not integers:
        return f"inputs of {inputs.dtype.name}"
    if inputs.shape.rank < 3 or inputs.shape.as_list()[0 if time_major else 1] == 0:
        return f"inputs of shape {inputs.shape}"
    if sequence_length is not None and tf.convert_to_tensor(sequence_length).shape.rank != 1:
        return "a sequence_length that is not [batch]"
    if initial_state is None:
        kind = dtype and tf.as_dtype(dtype)
        if kind not in _FLOATS or kind != inputs.dtype and not integers:
            return f"inputs of {inputs.dtype.name} for dtype={dtype}"
        return why_not(cell, inputs.shape)
    kinds = _FLOATS if integers else (inputs.dtype,)
    return why_not(cell, inputs.shape) or _why_not_state(cell, initial_state, kinds)


def _why_not_state(cell, state, dtypes):
    try:
        tf.nest.assert_same_structure(cell.state_size, state, check_types=False)
    except (TypeError, ValueError):
        return "an initial state of another structure"
    sizes = [tf.TensorShape(size) for size in tf.nest.flatten(cell.state_size)]
    fits = all(
        tf.is_tensor(part)
        and part.dtype in dtypes
        and part.shape.is_compatible_with(tf.TensorShape([None]).concatenate(size))
        for part, size in zip(tf.nest.flatten(state), sizes, strict=True)
    )
    if any(tf.is_tensor(part) and _is_memory(part) for part in tf.nest.flatten(state)):
        return "an initial state in reference variables"
    return "" if fits else "an initial state of other shapes or types"


def _is_memory(tensor):
    """Return whether a tensor is the memory of a variable, which may be assigned to.

    TensorFlow's gradient reads a first state there after the assignment, and so do the numbers of
    1.15.5; `tf.identity` hands the memory on.
    """
    operation = tensor.op
    while operation.type == "Identity":
        operation = operation.inputs[0].op
    return operation.type in ("Variable", "VariableV2")


def _both_ways(cells, x, states, dtype, walk, scope):
    """Run one cell forward and one backward; return both outputs, and both last states."""

    def turned(tensor):
        if walk.lengths is None:
            return tf.reverse(tensor, [walk.time_axis])
        return tf.reverse_sequence(
            tensor, walk.lengths, seq_axis=walk.time_axis, batch_axis=1 - walk.time_axis
        )

    walk = dataclasses.replace(walk, chains=1)  # the two directions keep two cores busy already
    with tf.variable_scope(scope or "bidirectional_rnn"):
        forward, state_fw = _whole(cells[0], x, states[0], dtype, walk, "fw")
        x = turned(x)
        backward, state_bw = _whole(cells[1], x, states[1], dtype, walk, "bw")
        return (forward, turned(backward)), (state_fw, state_bw)


def _whole(cell, x, state, dtype, walk, scope):
    """Run a cell over all steps; the walk's lengths may be 0."""
    if cudnn.is_gpu_used():
        # A GPU gets the batch whole, and its operations one by one.
        walk = dataclasses.replace(walk, chains=1, inline=True)
    with tf.variable_scope(scope or "rnn"):
        batch = x.shape.as_list()[1 - walk.time_axis] or tf.shape(x)[1 - walk.time_axis]
        if state is None:
            state = cell.get_initial_state(batch_size=batch, dtype=dtype)
        else:
            state = tf.nest.map_structure(_of_size, state, cell.state_size)
        # One call of the cell makes its variables, where and as it always does.
        with recorded_variables() as made:
            cell(x[0] if walk.time_axis == 0 else x[:, 0], state)
        if walk.lengths is None:
            return run_cell(cell, x, state, walk, made)
        lengths = _checked(walk.lengths, batch)
        some = dataclasses.replace(walk, lengths=tf.maximum(lengths, 1))
        outputs, last = run_cell(cell, x, state, some, made)
        last = tf.nest.map_structure(
            lambda new, old: tf.where_v2(_like(lengths > 0, new), new, old), last, state
        )
        alive = tf.sequence_mask(lengths, tf.shape(x)[walk.time_axis])
        alive = _like(alive if walk.time_axis == 1 else tf.transpose(alive), outputs)
        return tf.where_v2(alive, outputs, tf.zeros_like(outputs)), last


def _of_size(part, size):
    """Return a part of a state, whose shape may be unknown, with that of its size."""
    part = tf.identity(part)
    part.set_shape(tf.TensorShape([None]).concatenate(size))
    return part


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
