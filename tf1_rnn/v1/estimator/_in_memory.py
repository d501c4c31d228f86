"""`InMemoryEvaluatorHook`: evaluations of a model between the steps of its training."""

import os
import tempfile

import tensorflow.compat.v1 as tf

from . import _evaluating


class InMemoryEvaluatorHook(tf.train.SessionRunHook):
    """Evaluates the model that is trained: before the first step, every so many, and at the end.

    The variables pass through a file that is deleted at once; the checkpoints stay as they are.

    Args:
        estimator: an `Estimator`.
        input_fn: gives features and labels.
        steps: batches of an evaluation; None for the end of the input.
        hooks: `tf.train.SessionRunHook`s of the evaluation session.
        name: of the evaluation, whose summaries lie in `eval_NAME`.
        every_n_iter: steps between evaluations.

    Raises:
        ValueError: `every_n_iter` is not positive, or the estimator is one of a cluster.
    """

    def __init__(self, estimator, input_fn, steps=None, hooks=None, name=None, every_n_iter=100):
        if every_n_iter is None or every_n_iter <= 0:
            raise ValueError(f"invalid every_n_iter={every_n_iter}.")
        if estimator.config.num_ps_replicas > 0 or estimator.config.num_worker_replicas > 1:
            raise ValueError("InMemoryEvaluator supports only single machine (aka Local) setting.")
        self._estimator, self._input_fn = estimator, input_fn
        self._steps, self._hooks, self._name = steps, hooks, name
        self._timer = tf.train.SecondOrStepTimer(every_steps=every_n_iter)
        self._done = 0

    def after_create_session(self, session, coord):
        """Evaluate before the first step."""
        if self._done == 0:
            self._evaluate(session)

    def after_run(self, run_context, run_values):
        """Evaluate, if it is time."""
        self._done += 1
        if self._timer.should_trigger_for_step(self._done):
            self._evaluate(run_context.session)

    def end(self, session):
        """Evaluate the final model."""
        self._evaluate(session)

    def _evaluate(self, session):
        self._timer.update_last_triggered_step(self._done)
        with tempfile.TemporaryDirectory() as folder, session.graph.as_default():
            (saver,) = tf.get_collection(tf.GraphKeys.SAVERS)
            path = session.run(  # not saver.save, which forgets and deletes older checkpoints
                saver.saver_def.save_tensor_name,
                {saver.saver_def.filename_tensor_name: os.path.join(folder, "model.ckpt")},
            )
            _evaluating.evaluate(
                self._estimator,
                self._input_fn,
                self._steps,
                list(self._hooks or []),
                tf.compat.as_str(path),
                self._name,
                keep_path=False,
            )
