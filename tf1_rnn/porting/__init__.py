"""Runs and ports old programs: one rule for their imports, `tf1_rnn.v1` for `tensorflow`.

`imports` holds the rule and `finder` says to which modules it is applied while a program runs;
`process` makes every change to the process, and undoes them. `numpy1` brings back the names that
NumPy 2 removed, `habits` what its arrays no longer do, `python37` the names that Python removed.
`program` runs a script or a module, and `tracebacks` shows its exceptions. `check` reports
beforehand what will work, `rewrite` writes the rule into a copy. `tf1_rnn.run` is the command.

`children` applies the rule in the processes that a program starts, `pytest_assertions` in tests.
`notebooks` reads and writes notebooks, `headless` runs them, `extension` is `%load_ext tf1_rnn`.
"""


def install(packages=(), strict=False):
    """Port what this program imports from now on: its own modules and the given packages.

    The programs and processes that it starts do so too. Calling it again adds packages.

    Args:
        packages: names of installed packages that were written for TensorFlow 1.
        strict: leave out what NumPy 1 and Python 3.7 did and current versions do not.

    Raises:
        tf1_rnn.errors.UsageError: no package of such a name is installed.

    Example:
        >>> import pathlib, sys, tempfile
        >>> folder = tempfile.TemporaryDirectory()
        >>> text = "import tensorflow as tf; cell = tf.contrib.rnn.GRUCell(16)"
        >>> _ = pathlib.Path(folder.name, "old_model.py").write_text(text)
        >>> sys.path.insert(0, folder.name)
        >>> install()
        >>> import old_model
        >>> old_model.cell.state_size
        16
        >>> uninstall()
        >>> sys.path.remove(folder.name)
        >>> folder.cleanup()
    """
    from tf1_rnn.porting import packages as installed
    from tf1_rnn.porting import process

    names = packages.split(",") if isinstance(packages, str) else packages
    process.install(installed.import_names(names), strict)


def add_row(old, new):
    """Make a module of TensorFlow 1.x lead to a module of yours, in this process.

    After `add_row("contrib.my_ops.**", "my_package.ops")`, an old program's `import
    tensorflow.contrib.my_ops` and all modules beneath it are `my_package.ops`.

    Args:
        old: the path without `tensorflow.`; one that ends in `.**` stands for all beneath it.
        new: the name of a module, from a dot on if it is one of the v1 API, or a tuple of names,
            of which the first that can be imported answers.

    Raises:
        ValueError: one of the two is no path.
    """
    from tf1_rnn.v1 import _moved

    _moved.add_row(old, new)


def uninstall():
    """Undo what `install` did; what has been imported stays."""
    from tf1_rnn.porting import process

    process.uninstall()
