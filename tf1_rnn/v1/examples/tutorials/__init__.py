"""TensorFlow 1.x's tutorials that its scripts import."""

from . import mnist

__all__ = ["mnist"]
