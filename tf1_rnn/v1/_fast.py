"""The fast loops in place of the v1 API's loops, for `run --fast`."""

import importlib

from . import _seeds


def install():
    """Replace this API's loops by `tf1_rnn.fast`'s, and keep the seeds of its own loops.

    Returns:
        What `tf1_rnn.fast.install` returns: a report, with `line()` and `undo()`.
    """
    fast = importlib.import_module("tf1_rnn.fast")
    modules = [importlib.import_module(f"{__package__}.{name}") for name in ("nn", "contrib.rnn")]
    return fast.install(*modules, uncounted=_seeds.uncounted)
