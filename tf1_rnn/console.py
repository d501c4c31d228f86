"""Output of a run: lines, a progress bar on a terminal, no start-up messages of TensorFlow."""

import collections
import contextlib
import math
import os
import shutil
import sys
import tempfile
import time

SECONDS_BETWEEN_LINES = 30
EPOCH_LINES = 100
NARROW = 70  # columns of a terminal in which a bar next to its numbers is not readable
SECONDS_OF_SPEED = 10


class Console:
    """Lines and progress on one stream: a live bar on a terminal, plain lines elsewhere."""

    def __init__(self, stream=None):
        """Write to `stream`, by default the standard output of the moment."""
        self.stream = stream or sys.stdout

    def line(self, text):
        """Write one line at once, also into a pipe."""
        print(text, file=self.stream, flush=True)

    @contextlib.contextmanager
    def progress(self, first_epoch, epochs, samples):
        """Yield a `Progress` over epochs.

        Args:
            first_epoch: the epoch to start at, from 0.
            epochs: number of epochs.
            samples: number of samples in an epoch.
        """
        bar = self._bar()
        if bar is None:
            yield Progress(self, first_epoch, epochs, samples)
            return
        with bar:
            yield Bar(self, first_epoch, epochs, samples, bar)

    def _bar(self):
        if not self.stream.isatty():
            return None
        try:
            from rich.console import Console as Terminal
            from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as RichProgress
        except ImportError:
            return None
        terminal = Terminal(file=self.stream)
        if terminal.is_dumb_terminal or terminal.width < NARROW:
            return None
        return RichProgress(
            TextColumn("{task.description}"),
            BarColumn(),
            TimeRemainingColumn(),
            console=terminal,
        )


class Progress:
    """Progress in plain lines: one per epoch, at most a hundred, and one per half minute.

    Args:
        console: the `Console`.
        first_epoch: the epoch to start at, from 0.
        epochs: number of epochs.
        samples: number of samples in an epoch.
    """

    def __init__(self, console, first_epoch, epochs, samples):
        """Begin to count at `first_epoch`, counted from 0."""
        self._console, self._epoch, self._epochs, self._samples = (
            console,
            first_epoch,
            epochs,
            samples,
        )
        self._done, self._speed = 0, Speed()
        self._epochs_a_line = max(1, math.ceil((epochs - first_epoch) / EPOCH_LINES))
        self._last_line = time.monotonic()
        self._accuracy = ""

    def resume(self, samples):
        """Go on inside an epoch of which so many samples are done."""
        self._done = samples

    def step(self, samples, loss):
        """Count one training step; `loss` is its own."""
        self._done += samples
        self._speed.add(samples)
        now = time.monotonic()
        if now - self._last_line > SECONDS_BETWEEN_LINES:
            self._last_line = now
            self._console.line(
                f"{self._where()}, {self._done / self._samples:4.0%}"
                f"  loss {loss:.4f}{self._accuracy}  {self._speed}"
            )

    def epoch(self, row):
        """Show the numbers of an epoch, a row of the history."""
        self._epoch, self._done = row["epoch"] - 1, 0
        if row["epoch"] % self._epochs_a_line == 0 or row["epoch"] == self._epochs:
            self._last_line = time.monotonic()
            self._console.line(
                f"{self._where()}  loss {row['train_loss']:.4f}{accuracy_text(row)}  {self._speed}"
            )
        self._epoch, self._accuracy = row["epoch"], accuracy_text(row)

    def _where(self):
        return f"epoch {self._epoch + 1}/{self._epochs}"


class Speed:
    """The speed over the last seconds, in sequences per second, as text."""

    def __init__(self):
        self._seen, self._marks = 0, collections.deque([(time.monotonic(), 0)])

    def add(self, samples):
        """Count what was trained just now."""
        self._seen += samples
        now = time.monotonic()
        if now - self._marks[-1][0] >= 1:
            self._marks.append((now, self._seen))
        while len(self._marks) > 2 and now - self._marks[1][0] >= SECONDS_OF_SPEED:
            self._marks.popleft()

    def __str__(self):
        then, seen = self._marks[0]
        return f"{(self._seen - seen) / max(time.monotonic() - then, 1e-9):,.0f} sequences/s"


class Bar(Progress):
    """A live bar with loss, accuracy and speed.

    Args:
        console: the `Console`.
        first_epoch: the epoch to start at, from 0.
        epochs: number of epochs.
        samples: number of samples in an epoch.
        bar: a `rich.progress.Progress`.
    """

    def __init__(self, console, first_epoch, epochs, samples, bar):
        """Show on `bar`, a `rich.progress.Progress`."""
        super().__init__(console, first_epoch, epochs, samples)
        self._bar = bar
        self._task = bar.add_task(
            self._where(), total=epochs * samples, completed=first_epoch * samples
        )

    def step(self, samples, loss):
        """Count one training step; `loss` is its own."""
        self._done += samples
        self._speed.add(samples)
        now = time.monotonic()
        # The bar is drawn ten times a second; describing it more often would be lost work.
        if now - self._last_line > 0.1:
            self._last_line = now
            self._show(f"loss {loss:.4f}{self._accuracy}")

    def epoch(self, row):
        """Show the numbers of an epoch, a row of the history."""
        self._epoch, self._done = row["epoch"] - 1, self._samples
        self._accuracy = accuracy_text(row)
        self._show(f"loss {row['train_loss']:.4f}{self._accuracy}")
        self._epoch, self._done = row["epoch"], 0

    def _show(self, numbers):
        self._bar.update(
            self._task,
            completed=self._epoch * self._samples + self._done,
            description=f"{self._where()}  {numbers}  {self._speed}",
        )


def accuracy_text(row):
    """Return the validation measure of a history's row, accuracy or R2, as a piece of a line."""
    for name, word in (("valid_accuracy", "accuracy"), ("valid_r2", "R2")):
        if name in row:
            return f"  validation {word} {row[name]:.4f}"
    return ""


@contextlib.contextmanager
def silenced(verbose=False):
    """Keep everything off the standard error, C++ included; show it where the block fails.

    TensorFlow's first lines are written before its log level is read, so that only the file
    descriptor itself can be turned away.
    """
    if verbose:
        yield
        return
    sys.stderr.flush()
    kept = os.dup(2)
    with _temporary() as noise:
        os.dup2(noise.fileno(), 2)
        try:
            yield
        except Exception as error:
            os.dup2(kept, 2)
            if not hasattr(error, "exit_code"):
                noise.seek(0)
                shutil.copyfileobj(noise, os.fdopen(os.dup(2), "wb"))
            raise
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)


def _temporary():
    """Return a file for the messages, or the null device if none can be created."""
    try:
        return tempfile.TemporaryFile()
    except OSError:
        return open(os.devnull, "r+b")
