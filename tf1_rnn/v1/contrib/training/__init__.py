"""`tf.contrib.training` of TensorFlow 1.x: `HParams`, and batches of sequences of like lengths.

What it had to train and evaluate is carried on by tf-slim, which is loaded when asked for.
"""

from ...lazy import submodule_or
from ...private import slim as _slim
from .bucketing import bucket, bucket_by_sequence_length  # noqa: F401
from .hparams import HParams, parse_values  # noqa: F401


class _Slim:
    """tf-slim's functions of the same names, once one of them is asked for."""

    def __getattr__(self, name):
        if name not in _OF_SLIM:
            raise AttributeError(name)
        slim = _slim.load(f"contrib.training.{name}")
        return getattr(slim.training if hasattr(slim.training, name) else slim.evaluation, name)


_OWN = ("HParams", "bucket", "bucket_by_sequence_length", "parse_values")
_OF_SLIM = (
    "StopAfterNEvalsHook",
    "SummaryAtEndHook",
    "add_gradients_summaries",
    "checkpoints_iterator",
    "clip_gradient_norms",
    "clip_gradient_norms_fn",
    "create_train_op",
    "evaluate_once",
    "evaluate_repeatedly",
    "get_or_create_eval_step",
    "multiply_gradients",
    "train",
    "wait_for_new_checkpoint",
)
__getattr__ = submodule_or(__name__, _Slim())


def __dir__():
    return sorted([*_OWN, *_OF_SLIM])
