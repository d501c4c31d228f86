"""Grids of cells: a step goes through a cell along every dimension of a grid, time and depth.

Kalchbrenner, Danihelka and Graves, "Grid long short-term memory", 2015,
https://arxiv.org/abs/1507.01526. GridLSTMCell of `grid_lstm.py` is another one, over frequencies.
"""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from ..arguments import as_size, known_depth, size_of, split, split_columns
from ..basic_rnn import BasicRNNCell
from ..gru import GRUCell
from ..hints import Activation, Size, State
from ..lstm import BasicLSTMCell, LSTMCell, LSTMStateTuple
from ..rnn_cell import RNNCell


def grid_step(
    dimensions: Sequence[int],
    cells: Sequence[RNNCell],
    c: Sequence[tf.Tensor | None],
    h: Sequence[tf.Tensor],
    new_h: list[tf.Tensor | None],
    apply: Callable[..., tuple[tf.Tensor, State]],
) -> dict[int, State]:
    """Move on along some dimensions of a grid, all from the same hidden vectors.

    Args:
        dimensions: those to move along.
        cells: what each dimension moves by.
        c: memory of each dimension `[batch, H]`, None where its cell has none.
        h: hidden vector of each dimension `[batch, H]`, before the step.
        new_h: after it, None where it has not been taken; the new ones are put in here.
        apply: function (dimension, cell, inputs `[batch, (N-1)*H]`, memory, hidden vector of
            the last dimension) to the new hidden vector and the cell's new state.

    Returns:
        A dict from each dimension to its cell's new state.
    """
    seen = [old if new is None else new for old, new in zip(h, new_h, strict=True)]
    if len(seen) > 1:
        inputs = tf.concat(seen[:-1], 1)
    else:  # the only dimension has none
        inputs = tf.zeros([size_of(seen[0], 0), 0], seen[0].dtype)
    new_states = {}
    for d in dimensions:
        new_h[d], new_states[d] = apply(d, cells[d], inputs, c[d], seen[-1])
    return new_states


class GridRNNCell(RNNCell):
    """A grid of N dimensions, with a cell along each.

        h_d = x_d P_d                                       for the dimensions d of the inputs
        c_d', h_d' = cell_d([h_0, ..., h_(N-2)], (c_d, h_(N-1)))

    The dimensions of priority move last, and see the h' of the others. Where the inputs come in,
    they take the place of that dimension's state.

    Variables, in a scope of the class's own name: `project_m_d [D/n, H]` for each of the n
    dimensions of inputs of depth D, with an LSTM also `project_c_d`; then those of the cells, in
    `recurrent/cell_d/`, or tied, `recurrent/`; `non_recurrent/cell_d/fully_connected/weights
    [N*H, H]` and `biases [H]` where there is a function in place of a cell.

    Args:
        num_units: H.
        num_dims: N.
        input_dims: dimensions that the inputs come in by, an int or a list.
        output_dims: dimensions whose h' are the outputs.
        priority_dims: dimensions that move last.
        non_recurrent_dims: dimensions without a state: `non_recurrent_fn` of a linear map.
        tied: whether all dimensions share one cell.
        cell_fn: function of `num_units` that makes a cell, by default LSTMCell.
        non_recurrent_fn: by default relu.
        state_is_tuple: whether states are a tuple, one for each recurrent dimension, or one
            tensor.
        output_is_tuple: whether outputs are a tuple, one for each of `output_dims`, or one
            tensor.

    Raises:
        ValueError: fewer than one dimension, or dimensions that are not among them.
    """

    def __init__(
        self,
        num_units: int,
        num_dims: int = 1,
        input_dims: int | Sequence[int] | None = None,
        output_dims: int | Sequence[int] | None = None,
        priority_dims: int | Sequence[int] | None = None,
        non_recurrent_dims: int | Sequence[int] | None = None,
        tied: bool = False,
        cell_fn: Callable[[int], RNNCell] | None = None,
        non_recurrent_fn: Activation | None = None,
        state_is_tuple: bool = True,
        output_is_tuple: bool = True,
    ) -> None:
        super().__init__(name=type(self).__name__)
        if num_dims < 1:
            raise ValueError(f"dims must be >= 1: {num_dims}")
        self._num_units, self._num_dims, self._tied = as_size(num_units), num_dims, tied
        self._inputs, self._outputs, self._priority, self._mapped = (
            _dimensions(given, num_dims)
            for given in (input_dims, output_dims, priority_dims, non_recurrent_dims)
        )
        self._recurrent = [d for d in range(num_dims) if d not in self._mapped]
        self._non_recurrent_fn = non_recurrent_fn or tf.nn.relu
        make = cell_fn or LSTMCell
        cells = [make(num_units)] * num_dims if tied else [make(num_units) for _ in range(num_dims)]
        self._cells = cells
        self._has_memory = isinstance(cells[0].state_size, (tuple, list))
        self._state_is_tuple, self._output_is_tuple = state_is_tuple, output_is_tuple

    @property
    def state_size(self) -> Size:
        """A tuple of the cells' sizes, or their sum."""
        sizes = tuple(self._cells[d].state_size for d in self._recurrent)
        return sizes if self._state_is_tuple else sum(tf.nest.flatten(sizes))

    @property
    def output_size(self) -> Size:
        """A tuple of H, one for each dimension of the outputs, or their sum."""
        sizes = (self._num_units,) * len(self._outputs)
        return sizes if self._output_is_tuple else sum(sizes)

    def call(self, inputs: tf.Tensor, state: State) -> tuple[Any, State]:
        """Run one step: inputs `[batch, D]` to `(outputs, new_state)`."""
        c, h = self._unpacked(state)
        self._let_in(inputs, c, h)
        new_h, new_states = [None] * self._num_dims, {}
        others = [d for d in range(self._num_dims) if d not in self._priority]
        for dimensions in filter(None, (others, self._priority)):
            new_states.update(grid_step(dimensions, self._cells, c, h, new_h, self._apply))
        outputs = tuple(new_h[d] for d in self._outputs)
        new_state = tuple(new_states[d] for d in self._recurrent)
        if not self._state_is_tuple:
            new_state = tf.concat(tf.nest.flatten(new_state), 1)
        return outputs if self._output_is_tuple else tf.concat(outputs, 1), new_state

    def _unpacked(self, state):
        """Return the memory and the hidden vector of each dimension; None for what it lacks."""
        nothing: list[Any] = [None] * self._num_dims
        c, h = list(nothing), list(nothing)
        if not self._state_is_tuple:
            parts = (2 if self._has_memory else 1) * len(self._recurrent)
            state = split_columns(state, [self._num_units] * parts)
            if self._has_memory:
                state = zip(state[::2], state[1::2], strict=True)
        for d, part in zip(self._recurrent, state, strict=True):
            c[d], h[d] = part if self._has_memory else (None, part)
        return c, h

    def _let_in(self, inputs, c, h):
        """Put the inputs in the place of the states of their dimensions; none may be there."""
        if inputs is None or not self._inputs or known_depth(inputs.shape) == 0:
            return
        parts = split(inputs, len(self._inputs), 1)
        for d, part in zip(self._inputs, parts, strict=True):
            shape = [known_depth(part.shape), self._num_units]
            h[d] = tf.matmul(part, tf.get_variable(f"project_m_{d}", shape, part.dtype))
            if self._has_memory:
                c[d] = tf.matmul(part, tf.get_variable(f"project_c_{d}", shape, part.dtype))

    def _apply(self, d, cell, inputs, c, last):
        if d in self._mapped:
            with tf.variable_scope(
                "non_recurrent" if self._tied else f"non_recurrent/cell_{d}",
                reuse=tf.AUTO_REUSE if self._tied else None,
            ):
                return self._non_recurrent_fn(self._linear(tf.concat([inputs, last], 1))), None
        with tf.variable_scope("recurrent" if self._tied else f"recurrent/cell_{d}"):
            state = LSTMStateTuple(c, last) if self._has_memory else last
            return cell(inputs, state)

    def _linear(self, x):
        with tf.variable_scope("fully_connected"):
            default = tf.get_variable_scope().initializer or tf.glorot_uniform_initializer()
            shape = [known_depth(x.shape), self._num_units]
            weights = tf.get_variable("weights", shape, x.dtype, default)
            biases = tf.get_variable("biases", shape[1:], x.dtype, tf.zeros_initializer())
            return tf.nn.bias_add(tf.matmul(x, weights), biases)


def _dimensions(given, num_dims):
    """Return an int, a list or None as a list; ValueError for what is no dimension."""
    given = [] if given is None else [given] if isinstance(given, int) else list(given)
    if any(d < 0 or d >= num_dims for d in given):
        raise ValueError(f"Invalid dims: {given}. Must be in [0, {num_dims})")
    return given


class Grid1BasicRNNCell(GridRNNCell):
    """A grid of one dimension, the depth, of BasicRNNCells; see GridRNNCell for the arguments."""

    def __init__(
        self, num_units: int, state_is_tuple: bool = True, output_is_tuple: bool = True
    ) -> None:
        super().__init__(
            num_units,
            **_of_depth(1),
            cell_fn=BasicRNNCell,
            state_is_tuple=state_is_tuple,
            output_is_tuple=output_is_tuple,
        )


class _Grid2Cell(GridRNNCell):
    """A grid of depth and time, of the cells of its class, which take only `num_units`."""

    def __init__(
        self,
        num_units: int,
        tied: bool = False,
        non_recurrent_fn: Activation | None = None,
        state_is_tuple: bool = True,
        output_is_tuple: bool = True,
    ) -> None:
        super().__init__(
            num_units,
            **_of_depth(2, non_recurrent_fn),
            tied=tied,
            cell_fn=self._cell_fn,
            state_is_tuple=state_is_tuple,
            output_is_tuple=output_is_tuple,
        )


class Grid2BasicRNNCell(_Grid2Cell):
    """A grid of depth and time, of BasicRNNCells; see GridRNNCell for the arguments.

    With a `non_recurrent_fn` the depth has it in place of a cell.
    """

    _cell_fn = BasicRNNCell


class Grid1BasicLSTMCell(GridRNNCell):
    """A grid of one dimension, the depth, of BasicLSTMCells; see GridRNNCell for the arguments."""

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1,
        state_is_tuple: bool = True,
        output_is_tuple: bool = True,
    ) -> None:
        super().__init__(
            num_units,
            **_of_depth(1),
            cell_fn=functools.partial(BasicLSTMCell, forget_bias=forget_bias),
            state_is_tuple=state_is_tuple,
            output_is_tuple=output_is_tuple,
        )


class Grid2BasicLSTMCell(GridRNNCell):
    """A grid of depth and time, of BasicLSTMCells; see GridRNNCell for the arguments.

    With a `non_recurrent_fn` the depth has it in place of a cell.
    """

    def __init__(
        self,
        num_units: int,
        tied: bool = False,
        non_recurrent_fn: Activation | None = None,
        forget_bias: float = 1,
        state_is_tuple: bool = True,
        output_is_tuple: bool = True,
    ) -> None:
        super().__init__(
            num_units,
            **_of_depth(2, non_recurrent_fn),
            tied=tied,
            cell_fn=functools.partial(BasicLSTMCell, forget_bias=forget_bias),
            state_is_tuple=state_is_tuple,
            output_is_tuple=output_is_tuple,
        )


class Grid1LSTMCell(GridRNNCell):
    """A grid of one dimension, the depth, of LSTMCells; see GridRNNCell for the arguments."""

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        output_is_tuple: bool = True,
    ) -> None:
        super().__init__(
            num_units,
            **_of_depth(1),
            cell_fn=_lstm(forget_bias, use_peepholes),
            state_is_tuple=state_is_tuple,
            output_is_tuple=output_is_tuple,
        )


class Grid2LSTMCell(GridRNNCell):
    """A grid of depth and time, of LSTMCells; see GridRNNCell and LSTMCell for the arguments.

    With a `non_recurrent_fn` the depth has it in place of a cell.
    """

    _dims = 2

    def __init__(
        self,
        num_units: int,
        tied: bool = False,
        non_recurrent_fn: Activation | None = None,
        use_peepholes: bool = False,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        output_is_tuple: bool = True,
    ) -> None:
        super().__init__(
            num_units,
            **_of_depth(self._dims, non_recurrent_fn),
            tied=tied,
            cell_fn=_lstm(forget_bias, use_peepholes),
            state_is_tuple=state_is_tuple,
            output_is_tuple=output_is_tuple,
        )


class Grid3LSTMCell(Grid2LSTMCell):
    """A grid of depth, time and one more dimension; see Grid2LSTMCell for the arguments."""

    _dims = 3


class Grid2GRUCell(_Grid2Cell):
    """A grid of depth and time, of GRUCells; see GridRNNCell for the arguments.

    With a `non_recurrent_fn` the depth has it in place of a cell.
    """

    _cell_fn = GRUCell


def _of_depth(num_dims, non_recurrent_fn=None):
    """Return the arguments of a grid whose inputs and outputs go by its first dimension."""
    return {
        "num_dims": num_dims,
        "input_dims": 0,
        "output_dims": 0,
        "priority_dims": 0,
        "non_recurrent_dims": 0 if non_recurrent_fn else None,
        "non_recurrent_fn": non_recurrent_fn,
    }


def _lstm(forget_bias, use_peepholes):
    return functools.partial(LSTMCell, forget_bias=forget_bias, use_peepholes=use_peepholes)
