"""The tutorial's commented-out alternatives: its static sections run dynamically, and back.

A variant asks its `nn` for one loop; `as_static(nn)` and `as_dynamic(nn)` answer with the other,
with the same variables under the same names, so that a checkpoint fits both.
"""

from __future__ import annotations

import types
from typing import Any

import tensorflow.compat.v1 as tf

from tf1_rnn.errors import RunError
from tf1_rnn.graphs import GRAPHS


def of(cell: str, rnn: str, fast: bool = False) -> Any:
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


def as_static(nn: Any) -> types.SimpleNamespace:
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
        outputs, state_fw, state_bw = tf.nn.static_bidirectional_rnn(
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


def as_dynamic(nn: Any) -> types.SimpleNamespace:
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
