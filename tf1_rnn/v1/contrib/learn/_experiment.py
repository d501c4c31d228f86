"""`contrib.learn.Experiment`: an estimator with its training and evaluation data."""

import tensorflow.compat.v1 as tf

from ... import estimator as core
from ._estimator import Estimator
from .monitors import ValidationMonitor


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
        local_eval_frequency: not used, as all that follow: they matter in a cluster only.
        eval_delay_secs: not used.
        continuous_eval_throttle_secs: not used.
        delay_workers_by_global_step: not used.
        export_strategies: not used.
        train_steps_per_iteration: not used.
        checkpoint_and_export: not used.
        check_interval_secs: not used.

    Raises:
        ValueError: the estimator is none.
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
        """Train the estimator, and return what its training returns."""
        if self._is_core:
            return self._estimator.train(
                self._train_input_fn,
                hooks=self._monitors,
                max_steps=self._train_steps,
                saving_listeners=self._saving_listeners,
            )
        return self._estimator.fit(
            input_fn=self._train_input_fn, max_steps=self._train_steps, monitors=self._monitors
        )

    def evaluate(self, delay_secs=None, name=None):
        """Evaluate the last checkpoint, and return the metrics."""
        arguments = {
            "input_fn": self._eval_input_fn,
            "steps": self._eval_steps,
            "hooks": self._eval_hooks,
            "name": name,
        }
        if not self._is_core:
            arguments["metrics"] = self._eval_metrics
        return self._estimator.evaluate(**arguments)

    def train_and_evaluate(self):
        """Train and evaluate in this process; return the last metrics, and no exports."""
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
        return self.evaluate(delay_secs=0), []

    def local_run(self):
        """Do the same, under the older name."""
        return self.train_and_evaluate()

    def test(self):
        """Train for one step, evaluate one batch, and return the metrics."""
        steps, batches = self._train_steps, self._eval_steps
        self._train_steps, self._eval_steps = 1, 1
        try:
            self.train(delay_secs=0)
            return self.evaluate(delay_secs=0), []
        finally:
            self._train_steps, self._eval_steps = steps, batches

    def run_std_server(self):
        """Run a server of the cluster until the process ends."""
        config = self._estimator.config
        tf.train.Server(
            config.cluster_spec, job_name=config.task_type, task_index=config.task_id
        ).join()
