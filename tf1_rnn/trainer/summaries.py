"""A run's summaries for TensorBoard: `tensorboard --logdir=FOLDER/tensorboard`.

train        loss, learning rate, gradient norm, histograms of the variables, graph, configuration
validation   loss, and accuracy or R2: the same tags, so that one chart has both losses
test         the numbers of the chosen epoch

Of classes, the validation set of every epoch and the test have their confusion matrix, an image.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

import numpy as np
import tensorflow.compat.v1 as tf

from tf1_rnn.trainer.flags import show

PIXELS = 8  # at most, a side of a cell of the confusion matrix
SIDE = 512  # of the whole matrix, at most, unless it has more classes


class Summaries:
    """Writes the event files of one run."""

    def __init__(self, folder: str, session: tf.Session, configuration: Mapping, step: int) -> None:
        """Open the files, and show the graph and the configuration of a run that begins.

        Args:
            folder: the folder `tensorboard` of the model_dir.
            session: the session that trains.
            configuration: the plan's.
            step: the steps done before.
        """
        self._folder, self._session, self._writers = folder, session, {}
        self._first_step = step
        variables = tf.trainable_variables()
        self._pixels = tf.placeholder(tf.uint8, [1, None, None, 1], name="confusion/pixels")
        self._confusion = tf.summary.image("confusion matrix", self._pixels)
        self._histograms = tf.summary.merge(
            [tf.summary.histogram(variable.op.name, variable) for variable in variables]
        )
        if not step:
            train = self._writer("train")
            train.add_graph(session.graph)
            rows = "".join(f"| {name} | {show(value)} |\n" for name, value in configuration.items())
            table = "| | |\n| --- | --- |\n" + rows
            train.add_summary(session.run(tf.summary.text("configuration", tf.constant(table))), 0)

    def add(self, row: dict, more: dict, confusion: np.ndarray | None) -> None:
        """Add an epoch.

        Args:
            row: its row of the history.
            more: other numbers of its training, by name.
            confusion: the confusion matrix of the validation set, or None.
        """
        step = row["step"]
        self._add("train", step, {"loss": row["train_loss"], **more})
        parts = {name[len("valid_") :]: row[name] for name in row if name.startswith("valid_")}
        if parts:
            self._add("validation", step, parts)
        self._add_confusion("validation", step, confusion)

    def add_histograms(self, step: int) -> None:
        """Add how the values of the variables are distributed now."""
        self._writer("train").add_summary(self._session.run(self._histograms), step)

    def add_test(self, step: int, numbers: dict, confusion: np.ndarray | None) -> None:
        """Add the results of the test: its numbers, and a confusion matrix or None."""
        parts = {name[len("test_") :]: value for name, value in numbers.items()}
        self._add("test", step, parts)
        self._add_confusion("test", step, confusion)
        self.flush()

    def flush(self) -> None:
        """Write what was added."""
        for writer in self._writers.values():
            writer.flush()

    def _add_confusion(self, part, step, confusion):
        """Add a confusion matrix, or nothing for None: the darker, the larger a row's share."""
        if confusion is None:
            return
        side = max(1, min(PIXELS, SIDE // len(confusion)))
        share = confusion / np.maximum(confusion.sum(1, keepdims=True), 1)
        pixels = np.kron(255 - np.round(255 * share), np.ones([side, side])).astype(np.uint8)
        fed = {self._pixels: pixels[np.newaxis, :, :, np.newaxis]}
        self._writer(part).add_summary(self._session.run(self._confusion, fed), step)

    def _add(self, part, step, numbers):
        values = [tf.Summary.Value(tag=tag, simple_value=n) for tag, n in numbers.items()]
        self._writer(part).add_summary(tf.Summary(value=values), step)

    def _writer(self, part):
        if part not in self._writers:
            writer = tf.summary.FileWriter(os.path.join(self._folder, part))
            if self._first_step and part != "test":
                # TensorBoard drops what a killed run has written from this step on. The step that
                # the run resumes at is done and stays.
                log = tf.SessionLog(status=tf.SessionLog.START)
                writer.add_session_log(log, self._first_step + 1)
            self._writers[part] = writer
        return self._writers[part]
