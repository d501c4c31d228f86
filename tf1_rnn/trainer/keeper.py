"""Writes a run's epochs to its model_dir: history, checkpoint, metrics, summaries."""

from __future__ import annotations

import contextlib
import glob
import math
import os
import time
from typing import TYPE_CHECKING

import tensorflow.compat.v1 as tf

from tf1_rnn.checkpoints import restoring
from tf1_rnn.errors import RunError
from tf1_rnn.trainer import choosing
from tf1_rnn.trainer.classifier import parameters
from tf1_rnn.trainer.model_dir import ModelDir, step_of
from tf1_rnn.trainer.summaries import Summaries

if TYPE_CHECKING:
    import numpy as np

    from tf1_rnn.trainer.best import Best
    from tf1_rnn.trainer.plan import Plan

# Of a short epoch, saving would take a noticeable part. Only time is lost when a run is killed.
SECONDS_BETWEEN_CHECKPOINTS = 1
SECONDS_INSIDE_AN_EPOCH = 60  # of a long one, which is not to be lost as a whole


class Keeper:
    """Writes the epochs of a training run to its folder.

    Attributes:
        folder: the `ModelDir`.
        path: its path.
        rows: the history, a dict for each epoch.
        unfinished: sum of the losses and number of sequences of the epoch that the checkpoint lies
            in, before it; zeros where an epoch begins.
    """

    def __init__(
        self,
        plan: Plan,
        folder: ModelDir,
        session: tf.Session,
        saver: tf.train.Saver,
        best: Best | None,
        step: int,
    ) -> None:
        """Write the configuration and open the summaries.

        Args:
            plan: the `Plan`.
            folder: its `ModelDir`.
            session: the session that trains.
            saver: a `tf.train.Saver` of all variables.
            best: the run's `Best`, or None without a validation set.
            step: the steps done before.
        """
        self._plan, self._session, self._saver, self._best = plan, session, saver, best
        self.folder, self.path = folder, folder.path
        self.rows, self._saved = self.folder.read_history(step), -math.inf
        self._unfinished = self.folder.read_unfinished()
        self.unfinished, self._waiting_since = (
            self._unfinished.get(step, (0.0, 0)),
            time.monotonic(),
        )
        if best and self.rows:
            best.read(self.folder.best, choosing.best_of(self.rows)["step"])
        with self.folder.writing():
            self.folder.remove_unfinished()
            plan.dataset.keep(self.path)  # first: it refuses a folder with such files of others
            self.folder.write_config(plan.configuration, plan.statistics)
        with self._writing_checkpoint():
            self._summaries = Summaries(
                self.folder.join("tensorboard"), session, plan.configuration, step
            )

    def keep(self, more: dict, confusion: np.ndarray | None, last: bool) -> None:
        """Keep the epoch of the last row: history, checkpoints, metrics, in this order.

        Args:
            more: numbers of its training that only TensorBoard shows, by name.
            confusion: confusion matrix of the validation set, shown only by TensorBoard, or None.
            last: whether the run ends with it.
        """
        row = self.rows[-1]
        self._summaries.add(row, more, confusion)
        with self.folder.writing():
            self.folder.write_history(self.rows)
        if not last and time.monotonic() - self._saved < SECONDS_BETWEEN_CHECKPOINTS:
            return
        with self._writing_checkpoint():
            self._summaries.add_histograms(row["step"])
        self._save(row["step"])
        self._write_metrics(choosing.metrics(self.rows, row["epoch"], row["step"]))

    def is_due(self) -> bool:
        """Return whether the last checkpoint is so old that one is wanted inside an epoch."""
        return time.monotonic() - self._waiting_since >= SECONDS_INSIDE_AN_EPOCH

    def keep_inside(self, step: int, losses: float, count: int) -> None:
        """Keep a checkpoint inside an epoch, if the last one is old.

        Args:
            step: the steps done.
            losses: sum of the losses of this epoch's sequences so far.
            count: number of these sequences.
        """
        if not self.is_due():
            return
        there = {step_of(prefix) for prefix in self._saver.last_checkpoints}
        self._unfinished = {s: sums for s, sums in self._unfinished.items() if s in there}
        self._unfinished[step] = losses, count
        with self.folder.writing():
            self.folder.write_unfinished(self._unfinished)
        self._save(step)

    def _save(self, step):
        """Write the best model, if there is a new one, and then a checkpoint."""
        with self._writing_checkpoint():
            self._summaries.flush()
            if self._best:
                self._best.write(self.folder.best)
            prefix = self.folder.join("model.ckpt")
            self._saver.save(self._session, prefix, step, write_meta_graph=False)
        if self._best and self.rows:
            self._remove_former_best()
        self._saved = self._waiting_since = time.monotonic()

    def finish(self, metrics: dict, confusion: np.ndarray | None = None) -> dict:
        """Keep the numbers of the end, those of the test included.

        Args:
            metrics: as `choosing.metrics` gives them.
            confusion: the confusion matrix of the test, or None.

        Returns:
            All that metrics.json holds.
        """
        test = {name: value for name, value in metrics.items() if name.startswith("test_")}
        with self._writing_checkpoint():
            self._summaries.add_test(metrics["steps"], test, confusion)
        if self._best and self.rows:
            with self._writing_checkpoint():
                self._best.name(self.folder.best, choosing.best_of(self.rows)["step"])
            self._remove_former_best()
        return self._write_metrics(metrics)

    def _remove_former_best(self):
        """Delete the models of epochs that were the best before."""
        kept = {choosing.best_of(self.rows)["step"]}
        # A run may have to resume from the checkpoint before the last, which has a best epoch too.
        for prefix in self._saver.last_checkpoints:
            before = [row for row in self.rows if row["step"] <= step_of(prefix)]
            kept |= {choosing.best_of(before)["step"]} if before else set()
        with self.folder.writing():
            for prefix in self.folder.own(self.folder.best_checkpoints()):
                if step_of(prefix) not in kept:
                    for name in glob.glob(glob.escape(prefix) + ".*"):
                        os.remove(name)

    def _write_metrics(self, metrics):
        metrics = {
            **metrics,
            "parameters": parameters(),
            "tensorflow": tf.__version__,
            "configuration": dict(self._plan.configuration),
        }
        with self.folder.writing():
            self.folder.write_metrics(metrics)
        return metrics

    @contextlib.contextmanager
    def _writing_checkpoint(self):
        """Turn an error from TensorFlow's writing into one line."""
        try:
            yield
        except restoring.ERRORS as error:
            raise RunError(
                f"--model_dir={self.path} cannot be written: {restoring.first_line(error)}; "
                "earlier files are intact: free space, and run the same command again"
            ) from None
