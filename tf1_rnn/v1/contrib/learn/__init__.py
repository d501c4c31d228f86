"""`tf.contrib.learn` of TensorFlow 1.x: its data sets, its text preprocessing, its ModeKeys.

Its estimators went with `tf.estimator`, which TensorFlow removed in 2.16.
"""

import types

from ...lazy import own_modules, submodule_or


class ModeKeys:
    """The modes of a model function; unlike `tf.estimator`'s, the last one is "infer"."""

    TRAIN = "train"
    EVAL = "eval"
    INFER = "infer"


__getattr__ = submodule_or(__name__, types.SimpleNamespace())


def __dir__():
    return [*own_modules("contrib.learn"), "ModeKeys"]
