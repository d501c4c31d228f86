"""The long short-term memory, without and with peepholes, clipping and projection.

Hochreiter and Schmidhuber, "Long short-term memory", 1997; forget gate: Gers et al., "Learning
to forget", 1999; peepholes and projection: Sak et al., 2014, https://arxiv.org/abs/1402.1128;
the forget bias: Jozefowicz et al., "An empirical exploration of recurrent network architectures",
2015.
"""

import collections
from collections.abc import Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from . import recurrences
from .arguments import (
    as_size,
    check_floating,
    get_activation,
    get_initializer,
    known_depth,
    name_of,
    split,
    split_columns,
)
from .hints import Activation, DTypeLike, Initializer, ShapeLike, Size, State
from .rnn_cell import LayerRNNCell


class LSTMStateTuple(collections.namedtuple("LSTMStateTuple", ("c", "h"))):
    """State of an LSTM: `c`, the cell's memory, and `h`, its output; or the sizes of the two.

    Example:
        >>> LSTMStateTuple(c=4, h=2)
        LSTMStateTuple(c=4, h=2)
        >>> import tensorflow.compat.v1 as tf
        >>> c, h = LSTMStateTuple(tf.zeros([1, 4]), tf.zeros([1, 2]))
        >>> h.shape.as_list()
        [1, 2]
    """

    __slots__ = ()

    @property
    def dtype(self) -> tf.DType:
        """The type of both tensors; TypeError when they differ."""
        c, h = self
        if c.dtype != h.dtype:
            raise TypeError(
                f"Inconsistent internal state: {c.dtype} vs {h.dtype}. c and h must be of one type."
            )
        return c.dtype


def basic_lstm_step(
    gates: tf.Tensor,
    c: tf.Tensor,
    forget_bias: float = 1.0,
    activation: Activation = tf.tanh,
    axis: int | tf.Tensor = -1,
) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the new memory and the output, `[..., H]` each, of an LSTM of any rank.

    This is `lstm_step` without options, in the operations of 1.15.5's BasicLSTMCell.

    Args:
        gates: pre-activations `[..., 4H]`, in the order i = input, j = new input, f = forget, o =
            output.
        c: memory `[..., H]`.
        forget_bias: added to f here, never stored in the bias.
        activation: of j and of the new memory.
        axis: that of the gates, the last.
    """
    i, j, f, o = split(gates, 4, axis)
    f = tf.add(f, tf.constant(forget_bias, f.dtype))
    new_c = tf.add(
        tf.multiply(c, tf.sigmoid(f)),
        tf.multiply(tf.sigmoid(i), activation(j)),
    )
    return new_c, tf.multiply(activation(new_c), tf.sigmoid(o))


def lstm_step(
    gates: tf.Tensor | list[tf.Tensor],
    c: tf.Tensor,
    forget_bias: float = 1.0,
    activation: Activation = tf.tanh,
    peepholes: Sequence[tf.Tensor] | None = None,
    cell_clip: float | None = None,
    norm: Activation | None = None,
) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the new memory and the output, `[..., H]` each, of an LSTM of any rank.

    Args:
        gates: pre-activations `[..., 4H]`, in the order i = input, j = new input, f = forget,
            o = output; or the four of them, `[..., H]` each, in a list.
        c: memory `[..., H]`.
        forget_bias: added to f here, never stored in the bias.
        activation: of j and of the new memory.
        peepholes: None, or the weights `[H]` by which the old memory is added to f and i and the
            new one to o: `(w_f, w_i, w_o)`.
        cell_clip: None, or the bound of the new memory's absolute value, before o uses it.
        norm: None, or a function that normalises the new memory, before it is clipped.
    """
    w_f, w_i, w_o = peepholes or (None, None, None)
    i, j, f, o = gates if isinstance(gates, list) else split(gates, 4, axis=-1)
    forget = tf.sigmoid(_with_peephole(c, w_f, f + forget_bias))
    new_c = forget * c + tf.sigmoid(_with_peephole(c, w_i, i)) * activation(j)
    if norm:
        new_c = norm(new_c)
    if cell_clip is not None:
        new_c = tf.clip_by_value(new_c, -cell_clip, cell_clip)
    return new_c, tf.sigmoid(_with_peephole(new_c, w_o, o)) * activation(new_c)


def warn_of_joined_state(cell: LayerRNNCell, state_is_tuple: bool) -> None:
    """Warn, as 1.15.5 did, unless the state of a cell is a tuple."""
    if not state_is_tuple:
        tf.logging.warn(
            "%s: Using a concatenated state is slower and will soon be deprecated. "
            "Use state_is_tuple=True.",
            cell,
        )


def _with_peephole(memory, weights, gate):
    return gate if weights is None else gate + weights * memory


def split_state(
    cell: Any, state: State, sizes: Sequence[int] | None = None, axis: int | tf.Tensor = 1
) -> tuple[tf.Tensor, tf.Tensor]:
    """Return `(c, h)` of an LSTM's state.

    Args:
        cell: an LSTM with `state_size` and `_state_is_tuple`.
        state: an LSTMStateTuple or a plain tuple; or one tensor if the cell's state is one.
        sizes: the columns of c and of h in one tensor, by default a half each.
        axis: that of the halves.

    Raises:
        TypeError: one tensor for a cell whose state is a tuple.
        ValueError: a tuple for a cell whose state is one tensor.
    """
    is_tuple = isinstance(state, (list, tuple))
    if cell._state_is_tuple:
        if tf.is_tensor(state):
            raise TypeError(
                f"{type(cell).__name__} expects the state (c, h), but got one tensor "
                f"{state}. Give an LSTMStateTuple, or make the cell with "
                "state_is_tuple=False."
            )
        c, h = state
        return c, h
    if is_tuple:
        raise ValueError(
            f"{type(cell).__name__}(state_is_tuple=False) expects one tensor "
            f"[batch, {cell.state_size}] as state, but got a tuple of {len(state)}."
        )
    c, h = split_columns(state, sizes) if sizes else split(state, 2, axis)
    return c, h


def join_state(cell: Any, c: tf.Tensor, h: tf.Tensor) -> State:
    """Return the state in the form that the cell keeps it in; the inverse of `split_state`.

    Args:
        cell: an LSTM with `_state_is_tuple`.
        c: memory `[batch, H]`.
        h: output `[batch, P]`.
    """
    return LSTMStateTuple(c, h) if cell._state_is_tuple else tf.concat([c, h], 1)


class BasicLSTMCell(LayerRNNCell):
    """The basic LSTM, without peepholes, clipping or projection.

        i, j, f, o = split([x, h] W + b)
        c' = sigmoid(f + forget_bias)*c + sigmoid(i)*tanh(j)
        h' = sigmoid(o)*tanh(c')

    Variables, with D inputs and H units: `kernel [D+H, 4H]`, `bias [4H]` (starts at 0), gates in
    the order i, j, f, o.

    Args:
        num_units: H, the size of `c`, of `h` and of the output.
        forget_bias: added to the forget gate whenever the cell runs; set it to 0 for weights
            that already include it.
        state_is_tuple: whether the state is an `LSTMStateTuple`, or one tensor `[batch, 2H]`.
        activation: a function of tensors or its name; by default tanh.
        reuse: whether to share the variables that are already in the scope.
        name: the scope of the variables, by default `basic_lstm_cell`.
        dtype: type of the variables, by default that of the first inputs.

    Example:
        >>> import tf1_rnn.v1 as tf
        >>> cell = tf.nn.rnn_cell.BasicLSTMCell(num_units=4)
        >>> outputs, state = tf.nn.dynamic_rnn(cell, tf.zeros([2, 5, 3]), dtype=tf.float32)
        >>> outputs.shape.as_list(), state.c.shape.as_list()
        ([2, 5, 4], [2, 4])
        >>> {v.op.name: v.shape.as_list() for v in cell.variables}
        {'rnn/basic_lstm_cell/kernel': [7, 16], 'rnn/basic_lstm_cell/bias': [16]}
    """

    input_ndim = 2
    floating_only = True
    _kernel = _bias = None

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Activation | str | None = None,
        reuse: bool | None = None,
        name: str | None = None,
        dtype: DTypeLike | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        warn_of_joined_state(self, state_is_tuple)
        self._num_units = as_size(num_units)
        self._forget_bias = forget_bias
        self._state_is_tuple = state_is_tuple
        self._activation = get_activation(activation or tf.tanh)

    @property
    def state_size(self) -> Size:
        """`LSTMStateTuple(H, H)`, or 2H."""
        units = self._num_units
        return LSTMStateTuple(units, units) if self._state_is_tuple else 2 * units

    @property
    def output_size(self) -> int:
        """H."""
        return self._num_units

    def build(self, inputs_shape: ShapeLike) -> None:
        """Make `kernel` and `bias` for inputs `[batch, D]`."""
        depth, units = known_depth(inputs_shape), self._num_units
        self._kernel = self.add_variable("kernel", [depth + units, 4 * units])
        self._bias = self.add_variable("bias", [4 * units], initializer=tf.zeros_initializer())
        self.built = True

    def call(self, inputs: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Run one step: inputs `[batch, D]` and `(c, h)` `[batch, H]` each to `(h', (c', h'))`."""
        check_floating(inputs, *tf.nest.flatten(state))
        axis = tf.constant(1)
        c, h = split_state(self, state, axis=axis)
        gates = tf.nn.bias_add(tf.matmul(tf.concat([inputs, h], 1), self._kernel), self._bias)
        new_c, new_h = basic_lstm_step(gates, c, self._forget_bias, self._activation, axis)
        return new_h, join_state(self, new_c, new_h)

    def _recurrence(self, made):
        return recurrences.LSTM(
            self._kernel,
            self._bias,
            self._activation,
            self._forget_bias,
            sizes=(self._num_units, self._num_units),
            state_is_tuple=self._state_is_tuple,
        )

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {
            **super().get_config(),
            "num_units": self._num_units,
            "forget_bias": self._forget_bias,
            "state_is_tuple": self._state_is_tuple,
            "activation": name_of(self._activation),
            "reuse": self._reuse,
        }


class LSTMCell(LayerRNNCell):
    """An LSTM with optional peepholes, clipping and projection.

        i, j, f, o = split([x, h] W + b)
        c' = sigmoid(f + forget_bias + w_f*c)*c + sigmoid(i + w_i*c)*tanh(j)
        c' = clip(c', -cell_clip, cell_clip)
        m  = sigmoid(o + w_o*c')*tanh(c')
        h' = clip(m W_proj, -proj_clip, proj_clip)

    Variables, with D inputs, H units and P = num_proj or H: `kernel [D+P, 4H]`, `bias [4H]`
    (starts at 0), gates in the order i, j, f, o; with peepholes `w_f_diag`, `w_i_diag`,
    `w_o_diag`, `[H]` each; with a projection `projection/kernel [H, P]`.

    Args:
        num_units: H, the size of `c`.
        use_peepholes: whether the gates have peepholes, weighted connections to the memory.
        cell_clip: None, or the bound of the memory's absolute value.
        initializer: for all but the bias, by default the scope's.
        num_proj: P, the size of `h` and of the output after projection; None for no projection.
        proj_clip: None, or the bound of the projected output's absolute value.
        num_unit_shards: number of parts along axis 0 that `kernel` is kept in.
        num_proj_shards: number of parts along axis 0 that `projection/kernel` is kept in.
        forget_bias: added to the forget gate whenever the cell runs; set it to 0 for weights
            that already include it.
        state_is_tuple: whether the state is an `LSTMStateTuple`, or one tensor `[batch, H+P]`.
        activation: a function of tensors or its name; by default tanh.
        reuse: whether to share the variables that are already in the scope.
        name: the scope of the variables, by default `lstm_cell`.
        dtype: type of the variables, by default that of the first inputs.

    Example:
        >>> import tf1_rnn.v1 as tf
        >>> cell = tf.nn.rnn_cell.LSTMCell(num_units=4, use_peepholes=True, num_proj=2)
        >>> outputs, state = tf.nn.dynamic_rnn(cell, tf.zeros([2, 5, 3]), dtype=tf.float32)
        >>> outputs.shape.as_list(), state.c.shape.as_list(), state.h.shape.as_list()
        ([2, 5, 2], [2, 4], [2, 2])
    """

    input_ndim = 2
    floating_only = True
    _kernel = _bias = _proj_kernel = _w_f_diag = _w_i_diag = _w_o_diag = None

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        cell_clip: float | None = None,
        initializer: Initializer | str | None = None,
        num_proj: int | None = None,
        proj_clip: float | None = None,
        num_unit_shards: int | None = None,
        num_proj_shards: int | None = None,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Activation | str | None = None,
        reuse: bool | None = None,
        name: str | None = None,
        dtype: DTypeLike | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        warn_of_joined_state(self, state_is_tuple)
        if num_unit_shards is not None or num_proj_shards is not None:
            tf.logging.warn(
                "%s: The num_unit_shards and num_proj_shards parameters are deprecated. Use a "
                "variable scope with a partitioner instead.",
                self,
            )
        self._num_units = as_size(num_units)
        self._use_peepholes = use_peepholes
        self._cell_clip = cell_clip
        self._initializer = get_initializer(initializer)
        self._num_proj = as_size(num_proj)
        self._proj_clip = proj_clip
        self._num_unit_shards = num_unit_shards
        self._num_proj_shards = num_proj_shards
        self._forget_bias = forget_bias
        self._state_is_tuple = state_is_tuple
        self._activation = get_activation(activation or tf.tanh)

    @property
    def state_size(self) -> Size:
        """`LSTMStateTuple(H, P)`, or H + P."""
        sizes = LSTMStateTuple(self._num_units, self.output_size)
        return sizes if self._state_is_tuple else sum(sizes)

    @property
    def output_size(self) -> int:
        """P with a projection, else H."""
        return self._num_proj or self._num_units

    def build(self, inputs_shape: ShapeLike) -> None:
        """Make the variables for inputs `[batch, D]`."""
        depth, units = known_depth(inputs_shape), self._num_units
        self._kernel = self.add_variable(
            "kernel",
            [depth + self.output_size, 4 * units],
            initializer=self._initializer,
            partitioner=_shards(self._num_unit_shards),
        )
        self._bias = self.add_variable("bias", [4 * units], initializer=tf.zeros_initializer())
        if self._use_peepholes:
            self._w_f_diag, self._w_i_diag, self._w_o_diag = (
                self.add_variable(name, [units], initializer=self._initializer)
                for name in ("w_f_diag", "w_i_diag", "w_o_diag")
            )
        if self._num_proj is not None:
            self._proj_kernel = self.add_variable(
                "projection/kernel",
                [units, self._num_proj],
                initializer=self._initializer,
                partitioner=_shards(self._num_proj_shards),
            )
        self.built = True

    def call(self, inputs: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Run one step: inputs `[batch, D]`, c `[batch, H]`, h `[batch, P]` to `(h', (c', h'))`."""
        check_floating(inputs, *tf.nest.flatten(state))
        c, h = split_state(self, state, [self._num_units, self.output_size])
        gates = tf.nn.bias_add(tf.matmul(tf.concat([inputs, h], 1), self._kernel), self._bias)
        peepholes = self._peepholes()
        new_c, new_h = lstm_step(
            gates, c, self._forget_bias, self._activation, peepholes, self._cell_clip
        )
        if self._num_proj is not None:
            new_h = tf.matmul(new_h, self._proj_kernel)
            if self._proj_clip is not None:
                new_h = tf.clip_by_value(new_h, -self._proj_clip, self._proj_clip)
        return new_h, join_state(self, new_c, new_h)

    def _peepholes(self):
        return (self._w_f_diag, self._w_i_diag, self._w_o_diag) if self._use_peepholes else None

    def _recurrence(self, made):
        return recurrences.LSTM(
            self._kernel,
            self._bias,
            self._activation,
            self._forget_bias,
            sizes=(self._num_units, self.output_size),
            state_is_tuple=self._state_is_tuple,
            peepholes=self._peepholes(),
            cell_clip=self._cell_clip,
            projection=self._proj_kernel,
            proj_clip=None if self._num_proj is None else self._proj_clip,
        )

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {
            **super().get_config(),
            "num_units": self._num_units,
            "use_peepholes": self._use_peepholes,
            "cell_clip": self._cell_clip,
            "initializer": name_of(self._initializer),
            "num_proj": self._num_proj,
            "proj_clip": self._proj_clip,
            "num_unit_shards": self._num_unit_shards,
            "num_proj_shards": self._num_proj_shards,
            "forget_bias": self._forget_bias,
            "state_is_tuple": self._state_is_tuple,
            "activation": name_of(self._activation),
            "reuse": self._reuse,
        }


def _shards(number):
    return tf.fixed_size_partitioner(number) if number else None
