"""`tf.contrib.learn` of TensorFlow 1.x: its older estimator, data sets, text preprocessing.

`Estimator`, `SKCompat`, `Experiment` and `learn_runner` are built on `tf.estimator`; the canned
estimators are not supported.
"""

import collections as _collections

import tensorflow.compat.v1 as _tf

from ... import _lazy
from ._estimator import Estimator, SKCompat  # noqa: F401
from ._experiment import Experiment  # noqa: F401
from ._model_fn import MetricSpec, ModeKeys, ModelFnOps  # noqa: F401
from ._run_config import RunConfig  # noqa: F401

InputFnOps = _collections.namedtuple("InputFnOps", "features labels default_inputs")
NanLossDuringTrainingError = _tf.train.NanLossDuringTrainingError


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
