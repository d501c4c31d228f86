"""Imports the face without TensorFlow's start-up messages."""

import contextlib
import importlib
import os
import sys
import tempfile


def import_face():
    """Return the module `tf1_rnn.v1`; TensorFlow's messages are shown only if its import fails."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with _held_back_stderr():
        return importlib.import_module("tf1_rnn.v1")


@contextlib.contextmanager
def _held_back_stderr():
    """Hold back what is written to file descriptor 2; show it only if an exception comes out."""
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(kept, held.read())
            raise
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)
