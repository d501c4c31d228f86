"""Runs an old program, a script or a module, in this process as `__main__`."""

import importlib.util
import os
import sys
import types

from tf1_rnn import inputs
from tf1_rnn.porting import finder, process


def run_script(path, arguments):
    """Run the script at `path`, or `__main__.py` of a folder, as `python PATH` would.

    Args:
        path: the script.
        arguments: its own command line.

    Returns:
        0, or as Python: 2 if it cannot be opened, 1 for a folder without `__main__.py`.
    """
    if not os.path.exists(path):
        print(
            f"{sys.executable}: can't open file {os.path.abspath(path)!r}: "
            "[Errno 2] No such file or directory",
            file=sys.stderr,
        )
        return 2
    place = file = os.path.realpath(path)
    if os.path.isdir(path):
        file = os.path.join(path, "__main__.py")
        if not os.path.exists(file):
            print(f"{sys.executable}: can't find '__main__' module in {place!r}", file=sys.stderr)
            return 1
    else:
        place, file = os.path.dirname(place), path
    process.look_first_in(place)
    try:
        source = inputs.read(file)
    except inputs.Unreadable as error:
        print(f"{sys.executable}: can't open file {file!r}: {error}", file=sys.stderr)
        return 2
    code = process.compile_source(source, file)
    module = _main_module(__file__=file)
    process.become(module, [path, *arguments])
    exec(code, module.__dict__)
    return 0


def run_module(name, arguments):
    """Run the module `name`, or `__main__` of a package, as `python -m NAME` would."""
    process.look_first_in(os.getcwd())
    process.become(sys.modules["__main__"], ["-m", *arguments])  # while its packages are imported
    spec = _found(name)
    if spec is not None and spec.submodule_search_locations is not None:
        spec = importlib.util.find_spec(f"{name}.__main__")
    if spec is None or not hasattr(spec.loader, "get_code"):
        raise SystemExit(f"{sys.executable}: No module named {name}")
    code = spec.loader.get_code(spec.name)
    module = _main_module(
        __file__=spec.origin, __spec__=spec, __loader__=spec.loader, __package__=spec.parent
    )
    if not finder.is_user_file(spec.origin):  # cProfile, trace and timeit compile a script
        module.compile = process.compiler(compile)
    process.become(module, [spec.origin, *arguments])
    exec(code, module.__dict__)
    return 0


def _found(name):
    """Return the spec of a module, or None where it, or a package that it is in, is not there."""
    try:
        return importlib.util.find_spec(name)
    except ModuleNotFoundError as error:
        if error.name and f"{name}.".startswith(f"{error.name}."):
            return None
        raise


def run_command(source, arguments):
    """Run a program given as text, as `python -c SOURCE` would."""
    process.look_first_in("")
    code = process.compile_source(source, "<string>")
    module = _main_module()
    process.become(module, ["-c", *arguments])
    exec(code, module.__dict__)
    return 0


def _main_module(**names):
    module = types.ModuleType("__main__")
    module.__dict__.update(__builtins__=__builtins__, __cached__=None, **names)
    return module
