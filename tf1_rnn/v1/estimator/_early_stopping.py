"""Hooks that stop training early, by the results of evaluations."""

import collections
import operator
import os
import time

import tensorflow.compat.v1 as tf

from ._estimator import Estimator


def make_early_stopping_hook(estimator, should_stop_fn, run_every_secs=60, run_every_steps=None):
    """Return a hook that stops training once a function returns true.

    Args:
        estimator: an `Estimator`.
        should_stop_fn: a function without arguments.
        run_every_secs: seconds between calls, or None.
        run_every_steps: steps between calls, or None; one of the two is None.

    Raises:
        TypeError: `estimator` is none.
        ValueError: both or none of the intervals.
    """
    if not isinstance(estimator, Estimator):
        raise TypeError(
            "`estimator` must have type `tf.estimator.Estimator`. Got: " + str(type(estimator))
        )
    if run_every_secs is not None and run_every_steps is not None:
        raise ValueError("Only one of `run_every_secs` and `run_every_steps` must be set.")
    timer = tf.train.SecondOrStepTimer(every_secs=run_every_secs, every_steps=run_every_steps)
    if estimator.config.is_chief:
        return _Chief(should_stop_fn, timer)
    return _Worker()


class _Hook(tf.train.SessionRunHook):
    """Reads the variable by which all workers learn that training stops."""

    def begin(self):
        """Make the variable, which is saved with the model's."""
        with tf.variable_scope("signal_early_stopping", reuse=tf.AUTO_REUSE):
            self._stop = tf.get_variable(
                "STOP",
                [],
                tf.bool,
                initializer=tf.zeros_initializer(),
                collections=[tf.GraphKeys.GLOBAL_VARIABLES],
                trainable=False,
            )

    def before_run(self, run_context):
        """Request the global step and the variable."""
        return tf.train.SessionRunArgs([tf.train.get_global_step(), self._stop])


class _Chief(_Hook):
    """Calls the function, and sets the variable."""

    def __init__(self, should_stop_fn, timer):
        self._should_stop_fn, self._timer = should_stop_fn, timer

    def begin(self):
        """Make the variable, and what sets it."""
        super().begin()
        self._set_stop = tf.assign(self._stop, True)

    def after_run(self, run_context, run_values):
        """Stop, if it is time to check and the function returns true."""
        step, stop = run_values.results
        if stop:
            run_context.request_stop()
        elif self._timer.should_trigger_for_step(step):
            self._timer.update_last_triggered_step(step)
            if self._should_stop_fn():
                tf.logging.info("Requesting early stopping at global step %d", step)
                run_context.session.run(self._set_stop)
                run_context.request_stop()


class _Worker(_Hook):
    """Stops when the chief has set the variable."""

    def after_run(self, run_context, run_values):
        """Stop, if the variable is set."""
        step, stop = run_values.results
        if stop:
            tf.logging.info("Early stopping requested, suspending run at global step %d", step)
            run_context.request_stop()


def read_eval_metrics(eval_dir):
    """Return the results of all evaluations in a folder, in the order of their global steps.

    Returns:
        An `OrderedDict` from steps to dicts of numbers.
    """
    results = collections.defaultdict(dict)
    for path in sorted(tf.gfile.Glob(os.path.join(eval_dir, "*.tfevents.*"))):
        for event in tf.train.summary_iterator(path):
            for value in event.summary.value:
                if value.HasField("simple_value"):
                    results[event.step][value.tag] = value.simple_value
    return collections.OrderedDict(sorted(results.items()))


def stop_if_higher_hook(
    estimator,
    metric_name,
    threshold,
    eval_dir=None,
    min_steps=0,
    run_every_secs=60,
    run_every_steps=None,
):
    """Return a hook that stops training when a metric is above a threshold.

    Args:
        estimator: an `Estimator`.
        metric_name: the metric's name.
        threshold: a number.
        eval_dir: the folder of the evaluations, by default `estimator.eval_dir()`.
        min_steps: evaluations before this global step do not count.
        run_every_secs: seconds between readings of the evaluations, or None.
        run_every_steps: steps between readings, or None; one of the two is None.
    """
    return _threshold_hook(
        estimator, metric_name, threshold, operator.gt, "higher than", eval_dir, min_steps,
        run_every_secs, run_every_steps,
    )  # fmt: skip


def stop_if_lower_hook(
    estimator,
    metric_name,
    threshold,
    eval_dir=None,
    min_steps=0,
    run_every_secs=60,
    run_every_steps=None,
):
    """Return a hook that stops training below a threshold; see `stop_if_higher_hook`."""
    return _threshold_hook(
        estimator, metric_name, threshold, operator.lt, "lower than", eval_dir, min_steps,
        run_every_secs, run_every_steps,
    )  # fmt: skip


def stop_if_no_increase_hook(
    estimator,
    metric_name,
    max_steps_without_increase,
    eval_dir=None,
    min_steps=0,
    run_every_secs=60,
    run_every_steps=None,
):
    """Return a hook that stops training when a metric has not risen for so many steps.

    Args:
        estimator: an `Estimator`.
        metric_name: the metric's name.
        max_steps_without_increase: steps.
        eval_dir: the folder of the evaluations, by default `estimator.eval_dir()`.
        min_steps: evaluations before this global step do not count.
        run_every_secs: seconds between readings of the evaluations, or None.
        run_every_steps: steps between readings, or None; one of the two is None.
    """
    return _patience_hook(
        estimator, metric_name, max_steps_without_increase, operator.gt, "increase", eval_dir,
        min_steps, run_every_secs, run_every_steps,
    )  # fmt: skip


def stop_if_no_decrease_hook(
    estimator,
    metric_name,
    max_steps_without_decrease,
    eval_dir=None,
    min_steps=0,
    run_every_secs=60,
    run_every_steps=None,
):
    """Return a hook that stops without a decrease; see `stop_if_no_increase_hook`."""
    return _patience_hook(
        estimator, metric_name, max_steps_without_decrease, operator.lt, "decrease", eval_dir,
        min_steps, run_every_secs, run_every_steps,
    )  # fmt: skip


def _threshold_hook(
    estimator, metric_name, threshold, is_beyond, words, eval_dir, min_steps, secs, steps
):
    eval_dir = eval_dir or estimator.eval_dir()

    def should_stop():
        for step, metrics in read_eval_metrics(eval_dir).items():
            value = metrics.get(metric_name)
            if step >= min_steps and value is not None and is_beyond(value, threshold):
                tf.logging.info(
                    'At step %s, metric "%s" has value %s which is %s the configured threshold '
                    "(%s) for early stopping.",
                    step,
                    metric_name,
                    value,
                    words,
                    threshold,
                )
                return True
        return False

    return make_early_stopping_hook(estimator, should_stop, secs, steps)


def _patience_hook(
    estimator, metric_name, patience, is_better, word, eval_dir, min_steps, secs, steps
):
    eval_dir = eval_dir or estimator.eval_dir()

    def should_stop():
        best = best_step = None
        for step, metrics in read_eval_metrics(eval_dir).items():
            value = metrics.get(metric_name)
            if step < min_steps or value is None:
                continue
            if best is None or is_better(value, best):
                best, best_step = value, step
            if step - best_step >= patience:
                tf.logging.info(
                    'No %s in metric "%s" for %s steps, which is greater than or equal to max '
                    "steps (%s) configured for early stopping.",
                    word,
                    metric_name,
                    step - best_step,
                    patience,
                )
                return True
        return False

    return make_early_stopping_hook(estimator, should_stop, secs, steps)


class _StopAtCheckpointHook(tf.train.SessionRunHook):
    """Stops a worker once the chief has saved the last step."""

    def __init__(self, model_dir, last_step, wait_after_file_check_secs):
        self._model_dir, self._last_step = model_dir, last_step
        self._wait = wait_after_file_check_secs

    def before_run(self, run_context):
        """Request the global step."""
        return tf.train.SessionRunArgs(tf.train.get_global_step())

    def after_run(self, run_context, run_values):
        """Stop, or wait a while, once the last step is reached."""
        if run_values.results + 1 < self._last_step:
            return
        path = tf.train.latest_checkpoint(self._model_dir)
        if path and int(path.rpartition("-")[2]) >= self._last_step:
            run_context.request_stop()
        else:
            time.sleep(self._wait)


def make_stop_at_checkpoint_step_hook(estimator, last_step, wait_after_file_check_secs=30):
    """Return a hook that stops training at a global step, which the chief's checkpoint has.

    Args:
        estimator: an `Estimator`.
        last_step: the global step.
        wait_after_file_check_secs: how long a worker waits between two checks of the checkpoints.
    """
    if estimator.config.is_chief:
        return tf.train.StopAtStepHook(last_step=last_step)
    return _StopAtCheckpointHook(estimator.model_dir, last_step, wait_after_file_check_secs)
