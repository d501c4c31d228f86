"""Calls of a user's input functions and model functions, each with the arguments it takes."""

import functools
import inspect

import tensorflow.compat.v1 as tf

from ._spec import EstimatorSpec

_DATASETS = (tf.data.Dataset, tf.compat.v2.data.Dataset)
_MODEL_ARGUMENTS = {"features", "labels", "mode", "params", "self", "config"}


class IteratorHook(tf.train.SessionRunHook):
    """Starts the iterator of a dataset that an input function returned, once there is a session."""

    def __init__(self, iterator):
        self._initializer = iterator.initializer

    def after_create_session(self, session, coord):
        """Start the iterator."""
        session.run(self._initializer)


def arguments_of(function):
    """Return the names of a function's arguments, those that a partial binds left out."""
    if isinstance(function, functools.partial):
        bound = set(function.keywords)
        names = arguments_of(function.func)[len(function.args) :]
        return tuple(name for name in names if name not in bound)
    if not inspect.isroutine(function) and not inspect.isclass(function):
        function = function.__call__
    parameters = inspect.signature(function).parameters.values()
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    kinds += (inspect.Parameter.KEYWORD_ONLY,)
    return tuple(each.name for each in parameters if each.kind in kinds)


def check_model_fn(model_fn, params):
    """Raise ValueError for an argument of a model function that is not available."""
    names = arguments_of(model_fn)
    if "features" not in names:
        raise ValueError(f"model_fn ({model_fn}) must include features argument.")
    if params is not None and "params" not in names:
        raise ValueError(
            f"model_fn ({model_fn}) does not include params argument, but params ({params}) is "
            "passed to Estimator."
        )
    unexpected = sorted(set(names) - _MODEL_ARGUMENTS)
    if unexpected:
        raise ValueError(f"model_fn ({model_fn}) has following not expected args: {unexpected}")


def call_input_fn(input_fn, mode, params=None, config=None):
    """Return what an input function gives in a mode: features, labels, hooks.

    Args:
        input_fn: a function of any of `mode`, `params` and `config`. It returns features, a pair
            of features and labels, or a `tf.data.Dataset` of either.
        mode: one of `ModeKeys`.
        params: the estimator's parameters.
        config: its `RunConfig`.
    """
    offered = {"mode": mode, "params": params, "config": config}
    asked = arguments_of(input_fn)
    with tf.device("/cpu:0"):
        result = input_fn(**{name: value for name, value in offered.items() if name in asked})
        hooks = []
        if isinstance(result, _DATASETS):
            iterator = tf.data.make_initializable_iterator(result)
            result = iterator.get_next()
            hooks = [IteratorHook(iterator)]
    if isinstance(result, list | tuple):
        if len(result) != 2:
            raise ValueError("input_fn should return (features, labels) as a len 2 tuple.")
        return result[0], result[1], hooks
    return result, None, hooks


def call_model_fn(model_fn, features, labels, mode, params, config):
    """Return the `EstimatorSpec` of a model function in a mode.

    Args:
        model_fn: function of features and any of labels, mode, params and config.
        features: a dict of tensors.
        labels: a tensor, or a dict of tensors.
        mode: one of `ModeKeys`.
        params: the estimator's parameters.
        config: its `RunConfig`.

    Raises:
        ValueError: it takes no labels and there are some, or it returns something else.
    """
    asked = arguments_of(model_fn)
    offered = {"mode": mode, "params": params, "config": config}
    arguments = {name: value for name, value in offered.items() if name in asked}
    if "labels" in asked:
        arguments["labels"] = labels
    elif labels is not None:
        raise ValueError("model_fn does not take labels, but input_fn returns labels.")
    tf.logging.info("Calling model_fn.")
    spec = model_fn(features=features, **arguments)
    tf.logging.info("Done calling model_fn.")
    if not isinstance(spec, EstimatorSpec):
        raise ValueError("model_fn should return an EstimatorSpec.")
    return spec
