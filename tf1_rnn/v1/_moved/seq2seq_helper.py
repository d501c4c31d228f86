"""`tensorflow.contrib.seq2seq.python.ops.helper`, which is two modules here."""

from .. import _lazy
from ..contrib.seq2seq import _helpers, _scheduled

_lazy.forward(__name__, _scheduled, _helpers)
