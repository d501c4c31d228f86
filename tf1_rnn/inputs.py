"""Input files, read whole and within a limit: what has no end, or is not there yet, is refused.

Runs under Python 3.7 too, without TensorFlow and NumPy.
"""

import os
import stat

from tf1_rnn import memory

TEXT = 64 * 10**6  # bytes of a script, a notebook or a log; none is as long
GRAPH = 2**31  # bytes of a graph: protocol buffers have no more


class Unreadable(ValueError):
    """An input that cannot be used; the message says why, in one line."""


def read(path, most=TEXT):
    """Return the bytes of an input file.

    Args:
        path: a regular file, or a pipe that the shell has opened for this process, as
            `/dev/stdin` or `<(command)`.
        most: the largest size in bytes.

    Raises:
        Unreadable: there is no such file, it is another kind of file, or larger than that.
    """
    require_readable(path)
    try:
        with open(path, "rb") as file:
            _require_room(os.fstat(file.fileno()).st_size, most)
            content = file.read(most + 1)
    except OSError as error:
        raise Unreadable("cannot be read: %s" % (error.strerror or error)) from None
    except MemoryError:
        raise Unreadable("larger than the memory") from None
    _require_room(len(content), most)
    return content


def require_readable(path):
    """Raise Unreadable for a folder, and for a pipe or device that the shell has not opened."""
    if not (_is_descriptor(path) and _is_open_pipe(path)):
        require_regular(path)


def require_regular(path, most=None):
    """Raise Unreadable for what is no regular file: reading a pipe or device may never end.

    Args:
        path: the file, which is not opened.
        most: the largest size in bytes, or None for any.
    """
    try:
        found = os.stat(path)
    except FileNotFoundError:
        raise Unreadable("no such file") from None
    except (OSError, ValueError) as error:  # ValueError: a name with a null byte
        reason = getattr(error, "strerror", None) or error
        raise Unreadable("cannot be read: %s" % reason) from None
    if stat.S_ISDIR(found.st_mode):
        raise Unreadable("a folder; expected a file")
    if not stat.S_ISREG(found.st_mode):
        raise Unreadable("a pipe or device; expected a regular file")
    if most is not None:
        _require_room(found.st_size, most)


def _require_room(size, most):
    if size > most:
        raise Unreadable("larger than %s" % memory.readable(most))
    shortage = memory.shortage(2 * size)  # its text, or what is parsed from it, is kept as well
    if shortage:
        raise Unreadable("too large: reading it %s" % shortage)


def _is_descriptor(path):
    """Return whether a path names a stream that this process was started with."""
    return str(path) == "/dev/stdin" or str(path).startswith(("/dev/fd/", "/proc/self/fd/"))


def _is_open_pipe(path):
    """Return whether a stream has an end: a pipe, or a terminal at which somebody can end it."""
    try:
        mode = os.stat(path).st_mode
        if stat.S_ISCHR(mode):
            with open(path, "rb") as file:
                return file.isatty()
        return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
    except OSError:
        return False
