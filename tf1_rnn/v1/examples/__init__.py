"""TensorFlow 1.x's examples that its scripts import."""

from . import tutorials

__all__ = ["tutorials"]
