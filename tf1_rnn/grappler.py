"""The one rewrite of graphs that must stay off: TensorFlow's remapper, which changes results.

Where TensorFlow uses oneDNN, the remapper replaces a layer normalisation written by hand by one
operation with an epsilon of its own, 0.001, in graphs that fetch no gradients: for inputs of small
variance the result is silently wrong. Without this rewrite the products keep oneDNN's kernels and
the six graphs their speed; without oneDNN these take up to twice as long (docs/benchmarks.md).
`tools/rewrites.py` searches for other rewrites that change results.
"""

import functools

import tensorflow.compat.v1 as tf


def safe_config(config=None):
    """Return a `ConfigProto` like `config`, or the default one, without the remapper.

    Args:
        config: the `ConfigProto` of a session, or None. It is not changed.
    """
    safe = tf.ConfigProto()
    if config is not None:
        safe.CopyFrom(config)
    safe.graph_options.rewrite_options.remapping = safe.graph_options.rewrite_options.OFF
    return safe


def install():
    """Leave the remapper out of every session and function of the process from now on, once.

    Every kind of session is meant, those that monitored sessions, supervisors, tf-slim and Keras
    make for themselves included: their one base class gets its configuration through
    `safe_config`. Sessions without a configuration, and functions, follow `tf.config`.
    """
    tf.config.optimizer.set_experimental_options({"remapping": False})
    (base,) = tf.Session.__bases__
    if not hasattr(base.__init__, "__wrapped__"):
        base.__init__ = _with_safe_config(base.__init__)


def _with_safe_config(initialise):
    @functools.wraps(initialise)
    def initialise_safely(self, target="", graph=None, config=None):
        if isinstance(config, tf.ConfigProto):  # for another type TensorFlow raises its own error
            config = safe_config(config)
        initialise(self, target, graph, config)

    return initialise_safely
