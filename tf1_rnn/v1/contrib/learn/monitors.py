"""`tf.contrib.learn.monitors` of TensorFlow 1.x: `ValidationMonitor`, and hooks under old names."""

import math
import time

import tensorflow.compat.v1 as tf

from ... import _lazy

CheckpointSaver = tf.train.CheckpointSaverHook
LoggingTensorHook = tf.train.LoggingTensorHook
NanLoss = tf.train.NanTensorHook
NanLossDuringTrainingError = tf.train.NanLossDuringTrainingError
StepCounter = tf.train.StepCounterHook
StopAtStep = tf.train.StopAtStepHook
SummarySaver = tf.train.SummarySaverHook


def PrintTensor(tensor_names, every_n=100, first_n=1):
    """Return a hook that logs tensors; see `tf.train.LoggingTensorHook`.

    Args:
        tensor_names: names of tensors, a list or a dict.
        every_n: steps between logs.
        first_n: not used.
    """
    return tf.train.LoggingTensorHook(tensor_names, every_n_iter=every_n)


class ValidationMonitor(tf.train.SessionRunHook):
    """Evaluates the last checkpoint every so many steps, and may stop the training.

    Args:
        x: features to evaluate; see `contrib.learn.Estimator.evaluate`.
        y: their labels.
        input_fn: function that returns features and labels, in place of `x` and `y`.
        batch_size: rows of a batch of `x`.
        eval_steps: batches to evaluate.
        metrics: a dict from names to `MetricSpec`s or to functions of predictions and labels.
        hooks: `tf.train.SessionRunHook`s of the evaluation.
        name: of the evaluation.
        every_n_steps: steps between evaluations; there is none where no checkpoint is new.
        early_stopping_rounds: stop when the metric has not improved for so many steps.
        early_stopping_metric: its name.
        early_stopping_metric_minimize: whether smaller is better.
        check_interval_secs: the shortest time between two checks for a new checkpoint.
    """

    def __init__(
        self,
        x=None,
        y=None,
        input_fn=None,
        batch_size=None,
        eval_steps=None,
        every_n_steps=100,
        metrics=None,
        hooks=None,
        early_stopping_rounds=None,
        early_stopping_metric="loss",
        early_stopping_metric_minimize=True,
        name=None,
        check_interval_secs=5,
    ):
        if x is None and input_fn is None:
            raise ValueError("Either x or input_fn should be provided.")
        self._arguments = {
            "x": x,
            "y": y,
            "input_fn": input_fn,
            "batch_size": batch_size,
            "steps": eval_steps,
            "metrics": metrics,
            "hooks": hooks,
            "name": name,
        }
        self._arguments = {key: each for key, each in self._arguments.items() if each is not None}
        self._timer = tf.train.SecondOrStepTimer(every_steps=every_n_steps)
        self._rounds, self._metric = early_stopping_rounds, early_stopping_metric
        self._minimize = early_stopping_metric_minimize
        self._interval, self._looked = check_interval_secs or 0, -math.inf
        self._estimator = self._last = None
        self._best = self._best_step = None
        self._stopped = False

    @property
    def early_stopped(self):
        """Whether it has stopped the training."""
        return self._stopped

    @property
    def best_step(self):
        """The step at which the metric was best."""
        return self._best_step

    @property
    def best_value(self):
        """The best value of the metric."""
        return self._best

    def set_estimator(self, estimator):
        """Take the estimator that is trained."""
        self._estimator = estimator

    def begin(self):
        """Start counting; the first evaluation is after `every_n_steps`."""
        self._timer.update_last_triggered_step(0)

    def before_run(self, run_context):
        """Request the global step."""
        return tf.train.SessionRunArgs(tf.train.get_global_step())

    def after_run(self, run_context, run_values):
        """Evaluate, if it is time and a checkpoint is new."""
        if not self._timer.should_trigger_for_step(run_values.results + 1):
            return
        if time.monotonic() - self._looked < self._interval:
            return
        self._looked = time.monotonic()
        path = tf.train.latest_checkpoint(self._estimator.model_dir)
        if not path or path == self._last:
            return
        # What came with the step may have been read before it or after it.
        step = int(run_context.session.run(tf.train.get_global_step()))
        self._timer.update_last_triggered_step(step)
        self._last = path
        metrics = self._estimator.evaluate(**self._arguments)
        said = ", ".join(f"{name} = {value!s}" for name, value in metrics.items())
        tf.logging.info("Validation (step %d): %s", step, said)
        if self._rounds is not None and self._has_stalled(step, metrics):
            tf.logging.info(
                "Stopping. Best step: %s with %s = %s.", self._best_step, self._metric, self._best
            )
            self._stopped = True
            run_context.request_stop()

    def _has_stalled(self, step, metrics):
        value = metrics[self._metric]
        is_better = self._best is None or (
            value < self._best if self._minimize else value > self._best
        )
        if is_better:
            self._best, self._best_step = value, step
            return False
        return step - self._best_step >= self._rounds


_lazy.forward(__name__)
