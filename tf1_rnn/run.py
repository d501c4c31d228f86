"""Run a TensorFlow 1 script as it is, on current TensorFlow: `python -m tf1_rnn.run SCRIPT.py`."""

import argparse
import sys

from tf1_rnn import command_line
from tf1_rnn.errors import UsageError
from tf1_rnn.porting import command, packages

PROGRAM = "python -m tf1_rnn.run"
USAGE = f"""
  {PROGRAM} [flags] SCRIPT.py [its own arguments]
  {PROGRAM} [flags] -m its.module [its own arguments]
  {PROGRAM} [flags] NOTEBOOK.ipynb [--output=RUN.ipynb | --in-place] [--force]
  {PROGRAM} --check SCRIPT.py|NOTEBOOK.ipynb|FOLDER|-m its.module
  {PROGRAM} --rewrite SCRIPT.py|NOTEBOOK.ipynb|-m its.module [--python2]
      [--output=PORTED.py | --in-place] [--force]"""
DESCRIPTION = """\
Run a TensorFlow 1 script as it is, on current TensorFlow. The script is not edited. Its arguments,
working directory, exit code and tracebacks are its own. A notebook is run in a kernel and written
with its outputs to NOTEBOOK.out.ipynb. --check lists which uses of TensorFlow 1 will work, which
need the extra `tf1_rnn[legacy]` and which will not (exit code 1 if any will not). --expect=OLD.log
compares the numbers that a seeded script prints with those it printed under TensorFlow 1. --fast
ends with one line that tells which recurrent calls ran fast, and which did not and why.
"""


class Options:
    """What stands on the command line before the script's own arguments.

    Attributes:
        script, module: what to run, check or rewrite: the path of a script, or a module's name.
        arguments: the script's own; of `--check`, more paths.
        command: a text to run, or None.
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
            what = "--rewrite takes one script" if self.rewrite else "a notebook takes no arguments"
            raise UsageError(f"{what}; unknown option {more[0]!r}")
        command.refuse_contradictions(self)


def _parser():
    parser = command_line.Parser(
        prog=PROGRAM,
        usage=USAGE,
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    flag = parser.add_argument
    flag("paths", nargs="*", metavar="SCRIPT.py", help="the script; --check also takes folders")
    flag("-m", dest="module", metavar="its.module", help="run a module, as python -m does")
    flag("-c", dest="command", metavar="TEXT", help="run a text, as python -c does")
    flag(
        "--port",
        dest="packages",
        type=lambda text: text.split(","),
        default=[],
        metavar="NAME,NAME2",
        help="port these installed packages as well as the script's own modules",
    )
    flag("--mnist", choices=("digits",), help="answer read_data_sets with the embedded digits")
    flag("--fast", action="store_true", help="take tf1_rnn.fast's loops where they can be taken")
    flag("--strict", action="store_true", help="leave what NumPy 2 and Python removed away")
    flag(
        "--expect", metavar="OLD.log", help="compare the numbers printed; exit code 1 if they part"
    )
    flag(
        "--deterministic",
        action="store_true",
        help="give the same numbers at every run: one thread, and a seed for what has none",
    )
    flag("--check", action="store_true", help="run nothing, list what will work and what not")
    flag("--rewrite", action="store_true", help="run nothing, write a ported copy")
    flag("--python2", action="store_true", help="--rewrite: from Python 2 to Python 3, too")
    flag("--output", metavar="FILE", help="the ported copy or the notebook that was run")
    flag("--in_place", action="store_true", help="write over the script or the notebook")
    flag("--force", action="store_true", help="write over a copy that is there and differs")
    return parser


def main(argv=None):
    """Run the command; return the exit code where the script does not end the process itself."""
    argv = sys.argv[1:] if argv is None else argv
    scripts = []  # run below, where its signals, exit code and tracebacks are its own

    def perform(options):
        if options.check or options.rewrite:
            return command.perform(options)
        options.packages = packages.import_names(options.packages)
        return command.run(options) if command.is_notebook(options) else scripts.append(options)

    code = command_line.carry_out("tf1_rnn.run", lambda: Options(argv), perform)
    return command.run(scripts[0]) if scripts else code


if __name__ == "__main__":
    # The copy of this file that others import must be this one.
    sys.modules["tf1_rnn.run"] = sys.modules["__main__"]
    sys.exit(main())
