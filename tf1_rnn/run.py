"""Run a TensorFlow 1 script unedited, on current TensorFlow: `tf1-rnn run SCRIPT.py`."""

import argparse
import sys

from tf1_rnn import command_line
from tf1_rnn.errors import UsageError
from tf1_rnn.porting import command

PROGRAM = "tf1-rnn run"
USAGE = f"""
  {PROGRAM} [flags] SCRIPT.py [its own arguments]
  {PROGRAM} [flags] -m its.module [its own arguments]
  {PROGRAM} [flags] NOTEBOOK.ipynb [--output=RUN.ipynb | --in-place] [--force]
  tf1-rnn check SCRIPT.py|NOTEBOOK.ipynb|FOLDER|-m its.module
  tf1-rnn rewrite SCRIPT.py|NOTEBOOK.ipynb|-m its.module [--python2]
      [--output=PORTED.py | --in-place] [--force]"""
DESCRIPTION = """\
Run a TensorFlow 1 script on current TensorFlow, without editing it. Its arguments, working
directory, exit code and tracebacks are the script's own. A notebook is run in a kernel and written
with its outputs to NOTEBOOK.out.ipynb. --expect=OLD.log compares the numbers that a seeded script
prints with those it printed under TensorFlow 1. With --fast, the last line of output says which
recurrent calls ran in the faster loops, and why others did not.

tf1-rnn check runs nothing and lists which uses of TensorFlow 1 will work, which need the extra
`tf1_rnn[legacy]`, and which will not work (exit code 1 if there are any). tf1-rnn rewrite runs
nothing and writes a copy in which the imports are ported.
"""


class Options:
    """What comes on the command line before the script's own arguments.

    Attributes:
        script, module: what to run, check or rewrite: the path of a script, or a module's name.
        arguments: the script's own; of `--check`, more paths.
        command: a text to run, or None.
        program: what stands before each message, such as `tf1-rnn check`.
        packages: the installed packages to port.
        check, rewrite, in_place, output, force, python2, mnist, fast, strict, expect,
            deterministic: the flags of those names.
    """

    def __init__(self, argv):
        """Read a command line.

        Raises:
            TextOnly: `--help` or `--version` was given.
            UsageError: in one line, what was given and what was expected.
        """
        self.program = command_line.program(_name(argv))
        parser = _parser()
        own, self.arguments = parser.split(argv, last=("-m", "-c"))
        if {"--check", "--rewrite"}.intersection(own) or (own and own[-1].endswith(".ipynb")):
            own, self.arguments = argv, []  # what follows is no program's own
        vars(self).update(vars(parser.parse_args(own)))
        if not self.module and self.command is None and not self.paths:
            raise UsageError("no script given; expected SCRIPT.py or -m its.module, see --help")
        self.script, *more = self.paths or [None]
        if self.check:
            self.arguments = more
        elif more:
            what = "rewrite takes one script" if self.rewrite else "a notebook takes no arguments"
            raise UsageError(f"{what}; unknown option {more[0]!r}")
        command.refuse_contradictions(self)


def _name(argv):
    """Return the command that arguments are for, as `tf1-rnn` knows it."""
    return {"--check": "check", "--rewrite": "rewrite"}.get(argv[0] if argv else None, "run")


def _parser():
    parser = command_line.Parser(
        prog=PROGRAM,
        usage=USAGE,
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    flag = parser.add_argument
    flag(
        "paths",
        nargs="*",
        metavar="SCRIPT.py",
        help="the script or notebook; check also takes folders",
    )
    flag("-m", dest="module", metavar="its.module", help="run a module, as python -m does")
    flag("-c", dest="command", metavar="TEXT", help="run program text, as python -c does")
    flag(
        "--port",
        dest="packages",
        type=lambda text: text.split(","),
        default=[],
        metavar="NAME,NAME2",
        help="also port these installed packages",
    )
    flag(
        "--mnist",
        choices=("digits",),
        help="let read_data_sets return the digits that come with tf1_rnn",
    )
    flag(
        "--fast", action="store_true", help="use the faster loops of tf1_rnn.fast where they apply"
    )
    flag(
        "--strict", action="store_true", help="do not restore what NumPy 2 and newer Python removed"
    )
    flag(
        "--expect",
        metavar="OLD.log",
        help="compare the printed numbers; exit code 1 if they differ",
    )
    flag(
        "--deterministic",
        action="store_true",
        help="give the same numbers at every run: one thread, and a seed for what has none",
    )
    flag("--check", action="store_true", help="the same as tf1-rnn check")
    flag("--rewrite", action="store_true", help="the same as tf1-rnn rewrite")
    flag("--python2", action="store_true", help="rewrite: also convert Python 2 to Python 3")
    flag("--output", metavar="FILE", help="where to write the ported copy or the executed notebook")
    flag("--in_place", action="store_true", help="overwrite the script or notebook itself")
    flag("--force", action="store_true", help="overwrite an existing copy that differs")
    return parser


def main(argv=None):
    """Run the command; return the exit code where the script does not end the process itself."""
    argv = sys.argv[1:] if argv is None else argv
    scripts = []  # run below, where its signals, exit code and tracebacks are its own

    def perform(options):
        if options.check or options.rewrite:
            return command.perform(options)
        command.prepare(options)
        return command.run(options) if command.is_notebook(options) else scripts.append(options)

    code = command_line.carry_out(_name(argv), lambda: Options(argv), perform)
    return command.run(scripts[0]) if scripts else code


if __name__ == "__main__":
    # The copy of this file that others import must be this one.
    sys.modules["tf1_rnn.run"] = sys.modules["__main__"]
    sys.exit(main())
