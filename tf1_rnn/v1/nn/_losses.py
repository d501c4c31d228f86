"""Losses of logits that take their arguments by name only.

Before TensorFlow 1.0 the logits came first. 1.15.5 refused arguments by position; TensorFlow now
takes them, labels first, so that an old call would compute another number without a word.
"""

import functools

import tensorflow.compat.v1 as tf


def _by_name(function):
    """Return a loss that refuses arguments by position."""

    @functools.wraps(function)
    def loss(_sentinel=None, labels=None, logits=None, **options):
        if _sentinel is not None:
            raise ValueError(
                f"Only call `{function.__name__}` with named arguments (labels=..., logits=..., "
                "...). Before TensorFlow 1.0 the logits came first: say which is which."
            )
        return function(labels=labels, logits=logits, **options)

    return loss


sigmoid_cross_entropy_with_logits = _by_name(tf.nn.sigmoid_cross_entropy_with_logits)
softmax_cross_entropy_with_logits = _by_name(tf.nn.softmax_cross_entropy_with_logits)
sparse_softmax_cross_entropy_with_logits = _by_name(tf.nn.sparse_softmax_cross_entropy_with_logits)
