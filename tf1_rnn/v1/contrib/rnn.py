"""`tf.contrib.rnn` of TensorFlow 1.x, all 50 names."""

from ...cells import *  # noqa: F403
from ...cells import __all__ as _of_the_document
from ...cells.contrib import *  # noqa: F403
from ...cells.contrib import __all__ as _the_rest
from .. import _lazy

__all__ = sorted([*_of_the_document, *_the_rest])

_lazy.forward(__name__)
