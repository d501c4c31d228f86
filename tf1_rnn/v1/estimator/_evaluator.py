"""Evaluating and exporting checkpoints, while a training goes on here or in other processes."""

import os
import time

import tensorflow.compat.v1 as tf

SECONDS_BETWEEN_WARNINGS = 600


class Evaluator:
    """Evaluates the last checkpoint of an estimator, once each, and exports it.

    Args:
        estimator: an `Estimator`.
        spec: an `EvalSpec`.
        max_steps: the global step at which training ends; None for the end of the input.

    Attributes:
        metrics: those of the last evaluation, None before the first.
        exports: what the exporters then returned, None before the first.
    """

    def __init__(self, estimator, spec, max_steps):
        self._estimator, self._spec, self._max_steps = estimator, spec, max_steps
        self._path, self._warned = None, None
        self.metrics, self.exports = None, None

    @property
    def is_final(self):
        """Whether the checkpoint that was evaluated last is the end of the training."""
        step = (self.metrics or {}).get(tf.GraphKeys.GLOBAL_STEP)
        return bool(self._max_steps and step is not None and step >= self._max_steps)

    def evaluate(self):
        """Evaluate the last checkpoint; return whether there was one that is new."""
        path = self._estimator.latest_checkpoint()
        if path is None or path == self._path:
            self._warn(
                "No new checkpoint ready for evaluation. Skip the current evaluation pass as "
                "evaluation results are expected to be same for the same checkpoint."
                if path
                else "Estimator is not trained yet. Will start an evaluation when a checkpoint is "
                "ready."
            )
            return False
        self.metrics = self._estimator.evaluate(
            self._spec.input_fn,
            steps=self._spec.steps,
            hooks=self._spec.hooks,
            checkpoint_path=path,
            name=self._spec.name,
        )
        self.exports = self._export(path)
        self._path, self._warned = path, None
        return True

    def _export(self, path):
        folder = os.path.join(self._estimator.model_dir, "export")
        return [
            exporter.export(
                estimator=self._estimator,
                export_path=os.path.join(folder, exporter.name),
                checkpoint_path=path,
                eval_result=self.metrics,
                is_the_final_export=self.is_final,
            )
            for exporter in self._spec.exporters
        ]

    def _warn(self, message):
        """Say what is missing, not at every look."""
        now = time.monotonic()
        if self._warned is None or now - self._warned > SECONDS_BETWEEN_WARNINGS:
            tf.logging.warn(message)
            self._warned = now


class EvaluateCheckpoints(tf.train.CheckpointSaverListener):
    """Evaluates a model when a checkpoint has been saved.

    Args:
        evaluator: an `Evaluator`.
        throttle_secs: the shortest time between two evaluations.
    """

    def __init__(self, evaluator, throttle_secs):
        self._evaluator, self._seconds = evaluator, throttle_secs
        self._timer = tf.train.SecondOrStepTimer(every_secs=throttle_secs)
        self._started = False

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
                "Skip the current checkpoint eval due to throttle secs (%s secs).", self._seconds
            )

    def end(self, session, global_step_value):
        """Evaluate the last checkpoint."""
        if self._timer.last_triggered_step() != global_step_value:
            self._evaluate(global_step_value)

    def _evaluate(self, step):
        self._timer.update_last_triggered_step(step)
        self._evaluator.evaluate()
