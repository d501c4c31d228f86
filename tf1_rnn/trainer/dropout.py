"""Dropout on what a graph's loops put out: a variant asks its `nn` for a loop, and gets it so."""

from __future__ import annotations

import types
import zlib
from typing import Any

import tensorflow.compat.v1 as tf


def with_dropout(nn: Any, keep_prob: float, seed: int) -> types.SimpleNamespace:
    """Return the loops of `nn`, with dropout on what they put out.

    It is that of `DropoutWrapper(cell, output_keep_prob=keep_prob)`: every step's output has a mask
    of its own, and the state that passes to the next step is not dropped. The masks of all steps
    are drawn outside the loop, only from the seed and the global step, so that a run that was
    resumed drops what it would have dropped. `DropoutWrapper` draws from a generator that starts
    anew with each session.

    Args:
        nn: supplies the loops.
        keep_prob: scalar tensor, the probability to keep an output.
        seed: an integer.
    """

    def dropped(outputs, name):
        own_seed = zlib.crc32(f"{seed}/dropout/{name}".encode())
        step = tf.train.get_or_create_global_step()
        noise = tf.random.stateless_uniform(tf.shape(outputs), tf.stack([own_seed, step]))
        # As TensorFlow 1 has it: at keep_prob 1 everything is kept, to the last bit.
        return outputs / keep_prob * tf.cast(noise >= 1 - keep_prob, outputs.dtype)

    def static_rnn(*args, **kwargs):
        outputs, state = nn.static_rnn(*args, **kwargs)
        return tf.unstack(dropped(tf.stack(outputs), "static"), len(outputs)), state

    def dynamic_rnn(*args, **kwargs):
        outputs, state = nn.dynamic_rnn(*args, **kwargs)
        return dropped(outputs, "dynamic"), state

    def bidirectional_dynamic_rnn(*args, **kwargs):
        (forward, backward), states = nn.bidirectional_dynamic_rnn(*args, **kwargs)
        return (dropped(forward, "forward"), dropped(backward, "backward")), states

    return types.SimpleNamespace(
        static_rnn=static_rnn,
        dynamic_rnn=dynamic_rnn,
        bidirectional_dynamic_rnn=bidirectional_dynamic_rnn,
    )
