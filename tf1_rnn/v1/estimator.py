"""`tf.estimator` of TensorFlow 1.x: its ModeKeys, which many models use without an estimator.

TensorFlow removed the estimators themselves in 2.16.
"""

import types

from .lazy import submodule_or


class ModeKeys:
    """The modes of a model function."""

    TRAIN = "train"
    EVAL = "eval"
    PREDICT = "infer"


__getattr__ = submodule_or(__name__, types.SimpleNamespace())


def __dir__():
    return ["ModeKeys"]
