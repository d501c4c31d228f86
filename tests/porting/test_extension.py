"""`%load_ext tf1_rnn` in an IPython shell: what it changes, and that it can be taken back."""

import json
import os
import subprocess
import sys

import pytest

pytest.importorskip("IPython")

# Runs the cells that stand on its standard input, and prints what each returned or raised.
SHELL = """\
import contextlib, io, json, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
answers = []
for cell in json.load(sys.stdin):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        result = shell.run_cell(cell)
    error = result.error_before_exec or result.error_in_exec
    answers.append([repr(result.result), error and type(error).__name__, err.getvalue()])
print(json.dumps(answers))
"""
CELLS = [
    "%load_ext tf1_rnn",
    "%load_ext tf1_rnn",
    "%tensorflow_version 1.x",
    "%tensorflow_version 2.x",
    "import numpy as np, tensorflow as tf\ntf.__version__",
    "x = np.zeros(2)\nx[0] = np.array([3.5])\nx.tolist()",
    "x[1] = 2",
    "'%d' % np.array([4])",
    "%timeit -n1 -r1 np.float",
    "%run old.py",
    "value, tf.contrib.rnn.GRUCell.__name__",
    "import own_module\nown_module.np.int",
    "import old_library",
    "import tf1_rnn.porting\ntf1_rnn.porting.install(packages=['old_library'])\nimport old_library",
    "tf.contrib.nonsense",
    "print 'a'",
    "sorted(name for name in get_ipython().run_line_magic('who_ls', '') if '__' in name)",
    "len(get_ipython().ast_transformers), 'safe_execfile' in vars(get_ipython())",
    "%unload_ext tf1_rnn",
    "len(get_ipython().ast_transformers), 'safe_execfile' in vars(get_ipython())",
    "import numpy\nhasattr(numpy, 'float')",
    "%tensorflow_version 1.x",
]


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shell")
    (folder / "old.py").write_text("import numpy as np, tensorflow as tf\nvalue = np.float(2)\n")
    (folder / "own_module.py").write_text("import numpy as np\n")
    library = folder / "lib" / "python3" / "site-packages"
    library.mkdir(parents=True)
    (library / "old_library.py").write_text("import tensorflow as tf\ntf.contrib.rnn\n")
    start = (
        "from tf1_rnn.porting import finder\n"
        f"finder._INSTALLED += ({str(library) + os.sep!r},)\n"
        f"import sys; sys.path += ['', {str(library)!r}]\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", start + SHELL],
        cwd=folder,
        env=dict(os.environ, IPYTHONDIR=str(folder / "ipython")),
        input=json.dumps(CELLS),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    "number, result",
    [
        (4, "'1.15.5'"),
        (5, "[3.5, 0.0]"),
        (6, "None"),
        (7, "'4'"),
        (10, "(2.0, 'GRUCell')"),
        (11, "<class 'int'>"),
        (16, "[]"),
        (17, "(1, True)"),
        (19, "(0, False)"),
        (20, "False"),
    ],
)
def test_what_cells_return(number, result, answers):
    assert answers[number][:2] == [result, None], CELLS[number] + answers[number][2]


@pytest.mark.parametrize("number", [0, 1, 2, 8, 9, 13, 18])
def test_what_passes(number, answers):
    assert answers[number][1] is None, answers[number][2]


@pytest.mark.parametrize(
    "number, error, advice",
    [
        (12, "AttributeError", "the installed package old_library was written for TensorFlow 1"),
        (14, "MissingName", ""),
        (15, "SyntaxError", "print without parentheses is Python 2; to write a copy"),
    ],
)
def test_what_fails_and_the_line_that_helps(number, error, advice, answers):
    assert answers[number][1] == error
    assert answers[number][2].startswith(advice)
    assert answers[number][2].count("\n") == bool(advice)


def test_another_version_is_refused(answers):
    assert answers[3][1] == "UsageError"
    assert "which is TensorFlow 1.x; leave out %load_ext tf1_rnn" in str(answers[3][2])


def test_the_magic_goes_with_the_extension(answers):
    assert answers[21][1] == "UsageError"
