"""What a command says when it cannot go on: one line and an exit code, no traceback."""


class RunError(Exception):
    """A failure that the user can act on: what was given, what was expected, what to do."""

    exit_code = 1


class UsageError(RunError):
    """A command line that asks for something that does not exist or does not fit together."""

    exit_code = 2


def printable(text, most=1200):
    """Return text that may hold anything, as names out of a file do, as one line of a terminal."""
    line = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
    return line if len(line) <= most else f"{line[:most]} ..."
