"""`tf.estimator` of TensorFlow 1.x, as far as it trains model functions.

`Estimator` trains, evaluates, predicts and exports the model that a function describes, in
`tf.train.MonitoredTrainingSession`s and with the checkpoints of TensorFlow 1, which removed it in
2.16. The canned estimators (`DNNClassifier`, ...) are not here, but for the recurrent ones in
`contrib.estimator`.
"""

import types as _types

import tensorflow.compat.v1 as _tf

from ..lazy import submodule_or as _submodule_or
from . import experimental, export, inputs
from ._extending import add_metrics
from .estimator import Estimator
from .exporter import BestExporter, Exporter, FinalExporter, LatestExporter
from .run_config import RunConfig
from .spec import EstimatorSpec, ModeKeys
from .training import EvalSpec, TrainSpec, train_and_evaluate
from .warm_start import WarmStartSettings

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

__all__ = [
    "BestExporter",
    "CheckpointSaverHook",
    "CheckpointSaverListener",
    "Estimator",
    "EstimatorSpec",
    "EvalSpec",
    "Exporter",
    "FeedFnHook",
    "FinalExporter",
    "FinalOpsHook",
    "GlobalStepWaiterHook",
    "LatestExporter",
    "LoggingTensorHook",
    "ModeKeys",
    "NanLossDuringTrainingError",
    "NanTensorHook",
    "ProfilerHook",
    "RunConfig",
    "SecondOrStepTimer",
    "SessionRunArgs",
    "SessionRunContext",
    "SessionRunHook",
    "SessionRunValues",
    "StepCounterHook",
    "StopAtStepHook",
    "SummarySaverHook",
    "TrainSpec",
    "VocabInfo",
    "WarmStartSettings",
    "add_metrics",
    "experimental",
    "export",
    "inputs",
    "train_and_evaluate",
]

__getattr__ = _submodule_or(__name__, _types.SimpleNamespace())


def __dir__():
    return __all__
