"""The mode and the result of a model function: `ModeKeys` and `EstimatorSpec`."""

import collections

import tensorflow.compat.v1 as tf

from .export import ExportOutput, PredictOutput


class ModeKeys:
    """The modes of a model function."""

    TRAIN = "train"
    EVAL = "eval"
    PREDICT = "infer"


_FIELDS = """mode predictions loss train_op eval_metric_ops export_outputs training_chief_hooks
training_hooks scaffold evaluation_hooks prediction_hooks"""


class EstimatorSpec(collections.namedtuple("EstimatorSpec", _FIELDS)):
    """The operations of a model in one mode, which a model function returns.

    Args:
        mode: one of `ModeKeys`.
        predictions: a tensor or a dict of tensors.
        loss: a scalar tensor, or one of one element.
        train_op: the operation that takes one training step.
        eval_metric_ops: a dict of pairs `(value, update_op)`, as `tf.metrics` returns them.
        export_outputs: a dict of `tf.estimator.export` outputs, the signatures of a SavedModel.
        training_chief_hooks: iterable of `tf.train.SessionRunHook`, for the chief's training.
        training_hooks: the same for the training of every worker.
        evaluation_hooks: the same for evaluation.
        prediction_hooks: the same for prediction.
        scaffold: a `tf.train.Scaffold`.

    Raises:
        ValueError: something that the mode needs is missing, or the loss is not a scalar.
        TypeError: something has another type.
    """

    __slots__ = ()

    def __new__(
        cls,
        mode,
        predictions=None,
        loss=None,
        train_op=None,
        eval_metric_ops=None,
        export_outputs=None,
        training_chief_hooks=None,
        training_hooks=None,
        scaffold=None,
        evaluation_hooks=None,
        prediction_hooks=None,
    ):
        """Check the fields."""
        train_op = _checked_train_op(train_op, mode)
        loss = _checked_loss(loss, mode)
        predictions = _checked_predictions(predictions, mode)
        export_outputs = _checked_outputs(export_outputs, predictions, mode)
        hooks = [
            _checked_hooks(each)
            for each in (training_hooks, training_chief_hooks, evaluation_hooks, prediction_hooks)
        ]
        eval_metric_ops = _checked_metrics(eval_metric_ops)
        scaffold = scaffold or tf.train.Scaffold()
        if not isinstance(scaffold, tf.train.Scaffold):
            raise TypeError(f"scaffold must be tf.train.Scaffold. Given: {scaffold}")
        return super().__new__(
            cls,
            mode=mode,
            predictions=predictions,
            loss=loss,
            train_op=train_op,
            eval_metric_ops=eval_metric_ops,
            export_outputs=export_outputs,
            training_hooks=hooks[0],
            training_chief_hooks=hooks[1],
            evaluation_hooks=hooks[2],
            prediction_hooks=hooks[3],
            scaffold=scaffold,
        )

    def _replace(self, **changes):
        """Return a copy with other values, checked again; the mode stays.

        Raises:
            ValueError: `mode` is among the changes, and another one.
        """
        mode = changes.pop("mode", self.mode)
        if mode != self.mode:
            raise ValueError("mode of EstimatorSpec cannot be changed.")
        return type(self)(**{**self._asdict(), **changes})


def _checked_train_op(train_op, mode):
    if train_op is None:
        if mode == ModeKeys.TRAIN:
            raise ValueError("Missing train_op.")
        return None
    if isinstance(train_op, tf.Variable):
        train_op = train_op.op
    _check_is_of_graph(train_op, "train_op", (tf.Tensor, tf.Operation), "Operation or Tensor")
    return train_op


def _checked_loss(loss, mode):
    if loss is None:
        if mode in (ModeKeys.TRAIN, ModeKeys.EVAL):
            raise ValueError("Missing loss.")
        return None
    _check_is_of_graph(loss, "loss")
    if loss.shape.num_elements() not in (None, 1):
        raise ValueError(f"Loss must be scalar, given: {loss}")
    return loss if loss.shape.is_compatible_with([]) else tf.reshape(loss, [])


def _checked_predictions(predictions, mode):
    if predictions is None:
        if mode == ModeKeys.PREDICT:
            raise ValueError("Missing predictions.")
        return {}
    if not isinstance(predictions, dict):
        _check_is_of_graph(predictions, "predictions")
        return predictions
    for name, tensor in predictions.items():
        _check_is_of_graph(tensor, f"predictions[{name}]")
    return predictions


def _checked_outputs(outputs, predictions, mode):
    """Return the outputs, with a default one: the only one, or the predictions."""
    if mode != ModeKeys.PREDICT:
        return outputs
    default = tf.saved_model.signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY
    if outputs is None:
        return {default: PredictOutput(predictions)}
    if not isinstance(outputs, dict):
        raise TypeError(f"export_outputs must be dict, given: {outputs}")
    for value in outputs.values():
        if not isinstance(value, ExportOutput):
            raise TypeError(
                f"Values in export_outputs must be ExportOutput objects. Given: {outputs}"
            )
    if len(outputs) == 1:
        return {**outputs, default: next(iter(outputs.values()))}
    if outputs and default not in outputs:
        raise ValueError(
            "Multiple export_outputs were provided, but none of them is specified as the default."
            "  Do this by naming one of them with "
            "signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY."
        )
    return outputs


def _checked_metrics(metrics):
    if metrics is None:
        return {}
    if not isinstance(metrics, dict):
        raise TypeError(f"eval_metric_ops must be a dict, given: {metrics}")
    for name, pair in metrics.items():
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise TypeError(
                "Values of eval_metric_ops must be (metric_value, update_op) tuples, given: "
                f"{pair} for key: {name}"
            )
        for each in tf.nest.flatten(pair):
            _check_graph(each, f"eval_metric_ops[{name}]")
    return metrics


def _checked_hooks(hooks):
    hooks = tuple(hooks or ())
    for hook in hooks:
        if not isinstance(hook, tf.train.SessionRunHook):
            raise TypeError(f"All hooks must be SessionRunHook instances, given: {hook}")
    return hooks


def _check_is_of_graph(value, name, kinds=(tf.Tensor,), words="Tensor"):
    if not isinstance(value, kinds):
        raise TypeError(f"{name} must be {words}, given: {value}")
    _check_graph(value, name)


def _check_graph(value, name):
    if value.graph is not tf.get_default_graph():
        raise ValueError(
            f"{name} must be from the default graph, given: {value}. Make all operations of a "
            "model inside its model_fn."
        )
