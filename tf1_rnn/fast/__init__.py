"""TensorFlow's loops, faster, with the same variables, checkpoints and numbers."""

from .loops import bidirectional_dynamic_rnn, dynamic_rnn, static_rnn

__all__ = ["bidirectional_dynamic_rnn", "dynamic_rnn", "static_rnn"]
