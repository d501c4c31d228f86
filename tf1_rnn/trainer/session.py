"""The `tf.compat.v1.Session` that carries a plan out: train, evaluate, predict, save, resume."""

from __future__ import annotations

import contextlib
import math
import sys
import time
from typing import TYPE_CHECKING

import tensorflow.compat.v1 as tf

from tf1_rnn import files
from tf1_rnn.checkpoints import restoring
from tf1_rnn.console import silenced
from tf1_rnn.errors import RunError
from tf1_rnn.trainer import exports, loops, messages, predictions
from tf1_rnn.trainer.best import Best
from tf1_rnn.trainer.classifier import Specification, parameters
from tf1_rnn.trainer.keeper import Keeper
from tf1_rnn.trainer.machines import ThisProcess
from tf1_rnn.trainer.report import findings, page
from tf1_rnn.trainer.scoring import Scorer
from tf1_rnn.trainer.training import Training

if TYPE_CHECKING:
    from tf1_rnn.console import Console
    from tf1_rnn.trainer.machines import Machines
    from tf1_rnn.trainer.plan import Plan

KEPT_CHECKPOINTS = 2


class Run:
    """Carries a plan out."""

    def __init__(self, plan: Plan, console: Console, machines: Machines | None = None) -> None:
        """Start nothing yet.

        Args:
            plan: a `Plan`.
            console: a `Console` for what the run has to say.
            machines: where to run it, a `Machines`; by default in this process.
        """
        self.plan, self._console = plan, console
        self._machines = machines or ThisProcess()
        if not plan.settings.verbose:
            tf.logging.set_verbosity(max(tf.logging.ERROR, tf.logging.get_verbosity()))

    def carry_out(self) -> None:
        """Do what the plan's mode asks for.

        Raises:
            RunError: in one line, what went wrong.
        """
        does = {
            "train": self.train,
            "eval": self.evaluate,
            "predict": self.predict,
            "export": self.export,
        }
        does[self.plan.settings.mode]()

    def train(self) -> None:
        """Train from where the folder stands, keep every epoch, and test the chosen one."""
        model_dir = self.plan.model_dir
        with model_dir.locked() if model_dir else contextlib.nullcontext():
            self._check_folder()
            with self._session() as (session, model):
                with silenced(self.plan.settings.verbose):
                    training, step, notes = self._prepared(session, model)
                self._say_start(session, notes)
                started = time.monotonic()
                training.run(step, self._console)
                metrics = self._finished(session, model, training)
                self._console.line(messages.trained(metrics, time.monotonic() - started))
                self._console.line(messages.kept(model_dir))

    def evaluate(self) -> None:
        """Print test loss and accuracy of the trained model, without changing its folder."""
        with self._session() as (session, model):
            self._say_start(session, self._restore(session))
            numbers = self._tested(session, model)
        self._console.line(messages.evaluated(numbers))

    def predict(self) -> None:
        """Write predictions of the test set as CSV (see `predictions`)."""
        with self._session() as (session, model):
            self._say_start(session, self._restore(session))
            found = Scorer(session, model, self.plan).predictions(self.plan.dataset.test)
            text = predictions.as_csv(self.plan.dataset, found)
            output = self.plan.settings.output
            if output is None:
                sys.stdout.writelines(text)
                sys.stdout.flush()
                return
            try:
                with files.writing(output) as file:
                    file.writelines(text)
            except OSError as error:
                raise RunError(
                    f"--output={output} cannot be written: {error.strerror}: give another file"
                ) from None
        self._console.line(messages.predicted(len(self.plan.dataset.test), output))

    def export(self) -> None:
        """Write the kept model for use without this package (see `exports`)."""
        with self._session() as (session, model):
            self._say_start(session, self._restore(session))
            with silenced(self.plan.settings.verbose):
                lines = exports.write(self.plan, session, model)
        for line in lines:
            self._console.line(line)

    @contextlib.contextmanager
    def _session(self):
        """Build the classifier in a graph of its own and return a session with it."""
        plan, machines = self.plan, self._machines
        note = messages.slow_to_build(plan)
        if note:
            self._console.line(note)
        with tf.Graph().as_default(), machines.placing():
            with silenced(plan.settings.verbose):
                nn = loops.of(plan.cell, plan.configuration["rnn"], plan.settings.fast)
                if plan.settings.mode == "export":
                    nn = loops.as_dynamic(tf.nn)  # which every format takes
                model = machines.classifier(Specification.of(plan), nn)
                session = machines.session()
            with session:
                yield session, model

    def _check_folder(self):
        """Refuse a folder that another run has written to since the plan was made."""
        folder = self.plan.model_dir
        if folder and tuple(folder.checkpoints()) != self.plan.checkpoints:
            raise RunError(
                f"--model_dir={folder.path} has just been written to by another run: run the same "
                "command again"
            )

    def _prepared(self, session, model):
        """Return the `Training` that resumes from the folder, the steps done before, and notes."""
        session.run(tf.global_variables_initializer())
        folder, best = self.plan.model_dir, None
        if self.plan.dataset.valid:
            best = Best(session)
        saver = tf.train.Saver(
            tf.global_variables(), max_to_keep=KEPT_CHECKPOINTS, save_relative_paths=True
        )
        notes = self._resume(session, saver)
        step = int(session.run(model.global_step))
        keeper = None
        if folder:
            self._check_epochs(folder, step)
            keeper = Keeper(self.plan, folder, session, saver, best, step)
        steps = self._machines.steps(self.plan, session, model)
        return Training(self.plan, session, model, best, keeper, steps), step, notes

    def _finished(self, session, model, training):
        """Test the chosen epoch, keep its numbers and return them."""
        training.put_chosen_back()
        # The test set is evaluated only here, once, whatever was tried before.
        metrics = training.metrics(self._tested(session, model))
        if training.keeper:
            scorer, test = Scorer(session, model, self.plan), self.plan.dataset.test
            found = findings.of(self.plan, scorer.losses_and_predictions(test))
            metrics = training.keeper.finish(metrics, found.confusion)
            self._report(
                training.keeper.folder, session.graph, model, training.rows, metrics, found
            )
        return metrics

    def _report(self, folder, graph, model, rows, metrics, found):
        """Write report.html, or say what it needs."""
        try:
            with folder.writing():
                path = folder.join("report.html")
                page.write(path, self.plan, graph, model, rows, metrics, found)
        except ImportError:
            self._console.line(messages.without_report())

    def _tested(self, session, model):
        """Return the numbers of the test set."""
        numbers = Scorer(session, model, self.plan).numbers("test")
        if not all(map(math.isfinite, numbers.values())):
            raise RunError(
                f"the test loss is {numbers['test_loss']}: the data's values are beyond what this "
                "model can compute with; scale them, or train with --standardize"
            )
        return numbers

    def _resume(self, session, saver):
        """Restore the folder's last checkpoint, if it has one; return notes."""
        if not self.plan.checkpoint:
            return []
        source, folder = self.plan.trained
        model = tf.trainable_variables()
        others = [variable for variable in tf.global_variables() if variable not in model]
        with self._offering_another(folder):
            notes = source.restore(session, model, others)
        # Only checkpoints that this command wrote are ever deleted.
        saver.recover_last_checkpoints(folder.own(self.plan.checkpoints))
        return notes

    def _restore(self, session):
        """Restore only the model, for reading; return notes."""
        source, folder = self.plan.trained
        with silenced(self.plan.settings.verbose), self._offering_another(folder):
            return source.restore(session, tf.trainable_variables())

    @contextlib.contextmanager
    def _offering_another(self, folder):
        """Say of a damaged checkpoint which other one is there, and how to resume from that."""
        try:
            yield
        except restoring.Damaged as error:
            others = list(self.plan.checkpoints)
            in_the_way = [f"{error.prefix}.*", folder.join("checkpoint")]
            if error.prefix == self.plan.best:
                in_the_way = [folder.best]
            elif error.prefix == others[-1]:
                others.pop()
            if not others:
                raise
            raise RunError(
                f"{error.prefix} is damaged ({error.reason}): restore it, or remove "
                f"{' and '.join(in_the_way)} to resume from {others[-1]}"
            ) from None

    def _check_epochs(self, folder, step):
        epochs, done = self.plan.configuration["epochs"], step / self.plan.steps_per_epoch
        if done > epochs:
            raise RunError(
                f"--epochs={epochs} asks for fewer than the {done:g} that "
                f"{folder.path} holds: give more, or another --model_dir"
            )

    def _say_start(self, session, notes):
        types = {device.device_type for device in session.list_devices()}
        types = sorted(each for each in types if not each.startswith("XLA"))
        devices = f"{' and '.join(types)}, TensorFlow {tf.__version__}"
        for line in messages.start(self.plan, devices, parameters(), notes):
            self._console.line(line)
