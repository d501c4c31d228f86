"""`tf.contrib` of TensorFlow 1.x, as far as recurrent networks need it."""

import importlib
import importlib.util


def __getattr__(name):
    if not name.startswith("_") and importlib.util.find_spec(f"{__name__}.{name}"):
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"tf.contrib.{name} of TensorFlow 1.x is not carried on here.")
