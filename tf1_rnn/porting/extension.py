"""`%load_ext tf1_rnn`: the rest of a TensorFlow 1 notebook works unedited, in Jupyter and Colab.

The rule is applied to the syntax tree of each cell, to what `%run` runs, and to what the notebook
imports and starts.
"""

import functools
import os
import sys

from tf1_rnn.porting import advice, finder, process

_loaded = {}


def load(shell):
    """Apply the rule to what an IPython shell runs from now on."""
    if shell in _loaded:
        return
    process.install(programs=True)
    process.bring_back_habits()
    process.bring_back_tensorflow()
    _loaded[shell] = _Loaded(shell)


def unload(shell):
    """Run the shell's next cells unchanged; what has been imported stays."""
    if shell in _loaded:
        _loaded.pop(shell).undo()
        process.uninstall()


class _Loaded:
    """What has been changed in one shell."""

    def __init__(self, shell):
        self.shell = shell
        self.rule = process.transformer()
        shell.ast_transformers.append(self.rule)
        shell.events.register("post_run_cell", _advise)
        magics = shell.magics_manager.magics["line"]
        self.version_magic = magics.get("tensorflow_version")
        shell.register_magic_function(_tensorflow_version, "line", "tensorflow_version")
        shell.safe_execfile = functools.partial(_run_file, shell, shell.safe_execfile)

    def undo(self):
        """Undo the changes."""
        if self.rule in self.shell.ast_transformers:
            self.shell.ast_transformers.remove(self.rule)
        self.shell.events.unregister("post_run_cell", _advise)
        magics = self.shell.magics_manager.magics["line"]
        if self.version_magic is None:
            del magics["tensorflow_version"]
        else:
            magics["tensorflow_version"] = self.version_magic
        del self.shell.safe_execfile


def _tensorflow_version(line):
    """Accept Colab's `%tensorflow_version 1.x`; Colab itself no longer does."""
    version = line.partition("#")[0].strip()
    if not version.startswith("1"):
        from IPython.core.error import UsageError

        raise UsageError(
            f"%tensorflow_version {version}: this notebook has loaded tf1_rnn, which is "
            "TensorFlow 1.x; leave out %load_ext tf1_rnn"
        )
    print("TensorFlow 1.x selected.")


def _advise(result):
    """Show the advice below a cell whose error has a known remedy."""
    error = result.error_before_exec or result.error_in_exec
    line = error and advice.advice(error, process.ported_packages(), "NOTEBOOK.ipynb")
    if line and line not in str(error):
        print(line, file=sys.stderr)


def _run_file(shell, run_file, fname, *where, exit_ignore=False, raise_exceptions=False, **kwargs):
    """Run a file for `%run`, with the rule applied if it is the user's own."""
    path = os.path.realpath(os.path.expanduser(fname))
    if not path.endswith(".py") or not os.path.isfile(path) or not finder.is_user_file(path):
        return run_file(
            fname, *where, exit_ignore=exit_ignore, raise_exceptions=raise_exceptions, **kwargs
        )
    folder = os.path.dirname(path)
    sys.path.insert(0, folder)
    try:
        with open(path, "rb") as file:
            exec(process.compile_source(file.read(), path), *where[:2])
    except SystemExit as stop:
        if stop.code and raise_exceptions:
            raise
        if stop.code and not exit_ignore:
            shell.showtraceback(exception_only=True)
    except BaseException:
        if raise_exceptions:
            raise
        shell.showtraceback()
    finally:
        if folder in sys.path:
            sys.path.remove(folder)
