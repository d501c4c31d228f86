"""`add_metrics`: an estimator that evaluates more than its model function does."""

from . import _model
from ._estimator import Estimator
from ._spec import ModeKeys


def add_metrics(estimator, metric_fn):
    """Return an estimator that also evaluates the metrics of a function.

    Args:
        estimator: an `Estimator`.
        metric_fn: a function of any of `labels`, `predictions`, `features` and `config`, which
            returns a dict like `EstimatorSpec.eval_metric_ops`; its metrics replace those of the
            same name.

    Raises:
        ValueError: the function has another argument.
    """
    asked = _model.arguments_of(metric_fn)
    unexpected = sorted(set(asked) - {"labels", "predictions", "features", "config", "self"})
    if unexpected:
        raise ValueError(f"metric_fn ({metric_fn}) has following not expected args: {unexpected}")

    def model_fn(features, labels, mode, config):
        spec = estimator.model_fn(features, labels, mode, config)
        if mode != ModeKeys.EVAL:
            return spec
        offered = {
            "features": features,
            "labels": labels,
            "predictions": spec.predictions,
            "config": config,
        }
        more = metric_fn(**{name: each for name, each in offered.items() if name in asked})
        return spec._replace(eval_metric_ops={**spec.eval_metric_ops, **more})

    return Estimator(model_fn, estimator.model_dir, estimator.config)
