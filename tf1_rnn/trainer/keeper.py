"""Keeps a training run's epochs in its model_dir: history, checkpoint, metrics, summaries."""

import contextlib
import math
import time

import tensorflow.compat.v1 as tf

from tf1_rnn.checkpoints import restoring
from tf1_rnn.errors import RunError
from tf1_rnn.trainer.classifier import parameters

# Of a short epoch, saving would take a noticeable part. Only time is lost when a run is killed.
SECONDS_BETWEEN_CHECKPOINTS = 1
LOGGED = ("train_loss", "test_loss", "test_accuracy", "test_r2")


class Keeper:
    """Writes a training run's epochs to its folder.

    Attributes:
        path: the folder.
        rows: the history, a dict for each epoch.
    """

    def __init__(self, plan, session, saver, step):
        """Write the configuration and open the summaries.

        Args:
            plan: the `Plan`, with a `model_dir`.
            session: the session that trains.
            saver: a `tf.train.Saver` of all variables.
            step: the steps done before.
        """
        self._plan, self._session, self._saver = plan, session, saver
        self._folder, self.path = plan.model_dir, plan.model_dir.path
        with self._folder.writing():
            self._folder.remove_unfinished()
            self._folder.write_config(plan.configuration, plan.statistics)
        self.rows, self._saved = self._folder.read_history(step), -math.inf
        with self._writing_checkpoint():
            self._summaries = tf.summary.FileWriter(self.path, None if step else session.graph)
            # TensorBoard drops what a killed run had written behind the step it resumes from.
            self._summaries.add_session_log(tf.SessionLog(status=tf.SessionLog.START), step)

    def keep(self, row, last):
        """Keep an epoch: history, checkpoint, metrics, in this order (see `model_dir`).

        Args:
            row: the epoch's numbers, by `model_dir.COLUMNS`.
            last: whether the run ends with it.
        """
        self.rows.append(row)
        values = [
            tf.Summary.Value(tag=name, simple_value=row[name]) for name in LOGGED if name in row
        ]
        self._summaries.add_summary(tf.Summary(value=values), row["step"])
        with self._folder.writing():
            self._folder.write_history(self.rows)
        if not last and time.monotonic() - self._saved < SECONDS_BETWEEN_CHECKPOINTS:
            return
        with self._writing_checkpoint():
            prefix = self._folder.join("model.ckpt")
            self._saver.save(self._session, prefix, row["step"], write_meta_graph=False)
            self._summaries.flush()
        self.write_metrics(row)
        self._saved = time.monotonic()

    def write_metrics(self, row):
        """Write metrics.json of a row of the history."""
        with self._folder.writing():
            self._folder.write_metrics(
                row, self._plan.configuration, parameters=parameters(), tensorflow=tf.__version__
            )

    @contextlib.contextmanager
    def _writing_checkpoint(self):
        """Turn a failing write of TensorFlow's into one line."""
        try:
            yield
        except restoring.ERRORS as error:
            raise RunError(
                f"--model_dir={self.path} cannot be written: {restoring.first_line(error)}; what "
                "was kept before is whole: make room, and the same command goes on"
            ) from None
