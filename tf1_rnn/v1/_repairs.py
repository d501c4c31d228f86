"""Changes that the v1 API makes inside TensorFlow, without effect on results.

Shapes accept floats without a fraction, as 1.15.5's did; pickles find the v1 API's LSTMStateTuple;
an error message says what to do. Private parts of TensorFlow that a version lacks are skipped.
"""

import functools
import importlib

import numpy as np
import tensorflow.compat.v1 as tf

from ..cells import LSTMStateTuple

SECOND_GRADIENT = (
    "Second-order gradient for while loops not supported. The loops of TensorFlow 1 have a first "
    "gradient only: call tf.enable_control_flow_v2() before building the graph."
)


def install():
    """Make all changes, once."""
    _take_whole_floats()
    _explain_second_gradients()
    _load_pickled_states()


def _take_whole_floats():
    """Accept a dimension as a float or a text, `64 / 4` or "16", as in Python 2's scripts."""
    original = tf.Dimension.__init__
    if hasattr(original, "__wrapped__"):
        return

    @functools.wraps(original)
    def init(self, value):
        if isinstance(value, float | np.floating | str):
            whole = int(value)
            if not isinstance(value, str) and whole != value:
                raise ValueError(f"Ambiguous dimension: {value}. Give a whole number.")
            value = whole
        original(self, value)

    tf.Dimension.__init__ = init


def _explain_second_gradients():
    """Let the error of a loop's second gradient say how to compute it."""
    try:
        registry = importlib.import_module("tensorflow.python.framework.ops").gradient_registry
        entry = registry._registry["Exit"]
        gradient = entry["type"]
    except (ImportError, AttributeError, KeyError, TypeError):
        return
    if hasattr(gradient, "__wrapped__"):
        return

    @functools.wraps(gradient)
    def explained(op, *grads):
        try:
            return gradient(op, *grads)
        except TypeError as error:
            if "Second-order" not in str(error):
                raise
            raise TypeError(SECOND_GRADIENT) from None

    entry["type"] = explained


def _load_pickled_states():
    """Put LSTMStateTuple where pickles of TensorFlow 1 look for it."""
    try:
        module = importlib.import_module("tensorflow.python.ops.rnn_cell_impl")
    except ImportError:
        return
    module.LSTMStateTuple = LSTMStateTuple
