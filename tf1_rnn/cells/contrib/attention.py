"""Attention of a cell over its own recent outputs (Bahdanau et al., 2015)."""

import tensorflow.compat.v1 as tf

from ..arguments import as_size, known_depth, split_columns
from ..hints import Size, State
from ..lstm import warn_of_joined_state
from ..rnn_cell import RNNCell
from ..wrappers import check_cell
from .pieces import linear


def attend(query: tf.Tensor, keys: tf.Tensor, memory: tf.Tensor, v: tf.Tensor) -> tf.Tensor:
    """Return the attended mix of a memory, `[batch, A]`.

        score_l = v . tanh(query + keys_l)
        p = softmax(score)
        mix = sum_l p_l memory_l

    Args:
        query: `[batch, V]`.
        keys: `[batch, L, 1, V]`.
        memory: `[batch, L, 1, A]`.
        v: `[V]`.
    """
    query = tf.reshape(query, [-1, 1, 1, known_depth(query.shape)])
    score = tf.reduce_sum(v * tf.tanh(keys + query), [2, 3])
    p = tf.reshape(tf.nn.softmax(score), [-1, memory.shape.as_list()[1], 1, 1])
    return tf.reduce_sum(p * memory, [1, 2])


class AttentionCellWrapper(RNNCell):
    """A cell that attends to its last outputs, after https://arxiv.org/abs/1409.0473.

        x' = [x, a] W_x + b_x                                    a: what was attended last
        o, h' = cell(x', h)
        q = h' W_q + b_q                                         all of the state, concatenated
        a' = sum_l p_l m_l,  p = softmax_l(v . tanh(q + m_l W))  m: the last L outputs
        output = [o, a'] W_o + b_o
        m' = m without its oldest, and with output

    Variables in the scope `attention_cell_wrapper`, with D inputs, A = attn_size, V =
    attn_vec_size and S the size of the cell's state: `kernel [D+A, input_size]` and `bias`,
    those of the cell, `attention/attn_w [1, 1, A, V]`, `attention/attn_v [V]`,
    `attention/kernel [S, V]` and `bias`, `attn_output_projection/kernel [output+A, A]` and
    `bias`. Biases start at 0; `attn_w` and `attn_v` have the type of the open scope (float32),
    as in TensorFlow 1.x.

    Args:
        cell: the cell.
        attn_length: L, how many outputs are remembered, at least 1.
        attn_size: A, size of the output and of what is attended, by default that of the cell.
        attn_vec_size: V, where query and memory are compared, by default A.
        input_size: number of inputs of the cell, by default D.
        state_is_tuple: whether the state is `(h, a, m)` with m `[batch, L*A]`, or the three
            in one tensor, for a cell whose own state is one tensor.
        reuse: whether to share the variables that are already in the scope.

    Raises:
        TypeError: `cell` is not a cell.
        ValueError: its state is a tuple with `state_is_tuple=False`; `attn_length` below 1.
    """

    def __init__(
        self,
        cell: RNNCell,
        attn_length: int,
        attn_size: int | None = None,
        attn_vec_size: int | None = None,
        input_size: int | None = None,
        state_is_tuple: bool = True,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        check_cell(cell)
        if tf.nest.is_nested(cell.state_size) and not state_is_tuple:
            raise ValueError(
                "Cell returns tuple of states, but the flag state_is_tuple is "
                f"not set. State size is: {cell.state_size}"
            )
        if attn_length <= 0:
            raise ValueError(f"attn_length should be greater than zero, got {attn_length}.")
        warn_of_joined_state(self, state_is_tuple)
        self._cell = cell
        self._attn_length = as_size(attn_length)
        self._attn_size = cell.output_size if attn_size is None else as_size(attn_size)
        self._attn_vec_size = self._attn_size if attn_vec_size is None else as_size(attn_vec_size)
        self._input_size = as_size(input_size)
        self._state_is_tuple = state_is_tuple

    @property
    def state_size(self) -> Size:
        """`(the cell's, A, L*A)`, or their sum."""
        sizes = (self._cell.state_size, self._attn_size, self._attn_size * self._attn_length)
        return sizes if self._state_is_tuple else sum(sizes)

    @property
    def output_size(self) -> Size:
        """A."""
        return self._attn_size

    def call(self, inputs: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Run one step: inputs `[batch, D]` to `([batch, A], new_state)`."""
        if not self._state_is_tuple:
            sizes = [self._cell.state_size, self._attn_size, self._attn_size * self._attn_length]
            state = split_columns(state, sizes)
        cell_state, attended, memory = state
        memory = tf.reshape(memory, [-1, self._attn_length, self._attn_size])
        depth = self._input_size or inputs.shape.as_list()[1]
        inputs = linear([inputs, attended], depth, variables_first=True)
        output, cell_state = self._cell(inputs, cell_state)
        states = tf.nest.flatten(cell_state)
        attended = self._attend(states[0] if len(states) == 1 else tf.concat(states, 1), memory)
        recent = tf.slice(memory, [0, 1, 0], [-1, -1, -1])
        with tf.variable_scope("attn_output_projection"):
            output = linear([output, attended], self._attn_size, variables_first=True)
        memory = tf.concat([recent, tf.expand_dims(output, 1)], 1)
        memory = tf.reshape(memory, [-1, self._attn_length * self._attn_size])
        new_state = (cell_state, attended, memory)
        return output, new_state if self._state_is_tuple else tf.concat(new_state, 1)

    def _attend(self, cell_state, memory):
        size, vec_size = self._attn_size, self._attn_vec_size
        with tf.variable_scope("attention"):
            w = tf.get_variable("attn_w", [1, 1, size, vec_size])
            v = tf.get_variable("attn_v", [vec_size])
            memory = tf.reshape(memory, [-1, self._attn_length, 1, size])
            keys = tf.nn.conv2d(memory, w, [1, 1, 1, 1], "SAME")
            query = linear([cell_state], vec_size, variables_first=True)
            attended = attend(query, keys, memory, v)
            return tf.reshape(attended, [-1, size])
