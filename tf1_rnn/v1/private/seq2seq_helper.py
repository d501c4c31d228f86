"""`tensorflow.contrib.seq2seq.python.ops.helper`, which is two modules here."""

from ..contrib.seq2seq import helpers as _helpers
from ..contrib.seq2seq import scheduled as _scheduled


def __getattr__(name):
    return getattr(_scheduled if hasattr(_scheduled, name) else _helpers, name)


def __dir__():
    return sorted({*globals(), *dir(_helpers), *dir(_scheduled)})
