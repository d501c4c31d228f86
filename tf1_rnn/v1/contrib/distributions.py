"""`tf.contrib.distributions` of TensorFlow 1.x, which TensorFlow Probability carries on.

Without that library, the names are those of `tf.distributions`. The two are never mixed: a
mixture accepts only components of its own library.
"""

import importlib

import tensorflow.compat.v1 as _tf

from .. import _lazy


class _Distributions:
    """The names of TensorFlow Probability, or of `tf.distributions`."""

    def __getattr__(self, name):
        try:
            probability = importlib.import_module("tensorflow_probability")
        except ImportError:  # also if it requires another TensorFlow
            return getattr(_tf.distributions, name)
        if name == "bijectors":
            return probability.bijectors
        for place in (probability.distributions, probability.math, probability.stats):
            if hasattr(place, name):
                return getattr(place, name)
        raise AttributeError(name)


_lazy.forward(__name__, _Distributions())
