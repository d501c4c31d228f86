"""tf-slim, which carries `contrib.layers`, `contrib.slim` and `contrib.framework` on.

tf-slim 1.1.0 looks in private places of TensorFlow for what TensorFlow has since moved: classes
in `tensorflow.python.framework.ops`, batch normalisation in `tensorflow.python.layers`. tf-slim's
own modules, and no others, get a view of these places as they were.
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
    from . import framework_ops, slim_normalization

    views = {
        "ops": ("tensorflow.python.framework.ops", framework_ops),
        "normalization_layers": ("tensorflow.python.layers.normalization", slim_normalization),
    }
    for name, module in list(sys.modules.items()):
        for attribute, (original, view) in views.items():
            if name.startswith("tf_slim.") and vars(module).get(attribute) is sys.modules[original]:
                setattr(module, attribute, view)
    return slim


def package(name):
    """Return a subpackage of tf_slim, which hides some behind modules of the same name."""
    return sys.modules[f"tf_slim.{name}"]
