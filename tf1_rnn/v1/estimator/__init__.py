"""`tf.estimator` of TensorFlow 1.x, as far as it trains model functions.

`Estimator` trains, evaluates, predicts and exports the model that a function describes, in
`tf.train.MonitoredTrainingSession`s and with the checkpoints of TensorFlow 1, which removed it in
2.16. The canned estimators (`DNNClassifier`, ...) are not supported, except for the recurrent
ones in `contrib.estimator`.
"""

import tensorflow.compat.v1 as _tf

from .. import _lazy
from . import experimental, export, inputs  # noqa: F401
from ._estimator import Estimator  # noqa: F401
from ._exporter import BestExporter, Exporter, FinalExporter, LatestExporter  # noqa: F401
from ._extending import add_metrics  # noqa: F401
from ._run_config import RunConfig  # noqa: F401
from ._spec import EstimatorSpec, ModeKeys  # noqa: F401
from ._train_and_evaluate import EvalSpec, TrainSpec, train_and_evaluate  # noqa: F401
from ._warm_start import WarmStartSettings  # noqa: F401

CheckpointSaverHook = _tf.train.CheckpointSaverHook
CheckpointSaverListener = _tf.train.CheckpointSaverListener
FeedFnHook = _tf.train.FeedFnHook
FinalOpsHook = _tf.train.FinalOpsHook
GlobalStepWaiterHook = _tf.train.GlobalStepWaiterHook
LoggingTensorHook = _tf.train.LoggingTensorHook
NanLossDuringTrainingError = _tf.train.NanLossDuringTrainingError
NanTensorHook = _tf.train.NanTensorHook
ProfilerHook = _tf.train.ProfilerHook
SecondOrStepTimer = _tf.train.SecondOrStepTimer
SessionRunArgs = _tf.train.SessionRunArgs
SessionRunContext = _tf.train.SessionRunContext
SessionRunHook = _tf.train.SessionRunHook
SessionRunValues = _tf.train.SessionRunValues
StepCounterHook = _tf.train.StepCounterHook
StopAtStepHook = _tf.train.StopAtStepHook
SummarySaverHook = _tf.train.SummarySaverHook
VocabInfo = _tf.train.VocabInfo

_lazy.forward(__name__)
