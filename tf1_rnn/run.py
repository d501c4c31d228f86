"""Run a TensorFlow 1 script as it is, on today's TensorFlow.

    python -m tf1_rnn.run [--strict] [--mnist=digits] SCRIPT.py [its own arguments]
    python -m tf1_rnn.run [--strict] [--mnist=digits] -m its.module [its own arguments]
    python -m tf1_rnn.run --check SCRIPT.py|FOLDER
    python -m tf1_rnn.run --rewrite SCRIPT.py [--output=PORTED.py | --in-place]

The script is not edited. Its arguments, working directory, exit code and tracebacks are its own.
--check lists, without running anything, which uses of TensorFlow 1 will work, which need the extra
`tf1_rnn[legacy]` and which will not (exit code 1 if any will not). --rewrite writes a ported copy.
--mnist=digits answers `input_data.read_data_sets` with the embedded digits, scaled to 28x28.
--strict brings TensorFlow 1 back alone: not the names and habits that NumPy 2 and Python removed.
"""

import sys


class Options:
    """What stands on the command line before the script's own arguments."""

    def __init__(self, argv):
        self.mnist = self.module = self.script = self.output = None
        self.check = self.rewrite = self.in_place = self.strict = False
        argv = list(argv)
        while argv and argv[0].startswith("-"):
            self._take(argv.pop(0), argv)
            if self.module:
                break
        if not self.module:
            if not argv:
                raise ValueError("no script given")
            self.script = argv.pop(0)
        while self.rewrite and argv:  # what follows a script that does not run is not its own
            self._take(argv.pop(0), argv)
        self.arguments = argv

    def _take(self, option, rest):
        name, _, value = option.partition("=")
        name = name.replace("_", "-")
        if name == "-m" and rest:
            self.module = rest.pop(0)
        elif option in ("--check", "--rewrite", "--in-place", "--strict"):
            setattr(self, name[2:].replace("-", "_"), True)
        elif name == "--mnist" and value == "digits":
            self.mnist = value
        elif name == "--output" and value:
            self.output = value
        else:
            raise ValueError(f"unknown option {option!r}")


def main(argv=None):
    """Run the command; returns the exit code where the script does not end the process itself."""
    argv = sys.argv[1:] if argv is None else argv
    if argv[:1] in (["-h"], ["--help"]):
        print(__doc__.strip())
        return 0
    try:
        options = Options(argv)
    except ValueError as error:
        print(f"tf1_rnn.run: {error}\n\n{__doc__.strip()}", file=sys.stderr)
        return 2
    if options.check:
        from tf1_rnn.porting import check

        return check.main([options.script, *options.arguments])
    if options.rewrite:
        from tf1_rnn.porting import rewrite

        return rewrite.main(options.script, options.output, options.in_place)
    return run(options)


def run(options):
    """Run the script or the module in this process, as `__main__`."""
    from tf1_rnn.porting import process, program

    process.install(strict=options.strict, mnist=options.mnist)
    if options.module:
        return program.run_module(options.module, options.arguments)
    return program.run_script(options.script, options.arguments)


if __name__ == "__main__":
    # The copy of this file that others import must be this one.
    sys.modules["tf1_rnn.run"] = sys.modules["__main__"]
    sys.exit(main())
