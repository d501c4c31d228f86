"""Output for an old program's uncaught exception: its own traceback, or one line of advice."""

import importlib
import os
import runpy
import sys
import types

from tf1_rnn.porting import advice, finder

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


def excepthook(kind, error, traceback, ported=()):
    """Print the program's own traceback, or one line of advice.

    Args:
        kind: as for `sys.excepthook`.
        error: as for `sys.excepthook`.
        traceback: as for `sys.excepthook`.
        ported: the names of the installed packages that are ported.
    """
    line = advice.advice(error, ported)
    seen = set()
    pending = [error]
    while pending:
        each = pending.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        each.__traceback__ = _own_frames(each.__traceback__)
        pending += [each.__cause__, each.__context__]
    if line is not None:
        print(f"{last_user_line(error.__traceback__)}{line}", file=sys.stderr)
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


def last_user_line(traceback):
    """Return `FILE:LINE: ` for the innermost frame in the user's own files, or nothing."""
    where = ""
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        if finder.is_user_file(file):
            where = f"{file}:{traceback.tb_lineno}: "
        traceback = traceback.tb_next
    return where
