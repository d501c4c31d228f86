"""Recurrent networks that take a whole sequence in one call, `[time, batch, depth]`."""

import abc
from typing import Any

import tensorflow.compat.v1 as tf

from ..hints import DTypeLike, Scope, State
from ..rnn_cell import RNNCell
from .block_lstm import LSTMBlockWrapper


class FusedRNNCell(abc.ABC):
    """The interface of what takes a sequence in one call, as LSTMBlockFusedCell does."""

    @abc.abstractmethod
    def __call__(
        self,
        inputs: tf.Tensor | list[tf.Tensor],
        initial_state: State = None,
        dtype: DTypeLike | None = None,
        sequence_length: tf.Tensor | None = None,
        scope: Scope | None = None,
    ) -> tuple[Any, State]:
        """Run over a sequence.

        Args:
            inputs: tensor `[time, batch, depth]`, or a list of `time` tensors `[batch, depth]`.
            initial_state: state at the first step, by default zeros of `dtype`.
            dtype: type of the zeros; needed without `initial_state`.
            sequence_length: integers `[batch]`. Past its length a sequence's output is 0, and
                its final state that of its last step.
            scope: a name or VariableScope for the variables.

        Returns:
            `(outputs, final state)`, outputs in the form of the inputs.
        """


class FusedRNNCellAdaptor(FusedRNNCell):
    """Makes a cell into a FusedRNNCell, with one of TensorFlow's loops.

    Args:
        cell: the cell.
        use_dynamic_rnn: whether the loop is `tf.nn.dynamic_rnn`, or `tf.nn.static_rnn`, which
            needs a number of steps that is known.
    """

    def __init__(self, cell: RNNCell, use_dynamic_rnn: bool = False) -> None:
        self._cell = cell
        self._use_dynamic_rnn = use_dynamic_rnn

    def __call__(
        self,
        inputs: tf.Tensor | list[tf.Tensor],
        initial_state: State = None,
        dtype: DTypeLike | None = None,
        sequence_length: tf.Tensor | None = None,
        scope: Scope | None = None,
    ) -> tuple[Any, State]:
        """Run the cell over a sequence; see FusedRNNCell."""
        is_list = isinstance(inputs, list)
        options = {
            "initial_state": initial_state,
            "dtype": dtype,
            "sequence_length": sequence_length,
            "scope": scope,
        }
        if self._use_dynamic_rnn:
            joined = tf.stack(inputs) if is_list else inputs
            outputs, state = tf.nn.dynamic_rnn(self._cell, joined, time_major=True, **options)
            return tf.unstack(outputs, num=len(inputs)) if is_list else outputs, state
        steps = inputs if is_list else tf.unstack(inputs)
        outputs, state = tf.nn.static_rnn(self._cell, steps, **options)
        return outputs if is_list else tf.stack(outputs), state


class TimeReversedFusedRNN(FusedRNNCell):
    """Runs a FusedRNNCell from the end: reverses the inputs, then the outputs.

    Args:
        cell: a FusedRNNCell, or an LSTMBlockFusedCell.
    """

    def __init__(self, cell: FusedRNNCell | LSTMBlockWrapper) -> None:
        self._cell = cell

    def __call__(
        self,
        inputs: tf.Tensor | list[tf.Tensor],
        initial_state: State = None,
        dtype: DTypeLike | None = None,
        sequence_length: tf.Tensor | None = None,
        scope: Scope | None = None,
    ) -> tuple[Any, State]:
        """Run the network over a sequence from its end; see FusedRNNCell."""
        outputs, state = self._cell(
            _reverse(inputs, sequence_length),
            initial_state=initial_state,
            dtype=dtype,
            sequence_length=sequence_length,
            scope=scope,
        )
        return _reverse(outputs, sequence_length), state


def _reverse(sequence, lengths):
    """Reverse the first axis, of each batch entry up to its length."""
    if isinstance(sequence, list):
        return sequence[::-1]
    if lengths is None:
        return tf.reverse(sequence, [0])
    return tf.reverse_sequence(sequence, lengths, seq_axis=0, batch_axis=1)
