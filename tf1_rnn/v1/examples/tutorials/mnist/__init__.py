"""The MNIST tutorial: its reader of the data, `input_data`."""

from .... import _lazy
from . import input_data  # noqa: F401

_lazy.forward(__name__)
