"""A cell whose operations XLA compiles together."""

from typing import Any

import tensorflow.compat.v1 as tf

from ..hints import Scope, State
from ..rnn_cell import RNNCell
from ..wrappers import Wrapper


def _is_stateless(node_def):
    return not tf.get_default_graph().op_def_for_type(node_def.op).is_stateful


class CompiledWrapper(Wrapper):
    """Marks the operations of a cell for XLA, each call as one cluster.

    Args:
        cell: the cell. Its variables keep the names they would have without the wrapper.
        compile_stateful: whether operations with a state, such as variables and random numbers,
            are compiled too.
    """

    def __init__(self, cell: RNNCell, compile_stateful: bool = False) -> None:
        super().__init__()
        self._cell = cell
        self._compile_stateful = compile_stateful

    def __call__(self, inputs: Any, state: State, scope: Scope | None = None) -> tuple[Any, State]:
        """Run one time step of the wrapped cell in an XLA scope; see RNNCell."""
        compiled = True if self._compile_stateful else _is_stateless
        with tf.xla.experimental.jit_scope(compile_ops=compiled):
            return self._cell(inputs, state, scope=scope)
