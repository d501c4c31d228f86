"""Errors of commands: one line and an exit code, no traceback."""


class RunError(Exception):
    """A failure that the user can act on: what was given, what was expected, what to do.

    Whatever depends on files is one: an input that is missing, unreadable or holds something else,
    an output that cannot be written.
    """

    exit_code = 1


class UsageError(RunError):
    """A command line that is wrong or incomplete.

    An unknown flag, a value of the wrong kind, a missing argument, flags that exclude each other, a
    flag that this model needs. A file of flags (`--flagfile`) and `TF_CONFIG` are part of it.
    """

    exit_code = 2


def printable(text, most=1200):
    """Return any text, such as names read from a file, as one printable line."""
    line = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
    return line if len(line) <= most else f"{line[:most]} ..."
