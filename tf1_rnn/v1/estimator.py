"""`tf.estimator` of TensorFlow 1.x: its ModeKeys, which many models use without an estimator.

TensorFlow removed the estimators themselves in 2.16.
"""

from . import _lazy


class ModeKeys:
    """The modes of a model function."""

    TRAIN = "train"
    EVAL = "eval"
    PREDICT = "infer"


_lazy.forward(__name__)
