"""A `tf.compat.v1.Session` around a classifier: train, evaluate, predict, save, resume."""

import contextlib
import csv
import io
import math
import sys
import time

import numpy as np
import tensorflow.compat.v1 as tf

from tf1_rnn import files
from tf1_rnn.checkpoints import restoring
from tf1_rnn.console import silenced
from tf1_rnn.errors import RunError, UsageError
from tf1_rnn.trainer import datasets, loops
from tf1_rnn.trainer.classifier import Classifier, parameters
from tf1_rnn.trainer.model_dir import ModelDir
from tf1_rnn.trainer.settings import CELLS, MOVING_TIME_STEPS, show
from tf1_rnn.variants import VARIANTS

EVALUATION_BATCH = 256
KEPT_CHECKPOINTS = 2
# Of a short epoch, saving would take a noticeable part. Only time is lost when a run is killed.
SECONDS_BETWEEN_CHECKPOINTS = 1


class Run:
    """One command's work, from the data to the numbers.

    Attributes:
        settings: the `Settings` it was asked for.
        keep: the `ModelDir`, or None where nothing is kept.
        dataset: the checked `Dataset`.
        configuration: every choice that the numbers depend on.
        n_classes: the width of the head.
    """

    def __init__(self, settings, console):
        """Read the data and the folder, check them against each other, and write nothing.

        Args:
            settings: a `Settings` whose `check` has passed.
            console: a `Console` for what the run has to say.

        Raises:
            RunError: in one line, whatever does not fit.
        """
        if not settings.verbose:
            tf.logging.set_verbosity(tf.logging.ERROR)
        self.settings, self._console = settings, console
        self._training = settings.mode == "train"
        self.keep = ModelDir(settings.model_dir) if settings.model_dir else None
        kept = self.keep and self.keep.kept
        self.configuration = settings.configuration(kept)
        self.dataset = _load(settings, self.configuration["cell"], kept or {})
        self._statistics = None
        if self.configuration["standardize"]:
            self.dataset, self._statistics = datasets.standardize(
                self.dataset, None if self._training else self.keep.statistics
            )
        self.n_classes = self.dataset.n_classes if self._training else self._kept_classes()
        self.configuration.update(
            n_classes=self.n_classes, step_shape=list(self.dataset.step_shape)
        )
        if self._training:
            self.configuration["epochs"] = settings.epochs(
                self.configuration, self._steps_per_epoch()
            )
            self.configuration.update(time_steps=self.dataset.time_steps, data=self.dataset.name)
            if self.keep:
                self.configuration["data_fingerprint"] = self.dataset.fingerprint()
        if self.keep:
            self.keep.check(self.configuration, self._training)

    def train(self):
        """Train from where the folder stands to the last epoch, and keep every epoch."""
        with self.keep.locked() if self.keep else contextlib.nullcontext():
            with self._session() as (session, model):
                with silenced(self.settings.verbose):
                    session.run(tf.global_variables_initializer())
                    saver = tf.train.Saver(
                        tf.global_variables(),
                        max_to_keep=KEPT_CHECKPOINTS,
                        save_relative_paths=True,
                    )
                    resumed, notes = self._resume(session, saver)
                    step = int(session.run(model.global_step))
                    self._check_epochs(step)
                    keeper = _Keeper(self, session, saver, step) if self.keep else None
                self._say_start(session, resumed, notes)
                self._epochs(session, model, step, keeper)

    def evaluate(self):
        """Print test loss and accuracy of the kept model, and leave its folder alone."""
        with self._session() as (session, model):
            self._say_start(session, *self._restore_for_reading(session))
            numbers = _evaluate(session, model, self.dataset.test, self.n_classes)
        self._console.line(
            f"result  test accuracy {numbers['test_accuracy']:.6f}, test loss "
            f"{numbers['test_loss']:.6f}"
        )

    def predict(self):
        """Write a CSV row a test sample: the predicted class, then each class's probability."""
        with self._session() as (session, model):
            self._say_start(session, *self._restore_for_reading(session))
            arrays = _inputs(self.dataset.test)
            predict = session.make_callable(model.probabilities, model.inputs)
            probabilities = np.concatenate([predict(*batch) for batch in _in_order(arrays)])
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerow(["class", *(f"probability_{i}" for i in range(self.n_classes))])
        table.writerows([row.argmax(), *row.tolist()] for row in probabilities)
        if self.settings.output is None:
            sys.stdout.write(text.getvalue())
            sys.stdout.flush()
            return
        try:
            with files.writing(self.settings.output) as file:
                file.write(text.getvalue())
        except OSError as error:
            raise RunError(
                f"--output={self.settings.output} cannot be written: {error.strerror}: "
                "give another file"
            ) from None
        self._console.line(f"result  {len(probabilities)} predictions in {self.settings.output}")

    @contextlib.contextmanager
    def _session(self):
        """Build the classifier in a graph of its own and return a session with it."""
        with tf.Graph().as_default():
            with silenced(self.settings.verbose):
                model = Classifier(
                    self.configuration["cell"],
                    {
                        name: self.configuration[name]
                        for name in VARIANTS[self.configuration["cell"]].options
                    },
                    self.dataset.time_steps,
                    self.dataset.step_shape,
                    self.n_classes,
                    self.configuration["learning_rate"],
                    self.dataset.test.lengths is not None,
                    self.configuration["seed"],
                    _loops(
                        self.settings.fast,
                        VARIANTS[self.configuration["cell"]].loop,
                        self.configuration["rnn"],
                    ),
                )
                session = tf.Session()
            with session:
                yield session, model

    def _resume(self, session, saver):
        """Restore the folder's last checkpoint, if it has one; return its path, and notes."""
        prefixes = self.keep.checkpoints() if self.keep else []
        if not prefixes:
            return None, []
        model = tf.trainable_variables()
        others = [variable for variable in tf.global_variables() if variable not in model]
        notes = restoring.restore(session, prefixes[-1], model, others)
        # Only checkpoints that this command wrote are ever deleted, no stranger's.
        saver.recover_last_checkpoints(self.keep.own(prefixes))
        return prefixes[-1], notes

    def _restore_for_reading(self, session):
        prefixes = self._kept_checkpoints()
        with silenced(self.settings.verbose):
            notes = restoring.restore(session, prefixes[-1], tf.trainable_variables())
        return prefixes[-1], notes

    def _kept_classes(self):
        """Return the classes of the kept model, and hold the data's labels against them."""
        n_classes = (self.keep.kept or {}).get("n_classes")
        if n_classes is None:
            n_classes = restoring.classes(self._kept_checkpoints()[-1])
        if self.dataset.test.y is not None:
            datasets.check_labels(self.dataset.test.y, n_classes)
        return n_classes

    def _kept_checkpoints(self):
        prefixes = self.keep.checkpoints()
        if not prefixes:
            raise RunError(
                f"--model_dir={self.keep.path} holds no checkpoint; train first, with "
                "--mode=train and the same --model_dir"
            )
        return prefixes

    def _steps_per_epoch(self):
        return math.ceil(len(self.dataset.train) / self.configuration["batch_size"])

    def _check_epochs(self, step):
        epochs, done = self.configuration["epochs"], step / self._steps_per_epoch()
        if done > epochs:
            raise RunError(
                f"--epochs={epochs} asks for fewer than the {done:g} that "
                f"{self.keep.path} holds: give more, or another --model_dir"
            )

    def _epochs(self, session, model, step, keeper):
        """Train epoch after epoch; every epoch's order depends on the seed and its number."""
        configuration, split = self.configuration, self.dataset.train
        batch_size, epochs = configuration["batch_size"], configuration["epochs"]
        steps_per_epoch = self._steps_per_epoch()
        arrays = [*_inputs(split), _one_hot(split.y, self.n_classes)]
        train = session.make_callable([model.train_op, model.loss], [*model.inputs, model.y])
        started, first, row = time.monotonic(), step // steps_per_epoch, None
        with self._console.progress(first, epochs, len(split)) as progress:
            for epoch in range(first, epochs):
                order = np.random.RandomState([configuration["seed"], epoch]).permutation(
                    len(split)
                )
                losses, sizes = [], []
                for begin in range(step % steps_per_epoch * batch_size, len(split), batch_size):
                    batch = order[begin : begin + batch_size]
                    _, loss = train(*(array[batch] for array in arrays))
                    step += 1
                    _check_finite(loss, "training", epoch, step, keeper)
                    losses.append(float(loss))
                    sizes.append(len(batch))
                    progress.step(len(batch), loss)
                row = {
                    "epoch": epoch + 1,
                    "step": step,
                    "train_loss": float(np.average(losses, weights=sizes)),
                    **_evaluate(session, model, self.dataset.test, self.n_classes),
                }
                _check_finite(row["test_loss"], "test", epoch, step, keeper)
                if keeper:
                    keeper.keep(row, last=epoch + 1 == epochs)
                progress.epoch(row)
        row = row or self._numbers_of_finished(session, model, step, epochs, keeper)
        self._say_end(row, time.monotonic() - started, keeper)

    def _numbers_of_finished(self, session, model, step, epochs, keeper):
        """Return the last row of a folder whose epochs were all done before."""
        if keeper.rows and keeper.rows[-1]["step"] == step:
            row = keeper.rows[-1]
        else:
            row = {
                "epoch": epochs,
                "step": step,
                "train_loss": None,
                **_evaluate(session, model, self.dataset.test, self.n_classes),
            }
        keeper.write_metrics(row)
        return row

    def _say_start(self, session, checkpoint, notes):
        """Say what is about to be done, on what."""
        say, configuration, dataset = self._console.line, self.configuration, self.dataset
        splits = [
            f"{len(split):,} {name}"
            for name, split in (("training", dataset.train), ("test", dataset.test))
            if split
        ]
        kind = "frames" if configuration["cell"] == "conv_lstm" else "steps"
        shape = " x ".join(map(str, dataset.step_shape))
        varying = "" if dataset.test.lengths is None else " at most, by each sequence's length"
        say(
            f"data    {self.settings.data or dataset.name}: {' and '.join(splits)} sequences of "
            f"{dataset.time_steps} {kind} of {shape}{varying}; {self.n_classes} classes"
        )
        for note in dataset.notes:
            say(f"        {note}")
        if dataset.out_of_scale:
            say("        --standardize may learn better from values of such a scale")
        options = ", ".join(
            f"{name}={show(configuration[name])}" for name in CELLS[configuration["cell"]]
        )
        say(
            f"graph   {configuration['cell']}: {options}{', fast' if self.settings.fast else ''}; "
            f"{parameters():,} parameters"
        )
        devices = sorted(
            {
                device.device_type
                for device in session.list_devices()
                if not device.device_type.startswith("XLA")
            }
        )
        say(f"device  {' and '.join(devices)}, TensorFlow {tf.__version__}")
        if self._training:
            say(
                f"train   Adam, learning rate {configuration['learning_rate']}, batches of "
                f"{configuration['batch_size']}, {configuration['epochs']} epochs, seed "
                f"{configuration['seed']}"
            )
        if checkpoint:
            say(f"model   {checkpoint}")
        for note in notes:
            say(f"        {note}")

    def _say_end(self, row, seconds, keeper):
        """Say what came out and where it is."""
        train_loss = "" if row["train_loss"] is None else f", train loss {row['train_loss']:.4f}"
        self._console.line(
            f"result  test accuracy {row['test_accuracy']:.4f}, test loss {row['test_loss']:.4f}"
            f"{train_loss}; {row['epoch']} epochs, {row['step']:,} steps, {seconds:.1f} s"
        )
        where = (
            f"in {self.keep.path}: metrics.json, history.csv, checkpoints"
            if keeper
            else ("nowhere; --model_dir=FOLDER keeps the model and its numbers")
        )
        self._console.line(f"kept    {where}")


class _Keeper:
    """Writes a training run's epochs to its folder."""

    def __init__(self, run, session, saver, step):
        self._run, self._session, self._saver = run, session, saver
        self.path = run.keep.path
        with run.keep.writing():
            run.keep.remove_unfinished()
            run.keep.write_config(run.configuration, run._statistics)
        self.rows, self._saved = run.keep.read_history(step), -math.inf
        with _writing_checkpoint(self.path):
            self._summaries = tf.summary.FileWriter(self.path, None if step else session.graph)
            # TensorBoard drops what a killed run had written behind the step it resumes from.
            self._summaries.add_session_log(tf.SessionLog(status=tf.SessionLog.START), step)

    def keep(self, row, last):
        """Keep an epoch: history, checkpoint, metrics, in this order (see `model_dir`)."""
        self.rows.append(row)
        values = [
            tf.Summary.Value(tag=name, simple_value=row[name])
            for name in ("train_loss", "test_loss", "test_accuracy")
        ]
        self._summaries.add_summary(tf.Summary(value=values), row["step"])
        with self._run.keep.writing():
            self._run.keep.write_history(self.rows)
        if not last and time.monotonic() - self._saved < SECONDS_BETWEEN_CHECKPOINTS:
            return
        with _writing_checkpoint(self.path):
            self._saver.save(
                self._session,
                self._run.keep.join("model.ckpt"),
                row["step"],
                write_meta_graph=False,
            )
            self._summaries.flush()
        self.write_metrics(row)
        self._saved = time.monotonic()

    def write_metrics(self, row):
        """Write metrics.json of a row of the history."""
        with self._run.keep.writing():
            self._run.keep.write_metrics(
                row, self._run.configuration, parameters=parameters(), tensorflow=tf.__version__
            )


def _load(settings, cell, kept):
    """Return the data the settings ask for, of a kind that fits the cell."""
    training = settings.mode == "train"
    if settings.data is not None:
        dataset = datasets.load_npz(
            settings.data,
            ("train", "test") if training else ("test",),
            labels=settings.mode != "predict",
        )
    elif kept and not training and "digits" not in kept.get("data", ""):
        raise UsageError(
            f"--data was not given; {settings.model_dir} was trained on "
            f"{kept.get('data')}: give --data=FILE.npz"
        )
    elif cell == "conv_lstm":
        dataset = datasets.moving_digits(
            settings.time_steps or (not training and kept.get("time_steps")) or MOVING_TIME_STEPS
        )
    else:
        dataset = datasets.embedded_digits()
    shape = list(dataset.test.x.shape)
    if cell == "conv_lstm" and len(shape) != 5:
        raise RunError(
            f"{settings.data}: x_test has shape {shape}; conv_lstm expects frames, [n, "
            "time_steps, height, width] or [n, time_steps, height, width, channels]: "
            "single images are one frame each, x.reshape(n, 1, height, width), and "
            "sequences of plain steps are for the other cells"
        )
    if cell != "conv_lstm" and len(shape) != 3:
        raise RunError(
            f"{settings.data}: x_test has shape {shape}; {cell} expects [n, time_steps, "
            "length]: give frames to --cell=conv_lstm, or flatten each of them, "
            "x.reshape(n, time_steps, -1)"
        )
    return dataset


def _loops(fast, own, asked):
    """Return what supplies the loops: TensorFlow or the fast path, and perhaps the other way.

    Args:
        fast: whether `tf1_rnn.fast` is asked for.
        own: the loop that the document has for this graph, as `static_rnn`.
        asked: "static" or "dynamic".
    """
    nn = tf.nn
    if fast:
        try:
            from tf1_rnn import fast as nn
        except ImportError as error:
            raise RunError(
                f"--fast: tf1_rnn.fast cannot be loaded ({error}); leave --fast out"
            ) from None
    if asked == "static" and own != "static_rnn":
        return loops.as_static(nn)
    if asked == "dynamic" and own == "static_rnn":
        return loops.as_dynamic(nn)
    return nn


def _inputs(split):
    return [split.x] if split.lengths is None else [split.x, split.lengths]


def _one_hot(y, n_classes):
    return np.eye(n_classes, dtype=np.float32)[y]


def _in_order(arrays):
    """Yield batches of the arrays, from the first sample to the last."""
    for begin in range(0, len(arrays[0]), EVALUATION_BATCH):
        yield [array[begin : begin + EVALUATION_BATCH] for array in arrays]


def _evaluate(session, model, split, n_classes):
    """Return `test_loss` and `test_accuracy` of a split."""
    score = session.make_callable([model.losses, model.correct], [*model.inputs, model.y])
    parts = [score(*batch) for batch in _in_order([*_inputs(split), _one_hot(split.y, n_classes)])]
    losses, correct = (np.concatenate(part) for part in zip(*parts, strict=True))
    return {
        "test_loss": float(losses.mean(dtype=np.float64)),
        "test_accuracy": float(correct.mean()),
    }


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


@contextlib.contextmanager
def _writing_checkpoint(path):
    try:
        yield
    except restoring.ERRORS as error:
        raise RunError(
            f"--model_dir={path} cannot be written: {restoring.first_line(error)}; what was kept "
            "before is whole: make room, and the same command goes on"
        ) from None
