"""The document's commented-out alternatives: its static sections run dynamically, and back.

A variant asks its `nn` for one loop; `as_static(nn)` and `as_dynamic(nn)` answer with the other,
with the same variables under the same names, so that a checkpoint fits both.
"""

import types

import tensorflow.compat.v1 as tf

from tf1_rnn.errors import RunError
from tf1_rnn.graphs import GRAPHS


def of(cell, rnn, fast=False):
    """Return what supplies a graph's loops: TensorFlow or the fast path, perhaps the other way.

    Args:
        cell: a name in `GRAPHS`.
        rnn: the loop that is asked for, "static" or "dynamic".
        fast: whether `tf1_rnn.fast` is asked for.

    Raises:
        RunError: the fast path cannot be loaded.
    """
    nn = tf.nn
    if fast:
        try:
            from tf1_rnn import fast as nn
        except ImportError as error:
            raise RunError(
                f"--fast: tf1_rnn.fast cannot be loaded ({error}); leave --fast out"
            ) from None
    if rnn == GRAPHS[cell].options["rnn"]:
        return nn
    return as_static(nn) if rnn == "static" else as_dynamic(nn)


def as_static(nn):
    """Return the loops of `nn`, with every loop over a sequence unrolled step by step."""

    def dynamic_rnn(
        cell, inputs, sequence_length=None, initial_state=None, dtype=None, time_major=False
    ):
        time_axis = 0 if time_major else 1
        outputs, state = nn.static_rnn(
            cell,
            tf.unstack(inputs, axis=time_axis),
            initial_state=initial_state,
            dtype=dtype,
            sequence_length=sequence_length,
        )
        return tf.stack(outputs, time_axis), state

    def bidirectional_dynamic_rnn(
        cell_fw,
        cell_bw,
        inputs,
        sequence_length=None,
        initial_state_fw=None,
        initial_state_bw=None,
        dtype=None,
        time_major=False,
    ):
        time_axis = 0 if time_major else 1
        outputs, state_fw, state_bw = _both_ways(nn)(
            cell_fw,
            cell_bw,
            tf.unstack(inputs, axis=time_axis),
            initial_state_fw,
            initial_state_bw,
            dtype=dtype,
            sequence_length=sequence_length,
        )
        sizes = [cell_fw.output_size, cell_bw.output_size]
        return tf.split(tf.stack(outputs, time_axis), sizes, axis=2), (state_fw, state_bw)

    return types.SimpleNamespace(
        static_rnn=nn.static_rnn,
        dynamic_rnn=dynamic_rnn,
        bidirectional_dynamic_rnn=bidirectional_dynamic_rnn,
    )


def _both_ways(nn):
    return getattr(nn, "static_bidirectional_rnn", tf.nn.static_bidirectional_rnn)


def as_dynamic(nn):
    """Return the loops of `nn`, with `static_rnn` run as a loop in the graph."""

    def static_rnn(cell, inputs, initial_state=None, dtype=None, sequence_length=None):
        outputs, state = nn.dynamic_rnn(
            cell,
            tf.stack(inputs),
            initial_state=initial_state,
            dtype=dtype,
            sequence_length=sequence_length,
            time_major=True,
        )
        return tf.unstack(outputs, len(inputs)), state

    return types.SimpleNamespace(
        static_rnn=static_rnn,
        dynamic_rnn=nn.dynamic_rnn,
        bidirectional_dynamic_rnn=nn.bidirectional_dynamic_rnn,
    )


def as_unrolled(nn):
    """Return the loops of `nn`, every step unrolled and no step behind a condition.

    `tf.nn.static_rnn` asks at each step whether any sequence goes on, which formats without
    conditions cannot hold. Here every step is computed, and what lies past a sequence's end is
    replaced: the numbers are the same.
    """

    def static_rnn(cell, inputs, initial_state=None, dtype=None, sequence_length=None, scope=None):
        if sequence_length is not None:
            cell = _Masked(cell, sequence_length)
        return tf.nn.static_rnn(cell, inputs, initial_state, dtype, scope=scope)

    def static_bidirectional_rnn(
        cell_fw, cell_bw, inputs, initial_state_fw, initial_state_bw, dtype, sequence_length
    ):
        def backwards(steps):
            if sequence_length is None:
                return steps[::-1]
            return tf.unstack(
                tf.reverse_sequence(tf.stack(steps), sequence_length, 0, batch_axis=1)
            )

        with tf.variable_scope("bidirectional_rnn"):
            fw, state_fw = static_rnn(
                cell_fw, inputs, initial_state_fw, dtype, sequence_length, "fw"
            )
            bw, state_bw = static_rnn(
                cell_bw, backwards(inputs), initial_state_bw, dtype, sequence_length, "bw"
            )
        outputs = [tf.concat(step, 1) for step in zip(fw, backwards(bw), strict=True)]
        return outputs, state_fw, state_bw

    return as_static(
        types.SimpleNamespace(
            static_rnn=static_rnn, static_bidirectional_rnn=static_bidirectional_rnn
        )
    )


class _Masked:
    """A cell that is called once a step, and keeps its state past a sequence's end."""

    def __init__(self, cell, sequence_length):
        self._cell, self._lengths, self._steps = cell, sequence_length, 0
        self.state_size, self.output_size = cell.state_size, cell.output_size
        self.zero_state = cell.zero_state

    def __call__(self, inputs, state, scope=None):
        outputs, new_state = self._cell(inputs, state)
        is_inside, self._steps = self._steps < self._lengths, self._steps + 1

        def kept(new, old):
            by_row = tf.reshape(is_inside, [-1] + [1] * (new.shape.rank - 1))
            return tf.where_v2(by_row, new, old)

        # As the loops of TensorFlow do: zeros come out, and the state stays.
        return kept(outputs, tf.zeros_like(outputs)), tf.nest.map_structure(kept, new_state, state)
