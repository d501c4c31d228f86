"""Run a TensorFlow 1 script as it is, on today's TensorFlow.

    python -m tf1_rnn.run [--mnist=digits] SCRIPT.py [its own arguments]
    python -m tf1_rnn.run [--mnist=digits] -m its.module [its own arguments]
    python -m tf1_rnn.run --check SCRIPT.py|FOLDER
    python -m tf1_rnn.run --rewrite SCRIPT.py [--output=PORTED.py | --in-place]

The script is not edited. Its arguments, working directory, exit code and tracebacks are its own.
--check lists, without running anything, which uses of TensorFlow 1 will work, which need the extra
`tf1_rnn[legacy]` and which will not (exit code 1 if any will not). --rewrite writes a ported copy.
--mnist=digits answers `input_data.read_data_sets` with the embedded digits, scaled to 28x28.
"""

import importlib.util
import os
import runpy
import sys
import types
import warnings

from tf1_rnn.porting import habits, imports, python37, quiet

TF1_VERSION = "1.15.5"


class Options:
    """What stands on the command line before the script's own arguments."""

    def __init__(self, argv):
        self.mnist = self.module = self.script = self.output = None
        self.check = self.rewrite = self.in_place = False
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
        elif option in ("--check", "--rewrite", "--in-place"):
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
    if options.mnist:
        os.environ["TF1_RNN_MNIST"] = options.mnist
    sys.excepthook = _excepthook
    imports.UserFinder().install()
    if options.module:
        sys.path[0] = os.getcwd()
        sys.argv = ["-m", *options.arguments]
        _bring_back_tensorflow_1()  # before its packages are imported, which may need it
        module, code = _module_code(options.module)
    else:
        if not os.path.exists(options.script):
            print(
                f"{sys.executable}: can't open file {os.path.abspath(options.script)!r}: "
                "[Errno 2] No such file or directory",
                file=sys.stderr,
            )
            return 2
        sys.path[0] = os.path.dirname(os.path.realpath(options.script))
        module, code = _script_code(options.script)
        _bring_back_tensorflow_1()
    sys.argv = [module.__file__, *options.arguments]
    sys.modules["__main__"] = module
    exec(code, module.__dict__)
    return 0


def _script_code(path):
    """Return a fresh `__main__` for the script at `path`, and its code."""
    if os.path.isdir(path):
        path = os.path.join(path, "__main__.py")
    with open(path, "rb") as file:
        code = imports.compile_user_source(file.read(), path)
    module = types.ModuleType("__main__")
    module.__dict__.update(__file__=path, __builtins__=__builtins__, __cached__=None)
    return module, code


def _module_code(name):
    """Return a fresh `__main__` for the module `name`, and its code, as `python -m` makes them."""
    spec = importlib.util.find_spec(name)
    if spec is not None and spec.submodule_search_locations is not None:
        spec = importlib.util.find_spec(f"{name}.__main__")
    if spec is None or not hasattr(spec.loader, "get_code"):
        raise SystemExit(f"{sys.executable}: No module named {name}")
    code = spec.loader.get_code(spec.name)
    module = types.ModuleType("__main__")
    module.__dict__.update(
        __file__=spec.origin,
        __builtins__=__builtins__,
        __cached__=None,
        __spec__=spec,
        __loader__=spec.loader,
        __package__=spec.parent,
    )
    return module, code


def _bring_back_tensorflow_1():
    """Import the face without TensorFlow's start-up messages, and set what a 1.x process had."""
    warnings.filterwarnings("ignore", message=r"`tf\.layers\.|`layer\.|`tf\.nn\.rnn_cell")
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    face = quiet.import_face()
    face.get_logger().addFilter(_not_a_deprecation)
    face.__version__ = face.VERSION = TF1_VERSION
    python37.bring_back()
    habits.print_as_numpy_1()


def _not_a_deprecation(record):
    """Keep TensorFlow's log but for its advice to move on to TensorFlow 2."""
    return "deprecated" not in str(record.msg)


_OUR_FILES = tuple(os.path.dirname(os.path.abspath(__file__)) + os.sep + part for part in (
    "run.py", "porting" + os.sep, os.path.join("v1", "lazy.py")
))  # fmt: skip


# Python's own way to a module; since 3.11 frozen, before that a file.
_PYTHON_FILES = (
    "<frozen runpy>",
    runpy.__file__,
    importlib.__file__,
    "<frozen importlib._bootstrap>",
    "<frozen importlib._bootstrap_external>",
)


def _excepthook(kind, error, traceback):
    """Print the script's own traceback, or one line for what TensorFlow 1 had and is not here."""
    seen = set()
    pending = [error]
    while pending:
        each = pending.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        each.__traceback__ = _own_frames(each.__traceback__)
        pending += [each.__cause__, each.__context__]
    if getattr(error, "tensorflow_1_name", None):
        where = _last_user_line(error.__traceback__)
        print(f"{where}{error}", file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, error.__traceback__)


def _own_frames(traceback):
    """Return the traceback without the frames of this command and of Python's import system."""
    if traceback is None:
        return None
    following = _own_frames(traceback.tb_next)
    file = traceback.tb_frame.f_code.co_filename
    if file.startswith(_OUR_FILES) or file in _PYTHON_FILES:
        return following
    return types.TracebackType(
        following, traceback.tb_frame, traceback.tb_lasti, traceback.tb_lineno
    )


def _last_user_line(traceback):
    """Return `FILE:LINE: ` for the innermost frame in the user's own files, or nothing."""
    where = ""
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        if imports.is_user_file(file):
            where = f"{file}:{traceback.tb_lineno}: "
        traceback = traceback.tb_next
    return where


if __name__ == "__main__":
    # The copy of this file that others import must be this one.
    sys.modules["tf1_rnn.run"] = sys.modules["__main__"]
    sys.exit(main())
