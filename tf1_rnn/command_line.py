"""What all commands share: reading flags, `--help` and `--version`, one-line errors, exit codes.

Dashes and underscores in a flag's name are the same, names are never abbreviated, and a misspelt
one is answered with the nearest that exists. Needs neither TensorFlow nor NumPy.
"""

import argparse
import contextlib
import difflib
import errno
import io
import os
import re
import signal
import sys
import textwrap

from absl import flags

from tf1_rnn import __version__, flagfiles
from tf1_rnn.errors import RunError, UsageError, printable

VERSION = f"tf1_rnn {__version__}"
# In the environment of a command that another one has started: how the user has called that one.
PARENT = "TF1_RNN_PARENT"
EXIT_CODES = "Exit codes: 0 success, 1 failure, 2 usage error, 130 Ctrl-C, 143 SIGTERM."
WIDTH, INDENT = 100, 24
MOST = 4000  # characters of a message
# Errors of writing to a stream; a file that cannot be opened has a name in its error.
UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
# What the system lacks or refuses, wherever that is met.
REFUSED = (*UNWRITABLE, errno.EMFILE, errno.ENFILE, errno.EROFS, errno.EACCES, errno.EPERM)


class Stopped(BaseException):
    """Ctrl-C or SIGTERM; not an Exception, so that no handler mistakes it for a failure."""


class TextOnly(Exception):
    """The command line only requests a text, with `--help` or `--version`."""


def expanded(argv):
    """Return the arguments with the flags of `--flagfile`s in their places, and underscores."""
    return with_underscores(flagfiles.expand(argv))


def with_underscores(argv):
    """Return the arguments with underscores for the dashes in flags' names, up to a `--`."""
    end = argv.index("--") if "--" in argv else len(argv)
    return [_with_underscores(argument) for argument in argv[:end]] + list(argv[end:])


def _with_underscores(argument):
    if not argument.startswith("--"):
        return argument
    name, equals, value = argument[2:].partition("=")
    return f"--{name.replace('-', '_')}{equals}{value}"


def nearest(word, words, prefix=""):
    """Return a question after the nearest of some words, or nothing where none is near.

    Args:
        word: what was given.
        words: what is known.
        prefix: put in front of the word in the question, such as `--`.
    """
    near = difflib.get_close_matches(word, list(words), 1)
    return f"; did you mean {prefix}{near[0]}?" if near else ""


def unknown_flag(name, names):
    """Return the UsageError for a flag that does not exist."""
    return UsageError(f"unknown flag --{name}{nearest(name, names, '--') or '; see --help'}")


# Flags of absl: `--name=value`, `--name`, `--noname`, and nothing else.


def define(values, row):
    """Add a flag to absl's `values`.

    Args:
        values: a `flags.FlagValues`.
        row: its `name`, `kind`, `choices`, `bounds`, `configured` and `default`. Where it is
            configured, a flag that was not given is None.
    """
    default = None if row.configured else row.default
    define_kind, more = {
        "choice": (flags.DEFINE_enum, [list(row.choices)]),
        "integer": (flags.DEFINE_integer, []),
        "number": (flags.DEFINE_float, []),
        "boolean": (flags.DEFINE_bool, []),
        "text": (flags.DEFINE_string, []),
        "path": (flags.DEFINE_string, []),
        "sizes": (flags.DEFINE_list, []),
        "names": (flags.DEFINE_list, []),
    }[row.kind]
    bounds = dict(zip(("lower_bound", "upper_bound"), row.bounds, strict=True))
    bounds = bounds if row.kind == "integer" else {}
    define_kind(row.name, default, *more, row.name, flag_values=values, **bounds)


def parse_flags(rows, argv, help_text):
    """Return the values of a command line that consists of flags.

    Args:
        rows: the flags, as `define` takes them; an `opposite` is another name for `--noNAME`.
        argv: the arguments, without the program's name.
        help_text: a function that returns what `--help` shows.

    Returns:
        A dict of values by name; of sizes, a tuple of integers, of names, one of texts.

    Raises:
        TextOnly: the text that was asked for.
        UsageError: a flag that is unknown or has a wrong value.
    """
    values = flags.FlagValues()
    for row in rows:
        define(values, row)
    flags.DEFINE_bool("help", False, "", short_name="h", flag_values=values)
    flags.DEFINE_bool("version", False, "", flag_values=values)
    opposites = {f"--{row.opposite}": f"--no{row.name}" for row in rows if row.opposite}
    try:
        given = _without_dash_after_no(expanded(argv), values)
        left = values(["", *(opposites.get(argument, argument) for argument in given)])[1:]
    except flags.UnrecognizedFlagError as error:
        names = [*(name for row in rows for name in (row.name, row.opposite) if name)]
        names += ["help", "version"]
        raise unknown_flag(error.flagname, names) from None
    except flags.Error as error:
        raise UsageError(_expected(rows, " ".join(str(error).split()))) from None
    if values.help or values.version:
        raise TextOnly(help_text() if values.help else VERSION)
    if left:
        raise UsageError(f"{' '.join(left)}: expected flags only, as --cell=gru")
    return {row.name: _value(row, values[row.name].value) for row in rows}


def _expected(rows, message):
    """Return absl's message on a wrong or missing value in our own words."""
    given = re.match(r"flag --(\w+)=(.*?): ", message)
    missing = re.match(r"Missing value for flag --(\w+)", message)
    if missing:
        return f"--{missing.group(1)} has no value; expected --{missing.group(1)}=VALUE"
    if given is None:
        return message
    name, value = given.groups()
    row = next((row for row in rows if row.name == name), None)
    if row is None:  # --help or --version
        return f"--{name}={value}; expected --{name}"
    least, greatest = row.bounds
    to = "or more" if greatest is None else f"to {greatest}"
    expected = {
        "integer": f"a whole number, {least} {to}",
        "number": "a number",
        "boolean": f"--{name} or --no{name}",
        "choice": f"one of {', '.join(row.choices)}{nearest(value.lower(), row.choices)}",
    }
    return f"--{name}={value}; expected {expected[row.kind]}" if row.kind in expected else message


def _without_dash_after_no(argv, values):
    """Return the arguments with `--noname` for `--no_name`, which take no value."""
    for argument in argv:
        name, equals, _ = argument.removeprefix("--no").partition("=")
        name = name.removeprefix("_")
        if argument.startswith("--no") and equals and name in values and values[name].boolean:
            raise UsageError(f"{argument}; expected --{name} or --no{name}")
    negations = {f"--no_{name}": f"--no{name}" for name in values if values[name].boolean}
    return [negations.get(argument, argument) for argument in argv]


def _value(row, value):
    if row.kind == "path" and value is not None:
        if not value.strip():
            raise UsageError(f"--{row.name}={value} is empty; expected a path")
        return os.path.expanduser(value)
    if row.kind not in ("sizes", "names") or value is None:
        return value
    if row.kind == "names":
        return tuple(value)
    try:
        return tuple(int(size) for size in value)
    except ValueError:
        raise UsageError(
            f"--{row.name}={','.join(value)}; expected "
            + (row.expected or "whole numbers separated by commas, as 128,64")
        ) from None


def flags_text(pairs):
    """Return the lines of `--help` on flags.

    Args:
        pairs: pairs of a flag, as `--name`, and its help.
    """
    return table([*pairs, ("--version", "show the version"), ("-h, --help", "show this help")])


def table(pairs):
    """Return lines of `--help`: names in one column, their texts in another."""
    lines = []
    for name, text in pairs:
        name, (first, *rest) = f"  {name}", textwrap.wrap(text, WIDTH - INDENT)
        fits = len(name) < INDENT - 1
        lines += [name.ljust(INDENT) + first] if fits else [name, " " * INDENT + first]
        lines += [" " * INDENT + line for line in rest]
    return "\n".join(lines)


# Commands with arguments and commands of their own.


class Parser(argparse.ArgumentParser):
    """An ArgumentParser with this module's rules: raises UsageError and TextOnly, never exits."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, add_help=False, **kwargs)
        self.add_argument("-h", "--help", action=_Show, help="show this help and exit")
        self.add_argument("--version", action=_Show, help="show the version and exit")
        self.add_argument(
            "--verbose",
            action="store_true",
            default=argparse.SUPPRESS,
            help="show the traceback if something fails",
        )

    def parse_args(self, args=None, namespace=None):
        """Return the parsed arguments.

        Raises:
            TextOnly: the text that was asked for.
            UsageError: what was given, and what was expected.
        """
        argv = with_underscores(sys.argv[1:] if args is None else args)
        known = {name.lstrip("-") for name in self._all_flags()}
        end = argv.index("--") if "--" in argv else len(argv)
        for argument in argv[:end]:
            name = argument[2:].partition("=")[0]
            if argument.startswith("--") and name not in known:
                raise unknown_flag(name, known)
        self._refuse_empty(argv[:end])
        return super().parse_args(argv, namespace)

    @staticmethod
    def _refuse_empty(argv):
        """Refuse a value or path of nothing, which argparse takes; the text of a `-c` may be so."""
        for before, argument in zip(["", *argv], argv, strict=False):
            if argument.startswith("--") and argument.endswith("="):
                raise UsageError(f"{argument} is empty; expected a value")
            if not argument.strip() and before != "-c":
                raise UsageError("an argument is empty; expected a path or a value")

    def split(self, argv, last=()):
        """Split off the arguments of another program, which follow its name.

        Args:
            argv: this program's flags, the other's name, the other's arguments.
            last: flags whose value is the other's name, as `-m`.

        Returns:
            The arguments up to the name, the name included, and those after it.
        """
        argv, end = list(argv), 0
        while end < len(argv) and argv[end].startswith("-") and argv[end] != "--":
            name, equals, _ = _with_underscores(argv[end]).partition("=")
            action = self._option_string_actions.get(name)
            end += 1 if equals or action is None or action.nargs == 0 else 2
            if name in last:
                return argv[:end], argv[end:]
        end += 2 if argv[end : end + 1] == ["--"] else 1
        return argv[:end], argv[end:]

    def error(self, message):
        """Raise UsageError instead of printing the usage and ending the process."""
        if message.endswith("required: COMMAND"):
            commands = [
                command
                for action in self._actions
                if isinstance(action, argparse._SubParsersAction)
                for command in action.choices
            ]
            message = f"no command given; expected one of {', '.join(commands)}"
        raise UsageError(message)

    def _all_flags(self):
        """Yield the names of its flags and of those of its commands."""
        for action in self._actions:
            yield from action.option_strings
            if isinstance(action, argparse._SubParsersAction):
                for command in action.choices.values():
                    yield from command._all_flags()


class _Show(argparse.Action):
    """Ends the parsing with a text: `--help` or `--version`."""

    def __init__(self, option_strings, dest, help=None):
        super().__init__(option_strings, argparse.SUPPRESS, nargs=0, help=help)

    def __call__(self, parser, namespace, values, option_string=None):
        raise TextOnly(VERSION if option_string == "--version" else parser.format_help().rstrip())


# How a command ends.


def program(command=None):
    """Return how the user has called a command, which stands before each of its messages.

    Args:
        command: its name after `tf1-rnn`, or None for `tf1-rnn` alone.

    Returns:
        `tf1-rnn train`, `python -m tf1_rnn train` or `python -m tf1_rnn.main`; of a command that
        another one has started, what that one is called.
    """
    if PARENT in os.environ:
        return os.environ[PARENT]
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    module = spec.name.removesuffix(".__main__") if spec else ""
    if module.startswith("tf1_rnn."):
        return f"python -m {module}"
    door = "python -m tf1_rnn" if module == "tf1_rnn" else "tf1-rnn"
    return f"{door} {command}" if command else door


def carry_out(command, parse, perform, stopped=None, failures=(), unread=0):
    """Run a command, handle every way it can end, and return the exit code.

    Args:
        command: its name, as `program` takes it.
        parse: a function that returns what was asked for; it raises TextOnly and UsageError.
        perform: a function of what was asked for; it returns an exit code, or None for 0.
        stopped: a function of what was asked for, None if that was not read yet; it returns what
            to say after Ctrl-C or SIGTERM. A command that another one has started leaves that to
            the other.
        failures: exceptions whose own text is a complete message, besides RunError.
        unread: the exit code if the reader of the output has gone before the end, 0 where what was
            read is enough.

    Returns:
        The exit code. Every failure is one line on the standard error, unless `--verbose` was
        given: then its exception is raised.
    """
    _open_closed_streams()
    stops = []

    def stop(number, frame):
        stops.append(number)
        raise Stopped(number)

    handlers = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    asked = None
    try:
        try:
            asked = parse()
        except TextOnly as text:
            print(text)
            code = 0
        else:
            code = perform(asked) or 0
        sys.stdout.flush()
        return code
    except (Stopped, KeyboardInterrupt):
        return say_stopped(command, (stops or [signal.SIGINT])[0], asked, stopped)
    except BrokenPipeError:
        if asked is None or not unread:  # a text, or a listing, of which enough was read
            return 0
        left = stopped(asked) if stopped else "nothing was changed"
        return say(command, f"the reader of the output has gone; {left}", unread)
    except Exception as error:
        if stops:  # a library that was being loaded makes an ImportError of it
            return say_stopped(command, stops[0], asked, stopped)
        if getattr(asked, "verbose", False):
            raise
        return say(command, _one_line(error, failures), getattr(error, "exit_code", 1))
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for stream in (sys.stdout, sys.stderr):
            _leave_if_unwritable(stream)


def say(command, message, code=1):
    """Print in one line on standard error why a command ends; return its exit code.

    Args:
        command: its name, as `program` takes it.
        message: why it ends.
        code: exit code, 1 for a failure, 2 for a wrong command line.
    """
    with contextlib.suppress(OSError):  # the standard error may be full as well
        print(f"{program(command)}: {printable(message, MOST)}", file=sys.stderr, flush=True)
    return code


def say_stopped(command, number, asked=None, stopped=None):
    """Print in one line that a signal ended a command; return its exit code.

    Args:
        command: its name, as `program` takes it.
        number: the signal's.
        asked: what was asked for, None if that was not read yet.
        stopped: a function of it, as in `carry_out`.
    """
    if PARENT in os.environ:
        return 128 + number
    by = "Ctrl-C" if number == signal.SIGINT else "SIGTERM"
    left = stopped(asked) if stopped else "nothing was changed"
    return say(command, f"stopped by {by}; {left}", 128 + number)


def environment_of_child(command):
    """Return the environment for a command that this one starts and speaks for.

    Args:
        command: the name of this one, as `program` takes it.
    """
    return {**os.environ, PARENT: program(command)}


def _one_line(error, failures):
    if isinstance(error, RunError) or (
        isinstance(error, failures) and not isinstance(error, OSError)
    ):
        return str(error)
    if isinstance(error, OSError) and error.filename is None:
        if error.errno in UNWRITABLE:
            return f"the output cannot be written: {error.strerror}"
        if isinstance(error, FileNotFoundError):  # so says `tempfile`
            return "no folder for temporary files can be written: free space, or set TMPDIR"
    if isinstance(error, OSError) and (error.errno in REFUSED or isinstance(error, failures)):
        return f"{error.filename or 'the system refuses'}: {error.strerror or error}"
    text = (str(error).strip() or type(error).__name__).split("\n")[0]
    return f"unexpected {type(error).__name__}: {text[:300]}; --verbose shows where"


def _leave_if_unwritable(stream):
    """Send the rest of a stream nowhere where it goes nowhere: Python would complain at its end."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _open_closed_streams():
    """Open what `>&-` has closed, so that the next opened file does not take its place."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "r" if number == 0 else "w", closefd=False))
    for stream in (sys.stdout, sys.stderr):
        # An ASCII-only terminal gets the closest text it can show.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
