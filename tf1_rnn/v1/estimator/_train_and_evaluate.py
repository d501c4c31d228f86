"""`train_and_evaluate`, and what it takes: `TrainSpec` and `EvalSpec`."""

import collections
import os

import tensorflow.compat.v1 as tf

from ._estimator import Estimator
from ._exporter import Exporter
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
    """Train an estimator in this process, and evaluate it after its checkpoints.

    A checkpoint is evaluated when `eval_spec.throttle_secs` have passed since the last evaluation;
    the last one always is.

    Args:
        estimator: an `Estimator`.
        train_spec: a `TrainSpec`.
        eval_spec: an `EvalSpec`.

    Returns:
        A pair of the last evaluation's metrics and what the exporters then returned.

    Raises:
        TypeError: an argument has another type.
        ValueError: the estimator's configuration is that of a cluster, or saves no checkpoints.
    """
    for name, value, kind in (
        ("estimator", estimator, Estimator),
        ("train_spec", train_spec, TrainSpec),
        ("eval_spec", eval_spec, EvalSpec),
    ):
        if not isinstance(value, kind):
            raise TypeError(
                f"`{name}` must have type `tf.estimator.{kind.__name__}`. Got: {type(value)}"
            )
    config = estimator.config
    if config.cluster_spec.jobs or config.task_type == TaskType.EVALUATOR:
        raise ValueError(
            f"TF_CONFIG makes this process task {config.task_id} of job {config.task_type!r} of a "
            "cluster, and train_and_evaluate runs in one process here: unset TF_CONFIG."
        )
    tf.logging.info("Not using Distribute Coordinator.")
    tf.logging.info("Running training and evaluation locally (non-distributed).")
    tf.logging.info(
        "Start train and evaluate loop. The evaluate will happen after every checkpoint. "
        "Checkpoint frequency is determined based on RunConfig arguments: save_checkpoints_steps "
        "%s or save_checkpoints_secs %s.",
        config.save_checkpoints_steps,
        config.save_checkpoints_secs,
    )
    evaluation = _EvaluateCheckpoints(estimator, eval_spec, train_spec.max_steps)
    estimator.train(
        train_spec.input_fn,
        hooks=train_spec.hooks,
        max_steps=train_spec.max_steps,
        saving_listeners=[evaluation],
    )
    return evaluation.metrics, evaluation.exports


class _EvaluateCheckpoints(tf.train.CheckpointSaverListener):
    """Evaluates a model when a checkpoint has been saved, and exports it."""

    def __init__(self, estimator, spec, max_steps):
        self._estimator, self._spec, self._max_steps = estimator, spec, max_steps
        self._timer = tf.train.SecondOrStepTimer(every_secs=spec.throttle_secs)
        self._started = False
        self.metrics, self.exports = None, []

    def begin(self):
        """Begin a training, whose first checkpoint is of what was before."""
        self._started = False

    def after_save(self, session, global_step_value):
        """Evaluate, if it is time."""
        if not self._started:
            self._started = True
        elif self._timer.should_trigger_for_step(global_step_value):
            self._evaluate(global_step_value)
        else:
            tf.logging.info(
                "Skip the current checkpoint eval due to throttle secs (%s secs).",
                self._spec.throttle_secs,
            )

    def end(self, session, global_step_value):
        """Evaluate the last checkpoint."""
        if self._timer.last_triggered_step() != global_step_value:
            self._evaluate(global_step_value)

    def _evaluate(self, step):
        self._timer.update_last_triggered_step(step)
        path = self._estimator.latest_checkpoint()
        self.metrics = self._estimator.evaluate(
            self._spec.input_fn,
            steps=self._spec.steps,
            hooks=self._spec.hooks,
            checkpoint_path=path,
            name=self._spec.name,
        )
        final = bool(self._max_steps) and self.metrics["global_step"] >= self._max_steps
        folder = os.path.join(self._estimator.model_dir, "export")
        self.exports = [
            exporter.export(
                estimator=self._estimator,
                export_path=os.path.join(folder, exporter.name),
                checkpoint_path=path,
                eval_result=self.metrics,
                is_the_final_export=final,
            )
            for exporter in self._spec.exporters
        ]


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
    if not exporters:
        return ()
    if isinstance(exporters, Exporter):
        exporters = [exporters]
    try:
        exporters = list(exporters)
        are_exporters = all(isinstance(each, Exporter) for each in exporters)
    except TypeError:
        are_exporters = False
    if not are_exporters:
        raise TypeError(
            f"`exporters` must be an Exporter, an iterable of Exporter, or `None`, found "
            f"{exporters}."
        )
    names = [exporter.name for exporter in exporters]
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
    return tuple(exporters)
