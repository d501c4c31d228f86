"""Files of flags, `--flagfile=FILE`: their lines take the place of the flag that names them.

A line is a flag, or begins with `#` or `//`. The flags are absl's; absl's own reader follows a
circle of files until the recursion limit, and waits for pipes. Needs neither TensorFlow nor NumPy.
"""

import os

from tf1_rnn import inputs
from tf1_rnn.errors import UsageError, printable

# Files, and their bytes together: a few that each name the next twice would grow without end.
MOST_FILES, MOST = 100, 10**6
NO_TEXT = "is not a text file; expected one flag on each line"


def expand(argv):
    """Return the arguments with the flags of files in the places of `--flagfile`, up to a `--`.

    Args:
        argv: the arguments, without the program's name.

    Raises:
        UsageError: a file cannot be read, is no text, or leads back to itself.
    """
    end = argv.index("--") if "--" in argv else len(argv)
    return [*_Expansion().of(argv[:end], ()), *argv[end:]]


class _Expansion:
    """The expansion of one command line, which counts what it has read."""

    def __init__(self):
        self._files = self._bytes = 0

    def of(self, arguments, chain):
        """Return arguments with those of files; `chain` names the files that they came from."""
        found, left = [], iter(arguments)
        for argument in left:
            name, equals, path = argument.partition("=")
            if name not in ("--flagfile", "-flagfile"):
                found.append(argument)
                continue
            path = path if equals else next(left, "")
            if not path.strip():
                raise UsageError(f"--flagfile={path} is empty; expected a path")
            path = os.path.expanduser(path)
            lines = self._lines(path, chain)
            found += self.of(lines, (*chain, os.path.realpath(path)))
        return found

    def _lines(self, path, chain):
        said = f"--flagfile={printable(path)}"
        self._files += 1
        if self._files > MOST_FILES:
            raise UsageError(f"{said}: more than {MOST_FILES} such files; expected fewer")
        try:
            content = inputs.read(path, MOST - self._bytes)
            if os.path.realpath(path) in chain:
                raise UsageError(f"{said} leads back to itself; expected files without a circle")
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise UsageError(f"{said} {NO_TEXT}") from None
        except inputs.Unreadable as error:
            raise UsageError(f"{said}: {error}") from None
        self._bytes += len(content)
        if "\0" in text:
            raise UsageError(f"{said} {NO_TEXT}")
        lines = (line.strip() for line in text.splitlines())
        return [line for line in lines if line and not line.startswith(("#", "//"))]
