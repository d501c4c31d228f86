"""The MNIST tutorial: its reader of the data, `input_data`."""

from . import input_data

__all__ = ["input_data"]
