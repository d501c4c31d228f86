"""Errors of commands: one line and an exit code, no traceback."""


class RunError(Exception):
    """A failure that the user can act on: what was given, what was expected, what to do."""

    exit_code = 1


class UsageError(RunError):
    """A wrong command line: something does not exist, or options exclude each other."""

    exit_code = 2


def printable(text, most=1200):
    """Return any text, such as names read from a file, as one printable line."""
    line = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
    return line if len(line) <= most else f"{line[:most]} ..."
