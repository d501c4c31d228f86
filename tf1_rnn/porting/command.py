"""Checks the options of `tf1_rnn.run` and carries them out: a check, a copy, or a run."""

import contextlib
import functools
import importlib.machinery
import importlib.util
import os
import sys

from tf1_rnn.errors import RunError, UsageError
from tf1_rnn.porting import expect, packages

# Flags, as attributes of the options, and the flag that each requires.
_BELONG_TO_REWRITING = {"python2": "--python2"}
_BELONG_TO_WRITING = {"output": "--output", "in_place": "--in-place", "force": "--force"}
_BELONG_TO_RUNNING = {
    "mnist": "--mnist",
    "fast": "--fast",
    "strict": "--strict",
    "packages": "--port",
    "expect": "--expect",
    "deterministic": "--deterministic",
}


def refuse_contradictions(options):
    """Raise a UsageError for flags that do not go together.

    Args:
        options: has `script` or `module` or `command`, `arguments`, and the flags `check`,
            `rewrite`, `in_place`, `output`, `force`, `python2`, `mnist`, `fast`, `strict`,
            `packages`, `expect`, `deterministic`.
    """
    if options.check and options.rewrite:
        raise UsageError("check and rewrite exclude each other")
    if options.in_place and options.output:
        raise UsageError("--in-place and --output exclude each other")
    action = "check" if options.check else "rewrite" if options.rewrite else None
    if action and options.command is not None:
        raise UsageError(f"{action} takes a script, not -c")
    for name, flag in _BELONG_TO_RUNNING.items():
        if action and getattr(options, name):
            raise UsageError(f"{flag} applies to running a script; {action} runs nothing")
    if not options.rewrite:
        for name, flag in _BELONG_TO_REWRITING.items():
            if getattr(options, name):
                raise UsageError(f"{flag} belongs to tf1-rnn rewrite")
    if not options.rewrite and not is_notebook(options):
        for name, flag in _BELONG_TO_WRITING.items():
            if getattr(options, name):
                raise UsageError(f"{flag} belongs to tf1-rnn rewrite, or to a notebook")
    for name in ("deterministic", "expect", "fast"):
        if is_notebook(options) and getattr(options, name):
            raise UsageError(f"--{name} takes a script, not a notebook")
    if is_notebook(options) and options.arguments and not action:
        raise UsageError(f"a notebook takes no arguments; {options.arguments[0]!r} was given")


def is_notebook(options):
    """Return whether the program to run, check or rewrite is a notebook."""
    return bool(options.script) and options.script.endswith(".ipynb")


def perform(options):
    """Check or rewrite; return the exit code.

    Args:
        options: as `refuse_contradictions` takes them; `program` stands before messages.

    Raises:
        RunError: it cannot be done, and why.
    """
    path = _file_of_module(options.module) if options.module else options.script
    if options.check:
        from tf1_rnn.porting import check

        return check.main([path, *options.arguments], options.program)
    from tf1_rnn.porting import rewrite

    return rewrite.main(path, options.output, options.in_place, options.force, options.python2)


def _file_of_module(name):
    """Return the file or folder of a module, without importing the packages that it is in."""
    top, *parts = name.split(".")
    spec = importlib.machinery.PathFinder.find_spec(top, [os.getcwd()]) if top else None
    with contextlib.suppress(ValueError):  # "" and "__main__"
        spec = spec or importlib.util.find_spec(top)
    if spec is None:
        raise RunError(f"there is no module {name} here")
    path = (spec.submodule_search_locations or [spec.origin])[0]
    for part in parts:
        inside = os.path.join(path, part)
        path = f"{inside}.py" if os.path.isfile(f"{inside}.py") else inside
    if not os.path.exists(path):
        raise RunError(f"there is no module {name} here")
    return os.path.relpath(path)


def prepare(options):
    """Read what a run needs beside the program.

    Args:
        options: `packages` becomes their import names, `expected` the lines of the old log.

    Raises:
        RunError: it cannot be read.
    """
    options.packages = packages.import_names(options.packages)
    options.expected = options.expect and expect.read(options.expect)


def run(options):
    """Run a script, a module, a text or a notebook in this process; return the exit code.

    Args:
        options: as `prepare` has left them; `program` stands before messages.

    Raises:
        RunError: it cannot be run, and why.
    """
    from tf1_rnn.porting import process, program

    process.uninstall()  # inherited from another old program; this command sets it itself
    process.install(options.packages, options.strict, options.mnist, programs=True)
    if is_notebook(options):
        from tf1_rnn.porting import headless

        try:  # of what is installed here the kernel, a child, gets what it needs
            where = options.script, options.output, options.in_place, options.force
            return headless.run(*where, program=options.program)
        finally:
            process.uninstall()
    if options.expect:
        run_program = functools.partial(_run_program, options, program)
        return expect.run(options.expect, options.expected, run_program, options.program)
    return _run_program(options, program)


def _run_program(options, program):
    with contextlib.ExitStack() as stack:
        if options.deterministic:
            stack.enter_context(_deterministic())
        if options.fast:
            stack.enter_context(_fast_loops())
        return _run_plain(options, program)


@contextlib.contextmanager
def _deterministic():
    """Let every run give the same numbers, and say at the end what that took."""
    from tf1_rnn.porting import quiet

    quiet.import_v1()
    from tf1_rnn.v1 import _deterministic

    line = _deterministic.install()
    try:
        yield
    finally:
        print(line(), file=sys.stderr)


@contextlib.contextmanager
def _fast_loops():
    """Install the fast loops, and report at the end which recurrent calls they ran."""
    from tf1_rnn.porting import quiet

    quiet.import_v1()
    from tf1_rnn.v1 import _fast

    report = _fast.install()
    try:
        yield
    finally:
        report.undo()
        print(report.line(), file=sys.stderr)


def _run_plain(options, program):
    if options.command is not None:
        return program.run_command(options.command, options.arguments)
    if options.module:
        return program.run_module(options.module, options.arguments)
    return program.run_script(options.script, options.arguments)
