"""Files that are written whole: at no moment does half of one stand under its name."""

import contextlib
import os


@contextlib.contextmanager
def writing(path, mode="w"):
    """Open a file to write to; it takes its name when the block has ended without an error.

    Args:
        path: the file; one of that name is replaced.
        mode: "w" for UTF-8 text with line ends as they are given, "wb" for bytes.

    Yields:
        The open file.

    Raises:
        OSError: the file cannot be written; one of that name is unchanged.
    """
    unfinished = path + ".writing"
    text = {} if "b" in mode else {"encoding": "utf-8", "newline": ""}
    try:
        with open(unfinished, mode, **text) as file:
            yield file
        os.replace(unfinished, path)
    except BaseException:  # Ctrl-C too leaves nothing half written
        with contextlib.suppress(OSError):
            os.remove(unfinished)
        raise
