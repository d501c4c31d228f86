"""`tf.contrib.learn` of TensorFlow 1.x: its older estimator, data sets, text preprocessing.

`Estimator`, `SKCompat`, `Experiment` and `learn_runner` are built on `tf.estimator`; the canned
estimators are not supported.
"""

import tensorflow.compat.v1 as _tf

from ... import _lazy
from ._estimator import Estimator, SKCompat  # noqa: F401
from ._experiment import Experiment  # noqa: F401
from ._model_fn import MetricSpec, ModeKeys, ModelFnOps  # noqa: F401
from ._run_config import RunConfig, TaskType  # noqa: F401
from .utils import (  # noqa: F401
    ExportStrategy,
    InputFnOps,
    build_parsing_serving_input_fn,
    make_export_strategy,
)

NanLossDuringTrainingError = _tf.train.NanLossDuringTrainingError


class PredictionKey:
    """Names of predictions, those of the canned estimators."""

    CLASSES = "classes"
    PROBABILITIES = "probabilities"
    LOGITS = "logits"
    LOGISTIC = "logistic"
    SCORES = "scores"
    TOP_K = "top_k"
    GENERIC = "output"


class ProblemType:
    """Kinds of models."""

    UNSPECIFIED = 0
    CLASSIFICATION = 1
    LINEAR_REGRESSION = 2
    LOGISTIC_REGRESSION = 3


class NotFittedError(ValueError, AttributeError):
    """An estimator is used before it is trained."""


def no_op_train_fn(loss):
    """Return an operation that does nothing, for a model that is not trained."""
    del loss
    return _tf.no_op()


def infer(restore_checkpoint_path, output_dict, feed_dict=None):
    """Run tensors once, in a session of their own, and return a dict of values.

    Args:
        restore_checkpoint_path: checkpoint of the variables' values, by default their initial ones.
        output_dict: dict from names to tensors.
        feed_dict: dict from tensors to values.
    """
    return run_n(output_dict, feed_dict, restore_checkpoint_path)[0]


def run_n(output_dict, feed_dict=None, restore_checkpoint_path=None, n=1):
    """Run tensors several times, in a session of their own; return `n` dicts of values.

    Args:
        output_dict: dict from names to tensors.
        feed_dict: dict from tensors to values, for all runs.
        restore_checkpoint_path: checkpoint of the variables' values, by default their initial ones.
        n: how many times to run.
    """
    graph = next(leaf for leaf in _tf.nest.flatten(output_dict) if hasattr(leaf, "graph")).graph
    with graph.as_default(), _tf.Session() as session:
        if restore_checkpoint_path:
            _tf.train.Saver().restore(session, restore_checkpoint_path)
        else:
            session.run(_tf.global_variables_initializer())
        session.run([_tf.local_variables_initializer(), _tf.tables_initializer()])
        return [session.run(output_dict, feed_dict) for _ in range(n)]


_lazy.forward(__name__)
