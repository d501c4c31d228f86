"""The base of all cells: a layer with a state, which runs one time step per call.

A cell maps `(inputs, state)` at one time step to `(output, new_state)`. TensorFlow's own
loops (`tf.nn.dynamic_rnn` and its kin) take any object that does this and has `state_size`,
`output_size` and `zero_state`.
"""

import contextlib
import contextvars
from collections.abc import Iterator
from typing import Any

import tensorflow.compat.v1 as tf

from .arguments import as_batch_size
from .hints import DTypeLike, Scope, Size, State
from .layer import Layer

_recording: contextvars.ContextVar[dict | None] = contextvars.ContextVar("recording", default=None)


@contextlib.contextmanager
def recorded_variables() -> Iterator[dict[str, Any]]:
    """Yield a dict that fills, as cells are called inside, with what `tf.get_variable` gives them.

    Its keys are full names; its values variables, or what a custom getter returned instead.
    """
    made = {}
    token = _recording.set(made)
    try:
        yield made
    finally:
        _recording.reset(token)


def zeros_of_size(state_size: Size, batch_size: int | tf.Tensor, dtype: DTypeLike) -> State:
    """Return a state of zeros, `[batch_size, size]` each, in the structure of `state_size`.

    Args:
        state_size: an int, a TensorShape, or a nested structure of them.
        batch_size: int, or a scalar tensor.
        dtype: type of the zeros.
    """
    batch_size = as_batch_size(batch_size)

    def zeros(size):
        tensor = tf.zeros(tf.concat(_sizes(batch_size, size), 0), dtype)
        static = _static_sizes(batch_size) + _static_sizes(size)
        _sizes(batch_size, size)  # idle, as in `arguments.split`
        if None in static:
            tensor.set_shape(static)
        return tensor

    return tf.nest.map_structure(zeros, state_size)


def _sizes(*sizes):
    """Return each of sizes, an int, a shape or a scalar tensor, as a tensor `[rank]`."""
    dtype = next((size.dtype for size in sizes if tf.is_tensor(size)), tf.int32)
    return [
        tf.expand_dims(size, 0)
        if tf.is_tensor(size)
        else tf.constant([1 if each is None else each for each in _static_sizes(size)], dtype)
        for size in sizes
    ]


def _static_sizes(size):
    if tf.is_tensor(size):
        known = tf.get_static_value(size)
        return [None if known is None else int(known)]
    return tf.TensorShape(size).as_list()


class RNNCell(Layer):
    """A recurrent cell, and the base class for your own cells.

    A subclass has the properties `state_size` and `output_size` and a method
    `call(inputs, state)` that returns `(output, new_state)`. Variables made with
    `tf.get_variable` inside `call` live in the scope of the cell and are listed by `variables`.

    Args:
        trainable: whether the variables go into `tf.trainable_variables()`.
        name: the scope of the variables; by default the class name in snake case.
        dtype: type of the variables; by default that of the first inputs.
        reuse: (as `_reuse`) whether to share existing variables of the same names; only ever
            True or None here, `tf.AUTO_REUSE` included.
    """

    _is_tf_rnn_cell = True  # so Keras's RNN layer gives one state as a tensor, not in a list

    # Sizes and initial states.

    @property
    def state_size(self) -> Size:
        """Size of the state at each step: an int, a TensorShape, or a nested tuple of them."""
        raise NotImplementedError("Abstract method")

    @property
    def output_size(self) -> Size:
        """Size of the output at each step: an int or a TensorShape."""
        raise NotImplementedError("Abstract method")

    def zero_state(self, batch_size: int | tf.Tensor, dtype: DTypeLike) -> State:
        """Return a state filled with zeros.

        Args:
            batch_size: int, or a scalar int32 tensor such as `tf.shape(x)[0]`.
            dtype: type of the state.

        Returns:
            Tensors `[batch_size, size]` in the structure of `state_size`.
        """
        with tf.name_scope(type(self).__name__ + "ZeroState"):
            return zeros_of_size(self.state_size, batch_size, dtype)

    def get_initial_state(
        self,
        inputs: tf.Tensor | None = None,
        batch_size: int | tf.Tensor | None = None,
        dtype: DTypeLike | None = None,
    ) -> State:
        """Return a state filled with zeros; see `zero_state`.

        Args:
            inputs: None, or `[batch, ...]`, from which batch size and type are read.
            batch_size: int, or a scalar tensor, without `inputs`.
            dtype: type of the state, without `inputs`.

        Raises:
            ValueError: neither inputs nor both others are given, or they differ.
        """
        if inputs is not None:
            tensor = tf.convert_to_tensor(inputs)
            static = tf.TensorShape(tensor.shape[:1]).as_list()[0]
            given = tf.get_static_value(batch_size) if tf.is_tensor(batch_size) else batch_size
            if batch_size is not None and static != given:
                raise ValueError(
                    "batch size from input tensor is different from the argument: inputs hold a "
                    f"batch of {static}, but batch_size={batch_size}. Leave batch_size out."
                )
            if dtype is not None and tf.as_dtype(dtype) != tensor.dtype:
                raise ValueError(
                    "dtype from input tensor is different from the argument: inputs are "
                    f"{tensor.dtype.name}, but dtype={dtype}. Leave dtype out."
                )
            batch_size = tf.shape(tensor)[0] if static is None else static
            dtype = tensor.dtype
        if batch_size is None or dtype is None:
            raise ValueError(
                "batch_size and dtype cannot be None while constructing initial "
                f"state: batch_size={batch_size}, dtype={dtype}"
            )
        return self.zero_state(batch_size, dtype)

    # What the cell computes, for code that runs whole sequences.

    def recurrence(self, made: dict[str, Any] | None = None) -> Any:
        """Return what the cell computes, as data.

        Args:
            made: what `recorded_variables` recorded of a call; None before the first call.

        Returns:
            One of the classes of `recurrences.py`; or None for a cell without a
            description, such as a subclass that overrides its step.
        """
        described = _depth_of(self, "_recurrence")
        if any(_depth_of(self, name) < described for name in ("__call__", "call", "build")):
            return None
        return self._recurrence(made or {})

    def _recurrence(self, made):
        return None

    # The call.

    def __call__(
        self, inputs: Any, state: State, scope: Scope | None = None, *args: Any, **kwargs: Any
    ) -> tuple[Any, State]:
        """Run one time step.

        Args:
            inputs: tensor `[batch, depth]` (or as the cell's own docstring says).
            state: tensors `[batch, size]` in the structure of `state_size`.
            scope: a name or VariableScope that takes the place of the cell's own.
            *args: for `call`, after inputs and state.
            **kwargs: for `call`.

        Returns:
            `(output, new_state)`: `[batch, output_size]`, and the structure of `state_size`.
        """
        if scope is None and self._outer_scope is None:
            self._outer_scope = tf.get_variable_scope()
        outer = self._outer_scope if scope is None else scope
        with tf.variable_scope(outer, custom_getter=self._rnn_get_variable) as opened:
            return self._call_in_scope(
                None if scope is None else opened, inputs, state, *args, **kwargs
            )

    def _rnn_get_variable(self, getter, name, *args, **kwargs):
        variable = getter(name, *args, **kwargs)
        made = _recording.get()
        if made is not None:
            made[name] = variable
        self._track(variable)
        return variable


class LayerRNNCell(RNNCell):
    """A cell that makes its variables in `build`, with `add_variable`."""

    def __call__(
        self, inputs: Any, state: State, scope: Scope | None = None, *args: Any, **kwargs: Any
    ) -> tuple[Any, State]:
        """Run one time step; see RNNCell."""
        return self._call_in_scope(scope, inputs, state, *args, **kwargs)


def _depth_of(cell, name):
    """Return how far up the classes of a cell a method of it is written; -1 for its own."""
    if name in vars(cell):
        return -1
    return next(depth for depth, base in enumerate(type(cell).__mro__) if name in vars(base))
