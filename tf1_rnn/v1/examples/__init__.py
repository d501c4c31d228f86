"""TensorFlow 1.x's examples that its scripts import."""

from .. import _lazy
from . import tutorials  # noqa: F401

_lazy.forward(__name__)
