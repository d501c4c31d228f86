"""A cell whose operations XLA compiles together."""

import tensorflow.compat.v1 as tf

from ..rnn_cell import RNNCell


def _is_stateless(node_def):
    return not tf.get_default_graph().op_def_for_type(node_def.op).is_stateful


class CompiledWrapper(RNNCell):
    """Marks the operations of a cell for XLA, each call as one cluster.

    Args:
        cell: the cell. Its variables keep the names they would have without the wrapper.
        compile_stateful: whether operations with a state, such as variables and random numbers,
            are compiled too.
    """

    def __init__(self, cell, compile_stateful=False):
        super().__init__()
        self._cell = cell
        self._compile_stateful = compile_stateful

    @property
    def state_size(self):
        """That of the wrapped cell."""
        return self._cell.state_size

    @property
    def output_size(self):
        """That of the wrapped cell."""
        return self._cell.output_size

    def zero_state(self, batch_size, dtype):
        """Returns the zero state of the wrapped cell."""
        with tf.name_scope(type(self).__name__ + "ZeroState"):
            return self._cell.zero_state(batch_size, dtype)

    def __call__(self, inputs, state, scope=None):
        """Runs one time step of the wrapped cell in an XLA scope; see RNNCell."""
        compiled = True if self._compile_stateful else _is_stateless
        with tf.xla.experimental.jit_scope(compile_ops=compiled):
            return self._cell(inputs, state, scope=scope)
