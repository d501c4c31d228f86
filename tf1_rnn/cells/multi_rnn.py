"""Cells stacked on one another (Graves et al., 2013, https://arxiv.org/abs/1303.5778)."""

from collections.abc import Sequence

import tensorflow.compat.v1 as tf

from . import recurrences
from .hints import DTypeLike, Size, State
from .rnn_cell import RNNCell


class MultiRNNCell(RNNCell):
    """A stack of cells, each taking the output of the one below it as its input.

    Variables: those of each cell, under `multi_rnn_cell/cell_0/`, `multi_rnn_cell/cell_1/`, ...

    Args:
        cells: list or tuple of cells, the one nearest to the inputs first.
        state_is_tuple: whether the state is a tuple of the cells' states, or one tensor
            `[batch, sum of sizes]`, for cells whose own state is one tensor.

    Example:
        >>> import tf1_rnn.v1 as tf
        >>> layers = [tf.nn.rnn_cell.LSTMCell(units) for units in (8, 4)]
        >>> cell = tf.nn.rnn_cell.MultiRNNCell(layers)
        >>> outputs, states = tf.nn.dynamic_rnn(cell, tf.zeros([2, 5, 3]), dtype=tf.float32)
        >>> outputs.shape.as_list(), [state.h.shape.as_list() for state in states]
        ([2, 5, 4], [[2, 8], [2, 4]])
    """

    def __init__(self, cells: Sequence[RNNCell], state_is_tuple: bool = True) -> None:
        super().__init__()
        if not isinstance(cells, (list, tuple)):
            raise TypeError(f"cells must be a list or tuple, but saw: {cells}.")
        if not cells:
            raise ValueError("Must specify at least one cell for MultiRNNCell.")
        if len({id(cell) for cell in cells}) < len(cells):
            tf.logging.log_first_n(
                tf.logging.WARN,
                "At least two cells provided to MultiRNNCell are the same object and will share "
                "weights. Make one cell for each layer: [make_cell() for _ in range(layers)].",
                1,
            )
        self._cells = cells
        for index, cell in enumerate(cells):
            self._found_as(f"cell-{index}", cell)
        self._state_is_tuple = state_is_tuple
        if not state_is_tuple:
            sizes = [cell.state_size for cell in cells]
            if any(tf.nest.is_nested(size) for size in sizes):
                raise ValueError(
                    "Some cells return tuples of states, but the flag state_is_tuple "
                    f"is not set. State sizes are: {sizes}"
                )

    @property
    def state_size(self) -> Size:
        """A tuple of the cells' state sizes, or their sum."""
        sizes = tuple(cell.state_size for cell in self._cells)
        return sizes if self._state_is_tuple else sum(sizes)

    @property
    def output_size(self) -> Size:
        """The output size of the last cell."""
        return self._cells[-1].output_size

    def zero_state(self, batch_size: int | tf.Tensor, dtype: DTypeLike) -> State:
        """Return the cells' own zero states in a tuple; see RNNCell."""
        with tf.name_scope(type(self).__name__ + "ZeroState"):
            if not self._state_is_tuple:
                return super().zero_state(batch_size, dtype)
            return tuple(cell.zero_state(batch_size, dtype) for cell in self._cells)

    def call(self, inputs: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Run one step through the stack: inputs `[batch, D]` to `(output of the last, states)`."""
        if self._state_is_tuple and not (
            isinstance(state, (list, tuple)) and len(state) == len(self._cells)
        ):
            raise ValueError(
                f"Expected state to be a tuple of length {len(self._cells)}, but received: {state}"
            )
        new_states, column = [], 0
        for index, cell in enumerate(self._cells):
            with tf.variable_scope(f"cell_{index}"):
                if self._state_is_tuple:
                    cell_state = state[index]
                else:
                    cell_state = tf.slice(state, [0, column], [-1, cell.state_size])
                    column += cell.state_size
                inputs, new_state = cell(inputs, cell_state)
            new_states.append(new_state)
        return inputs, tuple(new_states) if self._state_is_tuple else tf.concat(new_states, 1)

    def _recurrence(self, made):
        return recurrences.Stack(self._cells, self._state_is_tuple)

    @property
    def trainable_weights(self) -> list[tf.Variable]:
        """The trained variables of all cells, the lowest first."""
        return self._gathered("trainable_weights") if self.trainable else []

    @property
    def non_trainable_weights(self) -> list[tf.Variable]:
        """The other variables of all cells, the lowest first."""
        frozen = self._gathered("non_trainable_weights")
        return frozen if self.trainable else self._gathered("trainable_weights") + frozen

    def _gathered(self, attribute):
        return [variable for cell in self._cells for variable in getattr(cell, attribute, [])]
