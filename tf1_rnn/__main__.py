"""The entry point of all commands: `tf1-rnn COMMAND ...`, or `python -m tf1_rnn COMMAND ...`.

A command is a row of `COMMANDS`; its module is loaded when it is asked for, and nothing before.
"""

import importlib
import signal
import sys
from typing import NamedTuple

from tf1_rnn import command_line
from tf1_rnn.errors import UsageError

PROGRAM = "tf1-rnn"


class Command(NamedTuple):
    """One command: the module whose `main` it is, arguments that stand first, and its help."""

    module: str
    arguments: tuple
    help: str


COMMANDS = {
    "train": Command("tf1_rnn.main", (), "train one of the six graphs, or evaluate or export it"),
    "train-all": Command("tf1_rnn.train_all", (), "train all six graphs and compare their results"),
    "run": Command("tf1_rnn.run", (), "run a TensorFlow 1 script or notebook unedited"),
    "check": Command("tf1_rnn.run", ("--check",), "list which uses of TensorFlow 1 will work"),
    "rewrite": Command(
        "tf1_rnn.run", ("--rewrite",), "write a ported copy of a script or notebook"
    ),
    "checkpoint": Command(
        "tf1_rnn.checkpoint", (), "list the layers in a checkpoint, or convert them"
    ),
    "export": Command("tf1_rnn.export", (), "convert a graph to ONNX, LiteRT or SavedModel"),
    "baseline": Command(
        "tf1_rnn.baseline.__main__", (), "compare results with those of TensorFlow 1.15.5"
    ),
    "cluster": Command("tf1_rnn.cluster", (), "train with several processes on this machine"),
    "completion": Command("tf1_rnn.completion", (), "complete commands and flags in a shell"),
}


def main(argv=None):
    """Run the command that is named first; return its exit code."""
    name, *rest = (sys.argv[1:] if argv is None else argv) or [None]
    if name not in COMMANDS:
        return command_line.carry_out(None, lambda: _parse(name), None)
    command = COMMANDS[name]
    # As if the command had been called by its own name.
    sys.argv = [f"{PROGRAM} {name}", *command.arguments, *rest]
    try:
        module = importlib.import_module(command.module)
    except KeyboardInterrupt:
        return command_line.say_stopped(name, signal.SIGINT)
    return module.main()


def help_text():
    """Return what `--help` shows."""
    commands = command_line.table((name, command.help) for name, command in COMMANDS.items())
    return (
        f"{PROGRAM}: the recurrent networks of TensorFlow 1.x on current TensorFlow.\n\n"
        f"  {PROGRAM} COMMAND ...\n\nCommands (each has its own --help):\n{commands}\n\nFlags:\n"
        f"{command_line.flags_text([])}\n\n{command_line.EXIT_CODES}"
    )


def _parse(name):
    """Answer a command line that names no command."""
    if name in ("-h", "--help"):
        raise command_line.TextOnly(help_text())
    if name == "--version":
        raise command_line.TextOnly(command_line.VERSION)
    if name is None:
        raise UsageError(f"no command given; expected one of {', '.join(COMMANDS)}")
    if name.startswith("-"):
        flag = name.partition("=")[0]
        if not flag.startswith("--"):
            raise UsageError(f"unknown flag {flag}; expected a command, see --help")
        raise command_line.unknown_flag(flag[2:], ["help", "version"])
    near = command_line.nearest(name, COMMANDS)
    raise UsageError(f"no command {name!r}{near or '; expected one of ' + ', '.join(COMMANDS)}")


if __name__ == "__main__":
    sys.exit(main())
