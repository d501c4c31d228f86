"""Put the fast loops in the place of TensorFlow's, for programs that are not to be edited."""

import contextlib
import functools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from types import ModuleType

import tensorflow.compat.v1 as tf

from tf1_rnn.cells import contrib

from . import loops
from .report import Report

NAMES = (
    "bidirectional_dynamic_rnn",
    "dynamic_rnn",
    "static_bidirectional_rnn",
    "static_rnn",
)


class Installed(Report):
    """A report of the calls that come through the loops put in place; `undo` takes them away."""

    def __init__(
        self,
        modules: tuple[ModuleType, ...],
        uncounted: Callable[[], AbstractContextManager] | None,
    ) -> None:
        super().__init__(uncounted)
        self._before = [
            (module, name, vars(module).get(name))
            for module in modules
            for name in NAMES
            if hasattr(module, name)
        ]

    def undo(self) -> None:
        """Put back what was there before."""
        for module, name, before in self._before:
            if before is None:
                delattr(module, name)
            else:
                setattr(module, name, before)


def install(
    *modules: ModuleType, uncounted: Callable[[], AbstractContextManager] | None = None
) -> Installed:
    """Let `tf.nn`'s loops be the fast ones, in the whole process.

    `tf.nn.dynamic_rnn`, `static_rnn` and their bidirectional forms run fast where they can, and
    so does what is made of them, as stacks of `tf.contrib.rnn` are. All else is TensorFlow's own.

    Args:
        *modules: more modules that hold the loops under the same names, as `tf1_rnn.v1.nn` and
            `tf1_rnn.v1.contrib.rnn`.
        uncounted: a function to a context manager to make nodes in, for a caller that counts those
            of TensorFlow's loops.

    Returns:
        An `Installed`: a report of the calls made, with `line()` and `undo()`.
    """
    installed = Installed((tf.nn, contrib, contrib.loops, *modules), uncounted)
    for module, name, _ in installed._before:
        setattr(module, name, _reported(getattr(loops, name), installed))
    return installed


def _reported(loop, report):
    """Return a loop that tells a report of its calls."""

    @functools.wraps(loop)
    def reported(*args, **kwargs):
        with report.listening():
            return loop(*args, **kwargs)

    return reported


@contextlib.contextmanager
def installed(
    *modules: ModuleType, uncounted: Callable[[], AbstractContextManager] | None = None
) -> Iterator[Installed]:
    """Do what `install` does inside the block, and yield its report.

    Example:
        >>> import tf1_rnn.cells
        >>> with installed() as report:
        ...     cell = tf1_rnn.cells.LSTMCell(16)
        ...     outputs, _ = tf.nn.dynamic_rnn(cell, tf.zeros([2, 5, 8]), dtype=tf.float32)
        >>> report.line()
        'fast: 1 of 1 recurrent calls'
    """
    report = install(*modules, uncounted=uncounted)
    try:
        yield report
    finally:
        report.undo()
