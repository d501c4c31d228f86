"""tf-slim, which carries `contrib.layers`, `contrib.slim` and `contrib.framework` on.

tf-slim 1.1.0 still asks `tensorflow.python.framework.ops` for the class `Tensor`, which
TensorFlow has moved; tf-slim's own modules, and no others, get a view of `ops` that has it.
"""

import importlib
import sys

from ..missing import needs_extra


def load(dotted):
    """Return the package tf_slim, repaired; `dotted` is what asks for it, for the message."""
    try:
        slim = importlib.import_module("tf_slim")
    except ModuleNotFoundError as error:
        if error.name != "tf_slim":
            raise
        raise needs_extra(dotted, "tf-slim") from None
    from . import framework_ops

    original = sys.modules["tensorflow.python.framework.ops"]
    for name, module in list(sys.modules.items()):
        if name.startswith("tf_slim.") and vars(module).get("ops") is original:
            module.ops = framework_ops
    return slim


def package(name):
    """Return a subpackage of tf_slim, which hides some behind modules of the same name."""
    return sys.modules[f"tf_slim.{name}"]
