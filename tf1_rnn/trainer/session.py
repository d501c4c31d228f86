"""The `tf.compat.v1.Session` that carries a plan out: train, evaluate, predict, save, resume."""

import contextlib
import math
import sys
import time

import numpy as np
import tensorflow.compat.v1 as tf

from tf1_rnn import files
from tf1_rnn.checkpoints import restoring
from tf1_rnn.console import silenced
from tf1_rnn.errors import RunError
from tf1_rnn.grappler import safe_config
from tf1_rnn.trainer import exports, loops, measures, messages, predictions
from tf1_rnn.trainer.classifier import Classifier, Specification, parameters
from tf1_rnn.trainer.keeper import Keeper

EVALUATION_BATCH = 256
KEPT_CHECKPOINTS = 2


class Run:
    """Carries a plan out."""

    def __init__(self, plan, console):
        """Start nothing yet.

        Args:
            plan: a `Plan`.
            console: a `Console` for what the run has to say.
        """
        self.plan, self._console = plan, console
        if not plan.settings.verbose:
            tf.logging.set_verbosity(tf.logging.ERROR)

    def carry_out(self):
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

    def train(self):
        """Train from where the folder stands to the last epoch, and keep every epoch."""
        model_dir = self.plan.model_dir
        with model_dir.locked() if model_dir else contextlib.nullcontext():
            self._check_folder()
            with self._session() as (session, model):
                with silenced(self.plan.settings.verbose):
                    session.run(tf.global_variables_initializer())
                    saver = tf.train.Saver(
                        tf.global_variables(),
                        max_to_keep=KEPT_CHECKPOINTS,
                        save_relative_paths=True,
                    )
                    notes = self._resume(session, saver)
                    step = int(session.run(model.global_step))
                    self._check_epochs(step)
                    keeper = Keeper(self.plan, session, saver, step) if model_dir else None
                self._say_start(session, notes)
                started = time.monotonic()
                row = self._epochs(session, model, step, keeper)
                self._console.line(messages.trained(row, time.monotonic() - started))
                self._console.line(messages.kept(model_dir))

    def evaluate(self):
        """Print test loss and accuracy of the kept model, and leave its folder alone."""
        with self._session() as (session, model):
            self._say_start(session, self._restore(session))
            numbers = self._evaluate(session, model, self.plan.dataset.test)
        self._console.line(messages.evaluated(numbers))

    def predict(self):
        """Write predictions of the test set as CSV (see `predictions`)."""
        with self._session() as (session, model):
            self._say_start(session, self._restore(session))
            arrays = _inputs(self.plan.dataset.test)
            predict = session.make_callable(model.predictions, model.inputs)
            found = np.concatenate([predict(*batch) for batch in _in_order(arrays)])
        text = predictions.as_csv(self.plan.dataset, found)
        output = self.plan.settings.output
        if output is None:
            sys.stdout.write(text)
            sys.stdout.flush()
            return
        try:
            with files.writing(output) as file:
                file.write(text)
        except OSError as error:
            raise RunError(
                f"--output={output} cannot be written: {error.strerror}: give another file"
            ) from None
        self._console.line(messages.predicted(len(found), output))

    def export(self):
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
        plan = self.plan
        with tf.Graph().as_default():
            with silenced(plan.settings.verbose):
                if plan.settings.mode == "export":
                    nn = exports.loops_for(plan.settings.output)
                else:
                    nn = loops.of(plan.cell, plan.configuration["rnn"], plan.settings.fast)
                model = Classifier(Specification.of(plan), nn)
                session = tf.Session(config=safe_config())
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

    def _resume(self, session, saver):
        """Restore the folder's last checkpoint, if it has one; return notes."""
        if not self.plan.checkpoint:
            return []
        model = tf.trainable_variables()
        others = [variable for variable in tf.global_variables() if variable not in model]
        notes = restoring.restore(session, self.plan.checkpoint, model, others)
        # Only checkpoints that this command wrote are ever deleted, no stranger's.
        saver.recover_last_checkpoints(self.plan.model_dir.own(self.plan.checkpoints))
        return notes

    def _restore(self, session):
        """Restore the model alone, for reading; return notes."""
        with silenced(self.plan.settings.verbose):
            return restoring.restore(session, self.plan.checkpoint, tf.trainable_variables())

    def _check_epochs(self, step):
        epochs, done = self.plan.configuration["epochs"], step / self.plan.steps_per_epoch
        if done > epochs:
            raise RunError(
                f"--epochs={epochs} asks for fewer than the {done:g} that "
                f"{self.plan.model_dir.path} holds: give more, or another --model_dir"
            )

    def _say_start(self, session, notes):
        types = {device.device_type for device in session.list_devices()}
        types = sorted(each for each in types if not each.startswith("XLA"))
        devices = f"{' and '.join(types)}, TensorFlow {tf.__version__}"
        for line in messages.start(self.plan, devices, parameters(), notes):
            self._console.line(line)

    def _epochs(self, session, model, step, keeper):
        """Train epoch after epoch; return the last one's row of the history."""
        epochs, split = self.plan.configuration["epochs"], self.plan.dataset.train
        arrays = _inputs(split)
        train = session.make_callable([model.train_op, model.loss], [*model.inputs, model.y])
        first, row = step // self.plan.steps_per_epoch, None
        with self._console.progress(first, epochs, len(split)) as progress:
            for epoch in range(first, epochs):
                losses, sizes = [], []
                for batch in self._batches(epoch, step):
                    _, loss = train(*(array[batch] for array in arrays), self._fed(split.y[batch]))
                    step += 1
                    _check_finite(loss, "training", epoch, step, keeper)
                    losses.append(float(loss))
                    sizes.append(len(batch))
                    progress.step(len(batch), loss)
                row = self._row(session, model, epoch + 1, step)
                row["train_loss"] = float(np.average(losses, weights=sizes))
                _check_finite(row["test_loss"], "test", epoch, step, keeper)
                if keeper:
                    keeper.keep(row, last=epoch + 1 == epochs)
                progress.epoch(row)
        return row or self._row_of_finished(session, model, step, keeper)

    def _batches(self, epoch, step):
        """Yield the indices of the batches of an epoch that are not done before a step.

        The order depends on the seed and the epoch's number alone.
        """
        batch_size, n = self.plan.configuration["batch_size"], len(self.plan.dataset.train)
        order = np.random.RandomState([self.plan.configuration["seed"], epoch]).permutation(n)
        done = step % self.plan.steps_per_epoch
        for begin in range(done * batch_size, n, batch_size):
            yield order[begin : begin + batch_size]

    def _row(self, session, model, epoch, step):
        """Return a row of the history, its numbers those of the test set."""
        numbers = self._evaluate(session, model, self.plan.dataset.test)
        return {"epoch": epoch, "step": step, "train_loss": None, **numbers}

    def _evaluate(self, session, model, split):
        """Return the loss and the measure of a split."""
        score = session.make_callable([model.losses, model.answers], [*model.inputs, model.y])
        parts = [
            score(*inputs, self._fed(y)) for *inputs, y in _in_order([*_inputs(split), split.y])
        ]
        losses, answers = (np.concatenate(part) for part in zip(*parts, strict=True))
        return measures.of_split(split, self.plan.dataset.target, losses, answers)

    def _fed(self, y):
        return measures.as_fed(y, self.plan.dataset.target, self.plan.n_classes)

    def _row_of_finished(self, session, model, step, keeper):
        """Return the last row of a folder whose epochs were all done before."""
        if keeper.rows and keeper.rows[-1]["step"] == step:
            row = keeper.rows[-1]
        else:
            row = self._row(session, model, self.plan.configuration["epochs"], step)
        keeper.write_metrics(row)
        return row


def _inputs(split):
    return [split.x] if split.lengths is None else [split.x, split.lengths]


def _in_order(arrays):
    """Yield batches of the arrays, from the first sample to the last."""
    for begin in range(0, len(arrays[0]), EVALUATION_BATCH):
        yield [array[begin : begin + EVALUATION_BATCH] for array in arrays]


def _check_finite(loss, kind, epoch, step, keeper):
    if math.isfinite(loss):
        return
    kept = "; nothing was kept"
    if keeper:
        kept = (
            f"; the last good checkpoint is kept in {keeper.path}"
            if keeper.rows
            else (f"; no epoch was finished, {keeper.path} holds no checkpoint of this run")
        )
    raise RunError(
        f"the {kind} loss is {loss} at epoch {epoch + 1}, step {step}{kept}: try a "
        "smaller --learning_rate, or --standardize where the data's values are large"
    )
