"""`tensorflow.models`, where the recurrent networks were before TensorFlow 0.8."""

from . import models_rnn as rnn

__all__ = ["rnn"]
