"""`tensorflow.contrib.seq2seq.python.ops.attention_wrapper`, which is two modules here."""

from .. import _lazy
from ..contrib.seq2seq import _attention, _monotonic

_lazy.forward(__name__, _monotonic, _attention)
