"""Files that are written atomically: none is ever seen half-written under its name."""

import contextlib
import os
import stat
import tempfile

UNFINISHED = ".tf1_rnn-unfinished"  # the end of the name of a file that is still being written


@contextlib.contextmanager
def writing(path, mode="w"):
    """Open a file to write to; it takes its name when the block has ended without an error.

    A regular file of that name is replaced and keeps its mode; where the name is a link, the file
    that it leads to is. A device, a pipe or a descriptor (`/dev/stdout`) is written to as it is.

    Args:
        path: the file.
        mode: "w" for UTF-8 text with line ends as they are given, "wb" for bytes.

    Yields:
        The open file.

    Raises:
        OSError: the file cannot be written; one of that name is unchanged.
    """
    text = {} if "b" in mode else {"encoding": "utf-8", "newline": ""}
    target = os.path.realpath(path)
    permissions = _permissions(target if os.path.lexists(target) else path)
    if permissions is None or _is_descriptor(path):
        # A redirected output may hold something already: nothing of it is overwritten.
        with open(path, mode.replace("w", "a"), **text) as file:
            yield file
        return
    unfinished = None
    try:
        handle, unfinished = tempfile.mkstemp(
            UNFINISHED, os.path.basename(target)[:100] + ".", os.path.dirname(target)
        )
        with open(handle, mode, **text) as file:
            yield file
        os.chmod(unfinished, permissions)
        os.replace(unfinished, target)
    except BaseException:  # also after Ctrl-C, no half-written file is left
        if unfinished is not None:
            with contextlib.suppress(OSError):
                os.remove(unfinished)
        raise


def _permissions(path):
    """Return the mode that a file has or, if new, will have; None for what is no regular file."""
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(21, "Is a directory", path)
    return stat.S_IMODE(mode) if stat.S_ISREG(mode) else None


def _is_descriptor(path):
    """Say whether a path names an open descriptor of this process, as `/dev/stdout` does."""
    path = os.path.abspath(path)
    return path in ("/dev/stdout", "/dev/stderr") or path.startswith(("/dev/fd/", "/proc/"))
