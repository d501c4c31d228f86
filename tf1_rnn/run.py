"""Run a TensorFlow 1 script as it is, on current TensorFlow: `python -m tf1_rnn.run SCRIPT.py`."""

import argparse
import sys

from tf1_rnn import command_line
from tf1_rnn.errors import UsageError

PROGRAM = "python -m tf1_rnn.run"
USAGE = f"""
  {PROGRAM} [--strict] [--mnist=digits] SCRIPT.py [its own arguments]
  {PROGRAM} [--strict] [--mnist=digits] -m its.module [its own arguments]
  {PROGRAM} --check SCRIPT.py|FOLDER
  {PROGRAM} --rewrite SCRIPT.py [--output=PORTED.py | --in-place]"""
DESCRIPTION = """\
Run a TensorFlow 1 script as it is, on current TensorFlow. The script is not edited. Its arguments,
working directory, exit code and tracebacks are its own. --check lists which uses of TensorFlow 1
will work, which need the extra `tf1_rnn[legacy]` and which will not (exit code 1 if any will not).
"""


class Options:
    """What stands on the command line before the script's own arguments.

    Attributes:
        script, module: what to run, check or rewrite: the path of a script, or a module's name.
        arguments: the script's own; of `--check`, more paths.
        check, rewrite, in_place, output, mnist, strict: the flags of those names.
    """

    def __init__(self, argv):
        """Read a command line.

        Raises:
            TextOnly: `--help` or `--version` was given.
            UsageError: in one line, what was given and what was expected.
        """
        parser = _parser()
        own, self.arguments = parser.split(argv, last=("-m", "-c"))
        if {"--check", "--rewrite"}.intersection(own):
            own, self.arguments = argv, []  # what follows a script that does not run is not its own
        vars(self).update(vars(parser.parse_args(own)))
        if not self.module and self.command is None and not self.paths:
            raise UsageError("no script given; expected SCRIPT.py or -m its.module, see --help")
        if self.check and self.rewrite:
            raise UsageError("--check and --rewrite exclude each other; give one of them")
        if self.in_place and self.output:
            raise UsageError("--in-place and --output exclude each other; give one of them")
        if (self.in_place or self.output) and not self.rewrite:
            raise UsageError("--in-place and --output are for --rewrite; give it too")
        self.script, *more = self.paths or [None]
        if self.check:
            self.arguments = more
        elif more:
            raise UsageError(f"--rewrite takes one script; unknown option {more[0]!r}")


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
        metavar="NAME,NAME2",
        default=[],
        help="port these installed packages as well as the script's own modules",
    )
    flag("--mnist", choices=("digits",), help="answer read_data_sets with the embedded digits")
    flag("--strict", action="store_true", help="leave what NumPy 2 and Python removed away")
    flag("--check", action="store_true", help="run nothing, list what will work and what not")
    flag("--rewrite", action="store_true", help="run nothing, write a ported copy")
    flag("--output", metavar="PORTED.py", help="--rewrite: the file to write")
    flag("--in_place", action="store_true", help="--rewrite: write over the script")
    return parser


def main(argv=None):
    """Run the command; return the exit code where the script does not end the process itself."""
    argv = sys.argv[1:] if argv is None else argv
    scripts = []  # run below, where its signals, exit code and tracebacks are its own

    def perform(options):
        if options.check:
            from tf1_rnn.porting import check

            return check.main([options.script, *options.arguments])
        if options.rewrite:
            from tf1_rnn.porting import rewrite

            return rewrite.main(options.script, options.output, options.in_place)
        return scripts.append(options)

    code = command_line.carry_out("tf1_rnn.run", lambda: Options(argv), perform)
    return run(scripts[0]) if scripts else code


def run(options):
    """Run the script or the module in this process, as `__main__`."""
    from tf1_rnn.porting import packages, process, program

    process.uninstall()  # what a child of another old program has; this command says it anew
    try:
        ported = packages.import_names(options.packages)
    except UsageError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    process.install(ported, options.strict, options.mnist, programs=True)
    if options.command is not None:
        return program.run_command(options.command, options.arguments)
    if options.module:
        return program.run_module(options.module, options.arguments)
    return program.run_script(options.script, options.arguments)


if __name__ == "__main__":
    # The copy of this file that others import must be this one.
    sys.modules["tf1_rnn.run"] = sys.modules["__main__"]
    sys.exit(main())
