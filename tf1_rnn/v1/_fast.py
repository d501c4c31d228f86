"""The fast loops in the place of the v1 API's, for `run --fast`."""

import importlib

from . import _seeds


def install():
    """Let this API's loops be `tf1_rnn.fast`'s, and seeds be those of its own loops.

    Returns:
        What `tf1_rnn.fast.install` returns: a report, with `line()` and `undo()`.
    """
    fast = importlib.import_module("tf1_rnn.fast")
    modules = [importlib.import_module(f"{__package__}.{name}") for name in ("nn", "contrib.rnn")]
    return fast.install(*modules, uncounted=_seeds.uncounted)
