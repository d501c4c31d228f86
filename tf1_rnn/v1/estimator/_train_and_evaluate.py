"""`train_and_evaluate`, and what it takes: `TrainSpec` and `EvalSpec`."""

import collections

import tensorflow.compat.v1 as tf

from . import _cluster
from ._estimator import Estimator
from ._evaluator import EvaluateCheckpoints, Evaluator
from ._exporter import Exporter, as_tuple_of
from ._run_config import TaskType


class TrainSpec(collections.namedtuple("TrainSpec", "input_fn max_steps hooks")):
    """How to train.

    Args:
        input_fn: gives features and labels.
        max_steps: the global step at which training ends; None for the end of the input.
        hooks: `tf.train.SessionRunHook`s of the training session.
    """

    __slots__ = ()

    def __new__(cls, input_fn, max_steps=None, hooks=None):
        """Check the fields."""
        _check_input_fn(input_fn)
        if max_steps is not None and max_steps <= 0:
            raise ValueError(f"Must specify max_steps > 0, given: {max_steps}")
        return super().__new__(cls, input_fn, max_steps, _checked_hooks(hooks))


class EvalSpec(
    collections.namedtuple(
        "EvalSpec", "input_fn steps name hooks exporters start_delay_secs throttle_secs"
    )
):
    """How to evaluate.

    Args:
        input_fn: gives features and labels.
        steps: batches of an evaluation; None for the end of the input.
        name: of the evaluation, whose summaries lie in `eval_NAME`.
        hooks: `tf.train.SessionRunHook`s of the evaluation session.
        exporters: an `Exporter`, or an iterable of them, run after each evaluation.
        start_delay_secs: how long an evaluator of a cluster waits before it starts.
        throttle_secs: the shortest time between two evaluations.
    """

    __slots__ = ()

    def __new__(
        cls,
        input_fn,
        steps=100,
        name=None,
        hooks=None,
        exporters=None,
        start_delay_secs=120,
        throttle_secs=600,
    ):
        """Check the fields."""
        _check_input_fn(input_fn)
        if steps is not None and steps <= 0:
            raise ValueError(f"Must specify steps > 0, given: {steps}")
        if name is not None and not isinstance(name, str):
            raise TypeError(f"`name` must be string, given: {name}")
        hooks = _checked_hooks(hooks)
        exporters = _checked_exporters(exporters)
        for each, seconds in (
            ("start_delay_secs", start_delay_secs),
            ("throttle_secs", throttle_secs),
        ):
            if seconds < 0:
                raise ValueError(f"Must specify {each} >= 0, given: {seconds}")
        return super().__new__(
            cls, input_fn, steps, name, hooks, exporters, start_delay_secs, throttle_secs
        )


def train_and_evaluate(estimator, train_spec, eval_spec):
    """Train an estimator, and evaluate it after its checkpoints.

    In one process, a checkpoint is evaluated when `eval_spec.throttle_secs` have passed since the
    last evaluation; the last one always is. Where `TF_CONFIG` describes a cluster, this process
    does the part of its task: see `_cluster.run_task`.

    Args:
        estimator: an `Estimator`.
        train_spec: a `TrainSpec`.
        eval_spec: an `EvalSpec`.

    Returns:
        A pair of the last evaluation's metrics and what the exporters then returned; in a cluster
        None.

    Raises:
        TypeError: an argument has another type.
        ValueError: the configuration saves no checkpoints, or is of a task that there is not.
    """
    for name, value, kind in (
        ("eval_spec", eval_spec, EvalSpec),
        ("estimator", estimator, Estimator),
        ("train_spec", train_spec, TrainSpec),
    ):
        if not isinstance(value, kind):
            raise TypeError(
                f"`{name}` must have type `tf.estimator.{kind.__name__}`. Got: {type(value)}"
            )
    tf.logging.info("Not using Distribute Coordinator.")
    config = estimator.config
    if config.cluster_spec.jobs or config.task_type == TaskType.EVALUATOR:
        return _cluster.run_task(estimator, train_spec, eval_spec)
    return _train_and_evaluate_here(estimator, train_spec, eval_spec)


def _train_and_evaluate_here(estimator, train_spec, eval_spec):
    config = estimator.config
    tf.logging.info("Running training and evaluation locally (non-distributed).")
    tf.logging.info(
        "Start train and evaluate loop. The evaluate will happen after every checkpoint. "
        "Checkpoint frequency is determined based on RunConfig arguments: save_checkpoints_steps "
        "%s or save_checkpoints_secs %s.",
        config.save_checkpoints_steps,
        config.save_checkpoints_secs,
    )
    evaluator = Evaluator(estimator, eval_spec, train_spec.max_steps)
    estimator.train(
        train_spec.input_fn,
        hooks=train_spec.hooks,
        max_steps=train_spec.max_steps,
        saving_listeners=[EvaluateCheckpoints(evaluator, eval_spec.throttle_secs)],
    )
    return evaluator.metrics, evaluator.exports


def _check_input_fn(input_fn):
    if not callable(input_fn):
        raise TypeError(f"`input_fn` must be callable, given: {input_fn}")


def _checked_hooks(hooks):
    hooks = tuple(hooks or ())
    for hook in hooks:
        if not isinstance(hook, tf.train.SessionRunHook):
            raise TypeError(f"All hooks must be `SessionRunHook` instances, given: {hook}")
    return hooks


def _checked_exporters(exporters):
    """Return the exporters as a tuple, each with a name of its own."""
    several = as_tuple_of(Exporter, exporters)
    if several is None:
        raise TypeError(
            f"`exporters` must be an Exporter, an iterable of Exporter, or `None`, found "
            f"{exporters}."
        )
    names = [exporter.name for exporter in several]
    for name in names:
        if not name:
            raise ValueError(
                "An Exporter cannot have a name that is `None` or empty. All exporter names: "
                f"{names}"
            )
        if not isinstance(name, str):
            raise ValueError(f"An Exporter must have a string name. Given: {type(name)}")
    if len(set(names)) != len(names):
        raise ValueError(
            "`exporters` must have unique names. Such a name cannot be `None`. All exporter "
            f"names: {names}"
        )
    return several
