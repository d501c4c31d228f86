"""What a command says when it cannot go on: one line and an exit code, no traceback."""


class RunError(Exception):
    """A failure that the user can act on: what was given, what was expected, what to do."""

    exit_code = 1


class UsageError(RunError):
    """A command line that asks for something that does not exist or does not fit together."""

    exit_code = 2
