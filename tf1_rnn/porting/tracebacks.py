"""What an old program's uncaught exception shows: its own traceback, or the one line that helps."""

import importlib
import os
import runpy
import sys
import types

from tf1_rnn.porting import finder

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_OUR_FILES = tuple(
    os.path.join(_PACKAGE, part)
    for part in ("run.py", "__main__.py", "porting" + os.sep, os.path.join("v1", "_lazy.py"))
)
_CONSOLE_SCRIPT = os.sep + "tf1-rnn"  # under the path that it was called by
# Python's own way to a module; since 3.11 frozen, before that a file.
_PYTHON_FILES = (
    "<frozen runpy>",
    runpy.__file__,
    importlib.__file__,
    "<frozen importlib._bootstrap>",
    "<frozen importlib._bootstrap_external>",
)


def excepthook(kind, error, traceback):
    """Print the program's own traceback, or one line for what TensorFlow 1 had and is not here."""
    seen = set()
    pending = [error]
    while pending:
        each = pending.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        each.__traceback__ = _own_frames(each.__traceback__)
        pending += [each.__cause__, each.__context__]
    if getattr(error, "tensorflow_1_name", None):
        print(f"{_last_user_line(error.__traceback__)}{error}", file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, error.__traceback__)


def _own_frames(traceback):
    """Return the traceback without the frames of this package and of Python's import system."""
    if traceback is None:
        return None
    following = _own_frames(traceback.tb_next)
    file = traceback.tb_frame.f_code.co_filename
    if file.startswith(_OUR_FILES) or file in _PYTHON_FILES or file.endswith(_CONSOLE_SCRIPT):
        return following
    return types.TracebackType(
        following, traceback.tb_frame, traceback.tb_lasti, traceback.tb_lineno
    )


def _last_user_line(traceback):
    """Return `FILE:LINE: ` for the innermost frame in the user's own files, or nothing."""
    where = ""
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        if finder.is_user_file(file):
            where = f"{file}:{traceback.tb_lineno}: "
        traceback = traceback.tb_next
    return where
