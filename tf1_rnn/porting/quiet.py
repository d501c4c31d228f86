"""Imports the v1 API without TensorFlow's start-up messages."""

import importlib
import os

from tf1_rnn import console, startup


def import_v1():
    """Return the module `tf1_rnn.v1`; TensorFlow's messages are shown only if its import fails."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with console.silenced(), startup.without_keras():
        return importlib.import_module("tf1_rnn.v1")
