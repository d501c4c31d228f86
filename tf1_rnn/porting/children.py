"""Applies the rule in the Python processes that an old program starts.

Two environment variables pass the rule from process to process. `TF1_RNN_PORTING` holds the
settings. `PYTHONPATH` begins with the folder `startup`, whose one module, `sitecustomize`, every
Python imports at its start; it calls `start`. There the process gets the finder, which ports what
is imported, such as the modules of `multiprocessing`'s workers. A script is compiled by Python
itself, past any finder: where one is run, the process becomes `python -m tf1_rnn.run SCRIPT`
before the script has begun. That is done once, as the new process runs a module.

Children started with an environment of their own, or by `python -I` or `-E`, are not ported, and
so are other Pythons than this one.
"""

import dataclasses
import json
import os
import sys
import sysconfig

VARIABLE = "TF1_RNN_PORTING"
_STARTUP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "startup")
_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


@dataclasses.dataclass(frozen=True)
class Settings:
    """The settings that a process passes to its children; see `process.install`.

    `left` holds the user's modules that were imported before the installation.
    """

    packages: tuple = ()
    strict: bool = False
    programs: bool = False
    left: tuple = ()

    def with_packages(self, packages):
        """Return these settings with more packages."""
        return dataclasses.replace(self, packages=tuple(sorted({*self.packages, *packages})))


def environment(settings):
    """Return the environment variables for children, by name."""
    told = dict(dataclasses.asdict(settings), prefix=sys.prefix, root=_ROOT)
    path = os.environ.get("PYTHONPATH", "")
    if not f"{path}{os.pathsep}".startswith(_STARTUP + os.pathsep):
        path = f"{_STARTUP}{os.pathsep}{path}" if path else _STARTUP
    return {VARIABLE: json.dumps(told), "PYTHONPATH": path}


def start(told):
    """Apply the rule in this process, or turn it into the runner of its script.

    Args:
        told: the value of `VARIABLE`.
    """
    settings = Settings(told["packages"], told["strict"], told["programs"], told["left"])
    command = _runner_of(sys.orig_argv, sys.argv) if settings.programs else None
    if command is not None:
        options, program = command
        packages = [f"--port={','.join(settings.packages)}"] * bool(settings.packages)
        strict = ["--strict"] * settings.strict
        runner = ["-m", "tf1_rnn.run", *packages, *strict]
        os.execv(sys.executable, [sys.executable, *options, *runner, *program])
    from tf1_rnn.porting import process

    process.install_in_child(settings)


def _runner_of(command_line, arguments):
    """Return Python's own options and the program with its arguments, if it is to be ported.

    Args:
        command_line: all of it, as in `sys.orig_argv`.
        arguments: the part that is in `sys.argv` before the program runs, `["-c", ...]` for
            `python -c`.
    """
    first, rest = arguments[0], len(arguments) - 1
    before = command_line[1 : len(command_line) - rest]
    if first == "-c":
        *options, flags, code = before
        # multiprocessing's own commands find what they need by imports.
        if "tensorflow" not in code or code.startswith("from multiprocessing"):
            return None
        options += [flags[:-1]] * (flags != "-c")
        return options, ["-c", code, *arguments[1:]]
    if not before or before[-1] != first or not os.path.exists(first):
        return None  # a module, or what is typed or piped in
    from tf1_rnn.porting import finder

    folder = os.path.dirname(os.path.abspath(first))
    if folder == sysconfig.get_path("scripts") or not finder.is_user_file(first):
        return None
    return before[:-1], arguments
