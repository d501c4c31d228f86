"""Every change that running an old program makes to the process, and its undoing.

`install()` makes the cheap ones at once. What needs NumPy waits for the first source of the old
program, and TensorFlow for the first that names it, so that a process that uses neither
starts as fast as ever. Each change is registered with its undoing in one list; `uninstall()` runs
that list backwards. (What stays are imports, and the TensorFlow 1 behaviour that importing
`tf1_rnn.v1` puts TensorFlow into.)
"""

import builtins
import functools
import importlib
import importlib.machinery
import os
import runpy
import sys
import types
import warnings

from tf1_rnn import console, startup
from tf1_rnn.porting import children, finder, imports, pytest_assertions, tracebacks

TF1_VERSION = "1.15.5"
_ABSENT = object()

# What undoes each change, in the order in which the changes were made.
_undoing = []
# How the process was installed: None, or the one finder and what came after it.
_state = None


class _State:
    """The settings of an installed process, and which of the late changes are made."""

    def __init__(self, settings):
        self.settings = settings
        self.finder = finder.UserFinder(compile_source, settings.packages, settings.left)
        self.has_habits = self.has_tensorflow = False


def install(packages=(), strict=False, mnist=None, programs=False):
    """Port what is imported from now on: the user's own modules and the packages named.

    Programs that this process starts do so too. Calling it again adds packages, and changes
    nothing else.

    Args:
        packages: names of installed packages that were written for TensorFlow 1.
        strict: leave out what NumPy 1 and Python 3.7 did and current versions do not.
        mnist: "digits" for the embedded digits in place of MNIST.
        programs: port also the scripts that this process starts other Pythons with.
    """
    if _state is not None:
        _state.settings = _state.settings.with_packages(packages)
        _state.finder.packages.update(packages)
        _set_items(os.environ, children.environment(_state.settings))
        return
    left = finder.imported_user_modules()
    _install(children.Settings(tuple(sorted(packages)), strict, programs, left))
    if mnist:
        _set_item(os.environ, "TF1_RNN_MNIST", mnist)
    _set_items(os.environ, children.environment(_state.settings))


def install_in_child(settings):
    """Install in a process that was started by an installed one."""
    if _state is None:
        _install(settings)


def _install(settings):
    global _state
    _state = _State(settings)
    if "TF_CPP_MIN_LOG_LEVEL" not in os.environ:
        _set_item(os.environ, "TF_CPP_MIN_LOG_LEVEL", "3")
    hook = functools.partial(tracebacks.excepthook, ported=_state.finder.packages)
    _set(sys, "excepthook", hook)
    _set(runpy, "run_path", _run_path_with_the_rule(runpy.run_path))
    loader = importlib.machinery.SourceFileLoader
    _set(loader, "get_code", _get_code_with_the_rule(loader.get_code))
    _replace_items(sys.meta_path, [_state.finder, *sys.meta_path])
    _state.finder.wrap("tensorflow", _load_quietly)
    _state.finder.wrap(pytest_assertions.MODULE, _port_tests)
    _ignore_warnings()


def uninstall():
    """Undo all changes, the last first."""
    global _state
    _state = None
    while _undoing:
        undo, *arguments = _undoing.pop()
        undo(*arguments)


def compile_source(source, path):
    """Return the code of one of the old program's sources, the process being ready for it.

    Args:
        source: bytes or text.
        path: the file, which tracebacks name.

    Raises:
        SyntaxError: current Python cannot read it.
    """
    return imports.compile_tree(ported_tree(source, path), path)


def ported_tree(source, path):
    """Return the syntax tree of a source with the rule applied; see `compile_source`."""
    tree = imports.ported_tree(source, path, _state.settings.strict)
    bring_back_habits()
    text = source if isinstance(source, bytes) else source.encode()
    if b"tensorflow" in text or b"tf1_rnn" in text:
        bring_back_tensorflow()
    return tree


def transformer():
    """Return what applies the rule of this process to a syntax tree."""
    return imports.transformer(_state.settings.strict)


def ported_packages():
    """Return the names of the installed packages that are ported."""
    return _state.finder.packages if _state else ()


def become(module, arguments):
    """Make `module` the program: `__main__`, with its own `sys.argv`."""
    _set(sys, "argv", arguments)
    _set_item(sys.modules, "__main__", module)


def look_first_in(folder):
    """Search imports in `folder` in place of the folder of this command."""
    if not getattr(sys.flags, "safe_path", False):  # from Python 3.11: there is no such folder
        _replace_items(sys.path, [folder, *sys.path[1:]])


def bring_back_tensorflow():
    """Import the v1 API without TensorFlow's start-up messages, with 1.15.5's version number."""
    if _state.has_tensorflow:
        return
    _state.has_tensorflow = True
    from tf1_rnn.porting import quiet

    v1 = quiet.import_v1()
    _set(v1, "__version__", TF1_VERSION)
    _set(v1, "VERSION", TF1_VERSION)
    logger = v1.get_logger()
    logger.addFilter(_is_no_deprecation)
    _undoing.append((logger.removeFilter, _is_no_deprecation))


def bring_back_habits():
    """Restore old names of Python's modules, and NumPy's old way of printing numbers."""
    if _state.settings.strict or _state.has_habits:
        return
    _state.has_habits = True
    import threading

    import numpy

    from tf1_rnn.porting import habits, python37

    for owner, name, value in python37.attributes():
        _set(owner, name, value)
    for name, module in python37.modules().items():
        _set_item(sys.modules, name, module)
    _undoing.append((_set_numpy_legacy, numpy.get_printoptions()["legacy"]))
    _set_numpy_legacy(habits.PRINTED_AS)
    _set(threading.Thread, "start", habits.started_in_context(threading.Thread.start))


def _set_numpy_legacy(version):
    importlib.import_module("numpy").set_printoptions(legacy=version)


def _load_quietly(load, module):
    """Import TensorFlow, on first use, without its start-up messages."""
    with console.silenced(), startup.without_keras():
        load(module)


def _port_tests(load, rewrite):
    """Import pytest's rewriter of assertions, and let it apply the rule."""
    load(rewrite)
    hook = rewrite.AssertionRewritingHook
    _set(hook, "exec_module", pytest_assertions.with_the_rule(rewrite, _state.finder, ported_tree))


def _run_path_with_the_rule(run_path):
    """Return `runpy.run_path` for this process: a spawned one runs its parent's script with it."""

    @functools.wraps(run_path)
    def run_own_path(path_name, init_globals=None, run_name=None):
        path = os.fspath(path_name)
        if not path.endswith(".py") or not os.path.isfile(path) or not _is_ported_program(path):
            return run_path(path_name, init_globals, run_name)
        with open(path, "rb") as file:
            code = compile_source(file.read(), path)
        name = run_name or "<run_path>"
        module = types.ModuleType(name)
        module.__dict__.update(init_globals or {}, __file__=path, __builtins__=builtins)
        before = sys.modules.get(name), sys.argv[0]
        sys.modules[name], sys.argv[0] = module, path
        try:
            exec(code, module.__dict__)
            return dict(module.__dict__)
        finally:
            sys.modules[name], sys.argv[0] = before
            if before[0] is None:
                del sys.modules[name]

    return run_own_path


def _get_code_with_the_rule(get_code):
    """Return `SourceFileLoader.get_code` for this process: a module loaded by its path is ported.

    `imp.load_source` and `spec_from_file_location` ask no finder.
    """

    @functools.wraps(get_code)
    def get_own_code(loader, name):
        path = loader.get_filename(name)
        if _state.finder.is_ported(name, path):
            return compile_source(loader.get_data(path), path)
        return get_code(loader, name)

    return get_own_code


def executed(source):
    """Return what `exec` takes for `source`: code with the rule applied, for a text that needs it.

    Args:
        source: of a call of `exec` in the old program; text, bytes or code.
    """
    return compile_source(source, "<string>") if _needs_the_rule(source) else source


def compiler(function):
    """Return what the old program calls as `compile`: Python's, with the rule, or its own."""
    return _compile_text if function is compile else function


def _compile_text(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, **others):
    if mode == "exec" and _needs_the_rule(source):
        source = ported_tree(source, filename)
    return compile(source, filename, mode, flags, True, optimize, **others)


def _needs_the_rule(source):
    """Return whether a text names a library that the rule is for."""
    if _state is None or not isinstance(source, (str, bytes)):
        return False
    text = source if isinstance(source, bytes) else source.encode(errors="replace")
    return b"tensorflow" in text or b"numpy" in text


def _is_ported_program(path):
    return _state.settings.programs and finder.is_user_file(path)


def _ignore_warnings():
    """Filter out advice that the program's author could not have followed."""
    _undoing.append((_replace_all, warnings.filters, list(warnings.filters)))
    warnings.filterwarnings("ignore", message=r"`tf\.layers\.|`layer\.|`tf\.nn\.rnn_cell")
    warnings.filterwarnings("ignore", category=DeprecationWarning)


def _is_no_deprecation(record):
    """Filter TensorFlow's advice to move to TensorFlow 2 out of its log."""
    return "deprecated" not in str(record.msg)


def _set(owner, name, value):
    """Set an attribute of a module or class."""
    old = vars(owner).get(name, _ABSENT)
    _undoing.append((delattr, owner, name) if old is _ABSENT else (setattr, owner, name, old))
    setattr(owner, name, value)


def _set_item(mapping, key, value):
    """Set an item of a mapping."""
    old = mapping.get(key, _ABSENT)
    _undoing.append((_remove, mapping, key) if old is _ABSENT else (_put, mapping, key, old))
    mapping[key] = value


def _set_items(mapping, items):
    for key, value in items.items():
        _set_item(mapping, key, value)


def _replace_items(items, new):
    """Replace a list's items in place."""
    _undoing.append((_replace_all, items, list(items)))
    _replace_all(items, new)


def _replace_all(items, new):
    items[:] = new


def _put(mapping, key, value):
    mapping[key] = value


def _remove(mapping, key):
    mapping.pop(key, None)
