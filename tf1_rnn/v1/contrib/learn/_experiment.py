"""`contrib.learn.Experiment`: an estimator with its training and evaluation data."""

import os
import time

import tensorflow.compat.v1 as tf

from ... import estimator as core
from ...estimator._exporter import as_tuple_of
from ._estimator import Estimator
from .monitors import ValidationMonitor
from .utils import ExportStrategy

_STEPS_BETWEEN_EVALUATIONS = 1000  # where neither number of steps is given


class Experiment:
    """An estimator with its training and evaluation data.

    Args:
        estimator: a `contrib.learn.Estimator` or a `tf.estimator.Estimator`.
        train_input_fn: function that returns features and labels to train on.
        eval_input_fn: function that returns features and labels to evaluate.
        eval_metrics: a dict of metrics, for a `contrib.learn.Estimator` only.
        train_steps: the global step at which training ends; None for the end of the input.
        eval_steps: batches of an evaluation; None for the end of the input.
        train_monitors: `tf.train.SessionRunHook`s of the training.
        eval_hooks: those of the evaluation.
        min_eval_frequency: steps between evaluations while it is trained; by default each
            checkpoint is evaluated, with 0 none.
        saving_listeners: `tf.train.CheckpointSaverListener`s, for a `tf.estimator.Estimator` only.
        export_strategies: an `ExportStrategy` or an iterable of them, run after each evaluation.
        eval_delay_secs: how long `continuous_eval` waits before it starts.
        continuous_eval_throttle_secs: the shortest time between two of its evaluations.
        train_steps_per_iteration: steps between evaluations of `continuous_train_and_eval`, by
            default a tenth of `train_steps`.
        local_eval_frequency: not used.
        delay_workers_by_global_step: not used.
        checkpoint_and_export: not used: `train_and_evaluate` exports once, at its end.
        check_interval_secs: not used.

    Raises:
        ValueError: the estimator is none, or a strategy is none.
    """

    def __init__(
        self,
        estimator,
        train_input_fn,
        eval_input_fn,
        eval_metrics=None,
        train_steps=None,
        eval_steps=100,
        train_monitors=None,
        eval_hooks=None,
        local_eval_frequency=None,
        eval_delay_secs=120,
        continuous_eval_throttle_secs=60,
        min_eval_frequency=None,
        delay_workers_by_global_step=False,
        export_strategies=None,
        train_steps_per_iteration=None,
        checkpoint_and_export=False,
        saving_listeners=None,
        check_interval_secs=5,
    ):
        self._is_core = isinstance(estimator, core.Estimator)
        if not self._is_core and not isinstance(estimator, Estimator):
            raise ValueError(
                "`estimator` must implement `tf.contrib.learn.Evaluable` or "
                "`tf.estimator.Estimator`."
            )
        if self._is_core and eval_metrics is not None:
            raise ValueError("`eval_metrics` must be `None` with `tf.estimator.Estimator`")
        self._estimator = estimator
        self._train_input_fn, self._eval_input_fn = train_input_fn, eval_input_fn
        self._eval_metrics, self._eval_steps = eval_metrics, eval_steps
        self._train_steps, self._eval_hooks = train_steps, eval_hooks
        self._monitors = list(train_monitors or [])
        self._frequency = 1 if min_eval_frequency is None else min_eval_frequency
        self._saving_listeners = saving_listeners
        self._delay, self._throttle = eval_delay_secs, continuous_eval_throttle_secs
        self._steps_between = train_steps_per_iteration
        self.reset_export_strategies(export_strategies)

    def reset_export_strategies(self, new_export_strategies=None):
        """Set the export strategies, by default none; return those before.

        Args:
            new_export_strategies: an `ExportStrategy` or an iterable of them.
        """
        before = getattr(self, "_strategies", ())
        self._strategies = _strategies_of(new_export_strategies)
        return before

    def _export(self, metrics, path=None):
        """Run the export strategies after an evaluation, and return what they do."""
        folder = os.path.join(tf.compat.as_bytes(self._estimator.model_dir), b"export")
        return [
            strategy.export(
                self._estimator,
                os.path.join(folder, tf.compat.as_bytes(strategy.name)),
                checkpoint_path=path,
                eval_result=metrics,
            )
            for strategy in self._strategies
        ]

    @property
    def estimator(self):
        """The estimator."""
        return self._estimator

    @property
    def eval_metrics(self):
        """The metrics."""
        return self._eval_metrics

    @property
    def train_steps(self):
        """The global step at which training ends."""
        return self._train_steps

    @property
    def eval_steps(self):
        """The batches of an evaluation."""
        return self._eval_steps

    def extend_train_hooks(self, additional_hooks):
        """Add hooks to those of the training."""
        self._monitors.extend(additional_hooks)

    def train(self, delay_secs=None):
        """Train the estimator, and return what its training returns.

        Args:
            delay_secs: not used.
        """
        return self._train(max_steps=self._train_steps)

    def _train(self, **steps):
        if self._is_core:
            return self._estimator.train(
                self._train_input_fn,
                hooks=self._monitors,
                saving_listeners=self._saving_listeners,
                **steps,
            )
        return self._estimator.fit(input_fn=self._train_input_fn, monitors=self._monitors, **steps)

    def evaluate(self, delay_secs=None, name=None):
        """Evaluate the last checkpoint, and return the metrics.

        Args:
            delay_secs: not used.
            name: of the evaluation, whose summaries lie in `eval_NAME`.
        """
        return self._evaluate(name=name)

    def _evaluate(self, input_fn=None, **options):
        if not self._is_core:
            options["metrics"] = self._eval_metrics
        options = {"steps": self._eval_steps, "hooks": self._eval_hooks, **options}
        return self._estimator.evaluate(input_fn=input_fn or self._eval_input_fn, **options)

    def continuous_eval(
        self,
        delay_secs=None,
        throttle_delay_secs=None,
        evaluate_checkpoint_only_once=True,
        continuous_eval_predicate_fn=None,
        name="continuous",
    ):
        """Evaluate checkpoints, and export them, as another process writes them.

        It ends when a checkpoint's step reaches `train_steps`.

        Args:
            delay_secs: how long to wait before, by default `eval_delay_secs`.
            throttle_delay_secs: the shortest time between two evaluations, by default
                `continuous_eval_throttle_secs`.
            evaluate_checkpoint_only_once: whether to leave out a checkpoint that is not new.
            continuous_eval_predicate_fn: a function of the last metrics (None before the first
                evaluation) that says whether to go on.
            name: of the evaluation, whose summaries lie in `eval_NAME`.
        """
        self._evaluate_continuously(
            self._eval_input_fn,
            delay_secs,
            throttle_delay_secs,
            evaluate_checkpoint_only_once,
            continuous_eval_predicate_fn,
            name,
        )

    def _evaluate_continuously(
        self, input_fn, delay_secs, throttle_delay_secs, only_once, predicate_fn, name
    ):
        goes_on = predicate_fn or (lambda metrics: True)
        pause = self._throttle if throttle_delay_secs is None else throttle_delay_secs
        time.sleep(self._delay if delay_secs is None else delay_secs)
        metrics = before = None
        while goes_on(metrics):
            started = time.monotonic()
            path = self._last_path()
            if path and not (only_once and path == before):
                metrics = self._evaluate(input_fn, name=name, checkpoint_path=path)
                self._export(metrics, path)
                before = path
                if self._has_ended(metrics):
                    return
            time.sleep(max(0, pause - (time.monotonic() - started)))

    def continuous_eval_on_train_data(
        self,
        delay_secs=None,
        throttle_delay_secs=None,
        continuous_eval_predicate_fn=None,
        name="continuous_on_train_data",
    ):
        """Evaluate checkpoints on the training data; see `continuous_eval`.

        Args:
            delay_secs: how long to wait before, by default `eval_delay_secs`.
            throttle_delay_secs: the shortest time between two evaluations.
            continuous_eval_predicate_fn: a function of the last metrics, whether to go on.
            name: of the evaluation, whose summaries lie in `eval_NAME`.
        """
        self._evaluate_continuously(
            self._train_input_fn,
            delay_secs,
            throttle_delay_secs,
            True,
            continuous_eval_predicate_fn,
            name,
        )

    def continuous_train_and_eval(self, continuous_eval_predicate_fn=None):
        """Train and evaluate in turns until `train_steps`; return metrics and exports.

        Args:
            continuous_eval_predicate_fn: a function of the last metrics (None before the first
                evaluation) that says whether to go on.
        """
        goes_on = continuous_eval_predicate_fn or (lambda metrics: True)
        steps = self._steps_between or (
            self._train_steps // 10 if self._train_steps else _STEPS_BETWEEN_EVALUATIONS
        )
        metrics, exports = None, None
        while goes_on(metrics) and not self._has_ended(metrics):
            self._train(steps=steps)
            metrics = self._evaluate()
            exports = self._export(metrics)
        return metrics, exports

    def _last_path(self):
        return tf.train.latest_checkpoint(self._estimator.model_dir)

    def _has_ended(self, metrics):
        """Return whether an evaluation was of the end of the training."""
        step = (metrics or {}).get(tf.GraphKeys.GLOBAL_STEP)
        return bool(step and self._train_steps and step >= self._train_steps)

    def train_and_evaluate(self):
        """Train, evaluate and export in this process; return the last metrics and the exports."""
        kept = list(self._monitors)
        if self._frequency:
            monitor = ValidationMonitor(
                input_fn=self._eval_input_fn,
                eval_steps=self._eval_steps,
                metrics=self._eval_metrics,
                every_n_steps=self._frequency,
                hooks=self._eval_hooks,
            )
            monitor.set_estimator(self._estimator)
            self._monitors.append(monitor)
        try:
            self.train(delay_secs=0)
        finally:
            self._monitors = kept
        metrics = self.evaluate(delay_secs=0)
        return metrics, self._export(metrics)

    def local_run(self):
        """Do the same, under the older name."""
        return self.train_and_evaluate()

    def test(self):
        """Train for one step, evaluate one batch, export, and return the metrics."""
        self._train(steps=1)
        metrics = self._evaluate(steps=1, name="one_pass")
        self._export(metrics)
        return metrics

    def run_std_server(self):
        """Run a server of the cluster until the process ends."""
        config = self._estimator.config
        tf.train.Server(
            config.cluster_spec, job_name=config.task_type, task_index=config.task_id
        ).join()


def _strategies_of(given):
    """Return export strategies as a tuple; ValueError where one is none."""
    strategies = as_tuple_of(ExportStrategy, given)
    if strategies is None:
        raise ValueError(
            "`export_strategies` must be an ExportStrategy, an iterable of ExportStrategy, or "
            f"`None`, found {given}."
        )
    return strategies
