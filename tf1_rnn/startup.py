"""Imports TensorFlow in two thirds of the time: without Keras. Runs under Python 3.7 too."""

import contextlib
import sys

# What TensorFlow imports last of all, if it can; `tf.keras` imports itself at its first use anyway.
_EAGER = ("keras.src.optimizers", "tf_keras.src.optimizers")


@contextlib.contextmanager
def without_keras():
    """Let TensorFlow, where the block imports it first, leave Keras until someone uses it.

    After the block Keras can be imported as always.
    """
    held = [] if "tensorflow" in sys.modules else [n for n in _EAGER if n not in sys.modules]
    sys.modules.update(dict.fromkeys(held))  # Python refuses to import what is None there
    try:
        yield
    finally:
        for name in held:
            if name in sys.modules and sys.modules[name] is None:
                del sys.modules[name]
