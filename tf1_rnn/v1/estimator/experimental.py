"""`tf.estimator.experimental`, without its canned models."""

import tensorflow.compat.v1 as _tf

from .. import _lazy
from . import _model
from ._early_stopping import (  # noqa: F401
    make_early_stopping_hook,
    make_stop_at_checkpoint_step_hook,
    stop_if_higher_hook,
    stop_if_lower_hook,
    stop_if_no_decrease_hook,
    stop_if_no_increase_hook,
)
from ._in_memory import InMemoryEvaluatorHook  # noqa: F401
from .export import build_raw_supervised_input_receiver_fn  # noqa: F401


def call_logit_fn(logit_fn, features, mode, params, config):
    """Return the logits of a function.

    Args:
        logit_fn: function of features and any of mode, params and config.
        features: a dict of tensors.
        mode: one of `ModeKeys`.
        params: the estimator's parameters.
        config: its `RunConfig`.

    Raises:
        ValueError: it returns no tensor and no dict of tensors.
    """
    offered = {"mode": mode, "params": params, "config": config}
    asked = _model.arguments_of(logit_fn)
    logits = logit_fn(
        features=features, **{name: each for name, each in offered.items() if name in asked}
    )
    each = logits.values() if isinstance(logits, dict) else [logits]
    if not all(isinstance(tensor, _tf.Tensor) for tensor in each):
        raise ValueError("model_fn should return a Tensor or a dictionary of Tensors.")
    return logits


_lazy.forward(__name__)
