"""`ModeKeys`, `ModelFnOps` and `MetricSpec`: what a model function of contrib.learn uses."""

import collections
import inspect

import tensorflow.compat.v1 as tf

from ...estimator import EstimatorSpec
from ...estimator.export import PredictOutput


class ModeKeys:
    """The modes of a model function; unlike `tf.estimator`'s, the last one is "infer"."""

    TRAIN = "train"
    EVAL = "eval"
    INFER = "infer"

    @classmethod
    def validate(cls, key):
        """Raise ValueError where `key` is no mode."""
        if key not in (cls.TRAIN, cls.EVAL, cls.INFER):
            raise ValueError(f"Invalid mode {key}.")


_FIELDS = """predictions loss train_op eval_metric_ops output_alternatives training_chief_hooks
training_hooks scaffold mode"""


class ModelFnOps(collections.namedtuple("ModelFnOps", _FIELDS)):
    """The operations of a model in one mode; the older `EstimatorSpec`.

    Args:
        mode: one of `ModeKeys`.
        predictions: a tensor or a dict of tensors.
        loss: a scalar tensor.
        train_op: the operation that takes one training step.
        eval_metric_ops: a dict of pairs `(value, update_op)`.
        output_alternatives: not used; the signatures of a SavedModel are made of `predictions`.
        training_chief_hooks: list of `tf.train.SessionRunHook`, for the chief.
        training_hooks: list of `tf.train.SessionRunHook`.
        scaffold: a `tf.train.Scaffold`.
    """

    __slots__ = ()

    def __new__(
        cls,
        mode,
        predictions=None,
        loss=None,
        train_op=None,
        eval_metric_ops=None,
        output_alternatives=None,
        training_chief_hooks=None,
        training_hooks=None,
        scaffold=None,
    ):
        """Check that the mode has what it needs, and convert it to tensors."""
        ModeKeys.validate(mode)
        if train_op is None and mode == ModeKeys.TRAIN:
            raise ValueError("Missing train_op.")
        if loss is None and mode in (ModeKeys.TRAIN, ModeKeys.EVAL):
            raise ValueError("Missing loss.")
        if predictions is None and mode in (ModeKeys.INFER, ModeKeys.EVAL):
            raise ValueError("Missing predictions.")
        if not isinstance(eval_metric_ops or {}, dict):
            raise ValueError("eval_metric_ops must be a dict.")
        return super().__new__(
            cls,
            predictions=_as_tensors(predictions),
            loss=_as_scalar(loss),
            train_op=_as_operation(train_op),
            eval_metric_ops=eval_metric_ops or {},
            output_alternatives=output_alternatives,
            training_chief_hooks=training_chief_hooks or [],
            training_hooks=training_hooks or [],
            scaffold=scaffold,
            mode=mode,
        )

    def estimator_spec(self, default_serving_output_alternative_key=None):
        """Return the `EstimatorSpec` of the same operations.

        Args:
            default_serving_output_alternative_key: not used.
        """
        outputs = (
            {"serving_default": PredictOutput(self.predictions)}
            if (self.mode == ModeKeys.INFER)
            else None
        )
        return EstimatorSpec(
            self.mode,
            predictions=self.predictions,
            loss=self.loss,
            train_op=self.train_op,
            eval_metric_ops=self.eval_metric_ops,
            export_outputs=outputs,
            training_chief_hooks=self.training_chief_hooks,
            training_hooks=self.training_hooks,
            scaffold=self.scaffold,
        )


def _as_tensors(predictions):
    if isinstance(predictions, dict):
        return {name: _as_tensors(each) for name, each in predictions.items()}
    if predictions is None:
        return None
    return tf.convert_to_tensor_or_sparse_tensor(predictions)


def _as_scalar(loss):
    if loss is None:
        return None
    loss = tf.convert_to_tensor(loss)
    if loss.shape.num_elements() not in (None, 1):
        raise ValueError(f"Loss must be scalar: {loss}.")
    return tf.reshape(loss, []) if loss.shape.rank else loss


def _as_operation(train_op):
    if train_op is None or isinstance(train_op, tf.Operation):
        return train_op
    return tf.convert_to_tensor(train_op).op


class MetricSpec:
    """A metric of some of the predictions and labels.

    Args:
        metric_fn: a function of predictions, labels and, where `weight_key` is given, weights.
        prediction_key: name in the dict of predictions; None if they are no dict, or one tensor.
        label_key: name in the dict of labels; None if they are no dict, or one tensor.
        weight_key: name of the weights among the features; None for no weights.
    """

    def __init__(self, metric_fn, prediction_key=None, label_key=None, weight_key=None):
        self._metric_fn = metric_fn
        self._prediction_key, self._label_key = prediction_key, label_key
        self._weight_key = weight_key

    metric_fn = property(lambda self: self._metric_fn)
    prediction_key = property(lambda self: self._prediction_key)
    label_key = property(lambda self: self._label_key)
    weight_key = property(lambda self: self._weight_key)

    def create_metric_ops(self, inputs, labels, predictions):
        """Return the pair of value and update of the metric.

        Args:
            inputs: the features, a dict of tensors.
            labels: a tensor, or a dict of tensors.
            predictions: a tensor, or a dict of tensors.
        """
        values = {
            "predictions": _one(predictions, self._prediction_key, "prediction"),
            "labels": _one(labels, self._label_key, "label"),
        }
        if self._weight_key is not None:
            values["weights"] = inputs[self._weight_key]
        names = list(inspect.signature(self._metric_fn).parameters)
        targets = next((each for each in ("targets", "target") if each in names), None)
        if targets:
            values[targets] = values.pop("labels")
        if {"predictions", targets or "labels"} <= set(names):
            return self._metric_fn(**values)
        return self._metric_fn(*values.values())


def _one(tensors, key, kind):
    if not isinstance(tensors, dict):
        if key is not None:
            raise ValueError(f"{kind}_key {key!r} was given, but the {kind}s are no dict.")
        return tensors
    if key is None and len(tensors) == 1:
        return next(iter(tensors.values()))
    if key not in tensors:
        raise ValueError(
            f"{kind}_key is {key!r}, but the {kind}s are {sorted(tensors)}: name one of them."
        )
    return tensors[key]


def metric_ops(metrics, features, labels, predictions):
    """Return the metrics requested for an evaluation, pairs by name.

    Args:
        metrics: a dict from names to `MetricSpec`s or to functions of predictions and labels.
        features: a dict of tensors.
        labels: a tensor, or a dict of tensors.
        predictions: a tensor, or a dict of tensors.
    """
    made = {}
    for name, metric in (metrics or {}).items():
        if isinstance(name, tuple):  # once a metric was named together with its prediction
            name, metric = name[0], MetricSpec(metric, prediction_key=name[1])
        if not isinstance(metric, MetricSpec):
            metric = MetricSpec(metric)
        pair = metric.create_metric_ops(features, labels, predictions)
        made[name] = pair if isinstance(pair, tuple) else (pair, tf.no_op())
    return made
