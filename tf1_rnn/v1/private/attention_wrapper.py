"""`tensorflow.contrib.seq2seq.python.ops.attention_wrapper`, which is two modules here."""

from ..contrib.seq2seq import attention as _attention
from ..contrib.seq2seq import monotonic as _monotonic


def __getattr__(name):
    return getattr(_monotonic if hasattr(_monotonic, name) else _attention, name)


def __dir__():
    return sorted({*globals(), *dir(_attention), *dir(_monotonic)})
