"""TensorFlow 1.x's tutorials that its scripts import."""

from ... import _lazy
from . import mnist  # noqa: F401

_lazy.forward(__name__)
