"""The run command: a script's arguments, folder, exit code and tracebacks are its own."""

import os
import re
import subprocess
import sys

import numpy as np
import pytest

from tests import preloaded
from tf1_rnn import run
from tf1_rnn.errors import UsageError
from tf1_rnn.porting import process

REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def run_script(*command, cwd):
    environment = dict(os.environ, PYTHONPATH=REPOSITORY)
    return preloaded.run(["-m", "tf1_rnn.run", *map(str, command)], cwd, environment)


SCRIPT = """\
import os, sys
import tensorflow as tf
import numpy as np
from tensorflow.contrib import rnn
import tensorflow.contrib.rnn as rnn_again
import tensorflow.contrib.rnn
import tensorflow.compat.v1 as tf_again
from tensorflow.compat import v1
from tensorflow.python.ops import rnn_cell, rnn_cell_impl, control_flow_ops, array_ops
from tensorflow.python.framework import ops
from tensorflow.python.platform import flags
from tensorflow.contrib.rnn.python.ops import core_rnn_cell
from tensorflow.models.rnn import rnn_cell as oldest
import helper
import tf_slim

print(sys.argv, __name__, __file__, os.getcwd() == sys.path[0], sys.path[0])
print(rnn is rnn_again is tensorflow.contrib.rnn, tf is tf_again is v1 is tensorflow)
print(len({rnn_cell.GRUCell, rnn_cell_impl.GRUCell, core_rnn_cell.GRUCell, oldest.GRUCell,
           tf.nn.rnn_cell.GRUCell, rnn.GRUCell, helper.tf.contrib.rnn.GRUCell}))
print(tf.__version__, ops.Tensor is tf.Tensor, control_flow_ops.cond is tf.cond)
FLAGS = flags.FLAGS  # the command line is not parsed yet: --b is not a flag of anyone's
# TensorFlow's own libraries still see TensorFlow itself.
print(sys.modules["tf_slim.layers.layers"].tf.__name__, sys.modules["tensorflow"].__name__)
print([np.float32(0.5), np.float(1)], np.array([[1], [2, 3]]).dtype)
x = tf.placeholder(tf.float32, [None, 3])
print(x.shape[1].value, int(x.get_shape()[1]), x.get_shape()[0].value, tf.logging.INFO)
def fail():
    raise KeyError("mine")
if sys.argv[1:] == ["fail"]:
    helper.call(fail)
sys.exit(7)
"""

BY_NAME = """\
import importlib, pydoc
from importlib import import_module
rnn = importlib.import_module("tensorflow.contrib.rnn")
print(rnn is __import__("tensorflow.contrib.rnn").contrib.rnn)
print(rnn is __import__("tensorflow.contrib.rnn", fromlist=["GRUCell"]))
names = ["tensorflow.contrib.rnn.GRUCell", "tensorflow.contrib.rnn.NoSuchCell", "no.such", "int"]
print([getattr(pydoc.locate(name), "__name__", None) for name in names])
print(import_module("tensorflow").placeholder is __import__("tensorflow").placeholder)
print(__import__("os.path").__name__, import_module("json.decoder").__name__)
print(__import__("numpy").float, sorted(name for name in globals() if name[0] != "_"))
import_module("tensorflow.contrib.nonsense")
"""

HELPER = """\
from __future__ import print_function
import tensorflow as tf


def call(function):
    function()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("scripts")
    (path / "script.py").write_text(SCRIPT)
    (path / "helper.py").write_text(HELPER)
    (path / "by_name.py").write_text(BY_NAME)
    (path / "missing.py").write_text("import tensorflow as tf\n\ntf.contrib.eager.defun\n")
    (path / "data.py").write_text(
        "from tensorflow.examples.tutorials.mnist import input_data\n"
        "print('before')\n"
        "mnist = input_data.read_data_sets('nowhere', one_hot=True)\n"
        "x, y = mnist.train.next_batch(4)\n"
        "print(x.shape, y.sum(), mnist.test.images.max(), mnist.validation.num_examples)\n"
    )
    return path


def test_runs_a_script_as_it_is(folder):
    environment = dict(os.environ, PYTHONPATH=REPOSITORY)
    environment.pop("TF_CPP_MIN_LOG_LEVEL", None)  # only the command keeps TensorFlow quiet
    done = subprocess.run(
        [sys.executable, "-m", "tf1_rnn.run", "script.py", "a", "--b"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 7, done.stderr
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines == [
        f"['script.py', 'a', '--b'] __main__ script.py True {folder}",
        "True True",
        "1",
        "1.15.5 True True",
        "tensorflow.compat.v1 tensorflow",
        "[0.5, 1.0] object",
        "3 3 None 20",
    ]
    assert not (folder / "__pycache__").exists()


def test_a_module_of_a_package_runs_with_its_packages(tmp_path):
    package = tmp_path / "package"
    (package / "parts").mkdir(parents=True)
    (package / "__init__.py").write_text("import tensorflow as tf\nversion = tf.__version__\n")
    (package / "parts" / "__init__.py").write_text("from tensorflow.contrib.rnn import GRUCell\n")
    (package / "train.py").write_text(
        "import sys\nfrom . import parts, version\nfrom .parts import GRUCell\n"
        "print(version, __package__, sys.argv[1:], parts.GRUCell is GRUCell)\n"
    )
    done = run_script("-m", "package.train", "--flag", cwd=tmp_path)
    assert done.stdout == "1.15.5 package ['--flag'] True\n", done.stderr
    assert done.stderr == ""


def test_a_traceback_is_the_scripts_own(folder):
    done = run_script("-m", "script", "fail", cwd=folder)
    assert done.returncode == 1
    assert "tf1_rnn" not in done.stderr
    assert "importlib" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if line.lstrip().startswith("File")]
    numbers = [(os.path.basename(line.split('"')[1]), line.split("line ")[1]) for line in lines]
    script = SCRIPT.splitlines()
    assert numbers == [
        ("script.py", f"{script.index('    helper.call(fail)') + 1}, in <module>"),
        ("helper.py", "6, in call"),
        ("script.py", f"{script.index('def fail():') + 2}, in fail"),
    ]
    assert done.stderr.endswith("KeyError: 'mine'\n")


def test_what_is_out_of_reach_is_one_line_with_the_scripts_line(folder):
    done = run_script("missing.py", cwd=folder)
    assert done.returncode == 1
    assert done.stderr.startswith("missing.py:3: tf.contrib.eager.")
    assert done.stderr.endswith(
        "defun is not supported: the v1 API is graph mode: use tensorflow itself.\n"
    )
    assert done.stderr.count("\n") == 1


def test_numbers_print_in_threads_too_as_they_printed(tmp_path):
    (tmp_path / "threads.py").write_text(
        "import threading, numpy as np\n"
        "class Mine(threading.Thread):\n"
        "    def run(self):\n"
        "        print([np.float32(0.5)], threading.current_thread() is self)\n"
        "plain = threading.Thread(target=lambda x: print([x]), args=(np.ones(1)[0],))\n"
        "for thread in (Mine(), plain):\n"
        "    thread.start()\n"
        "    thread.join()\n"
    )
    done = run_script("threads.py", cwd=tmp_path)
    assert done.stdout.splitlines() == ["[0.5] True", "[1.0]"], done.stderr


def test_strict_brings_only_tensorflow_1_back(tmp_path):
    (tmp_path / "strict.py").write_text(
        "import tensorflow as tf, numpy as np, time\n"
        "print(tf.__version__, hasattr(tf, 'placeholder'), hasattr(np, 'float'))\n"
        "print(hasattr(time, 'clock'), [np.float32(0.5)] == [0.5], repr(np.zeros(1)[0]))\n"
        "int(np.array([[1]]))\n"
    )
    done = run_script("strict.py", cwd=tmp_path)
    assert done.stdout.splitlines() == ["1.15.5 True True", "True True 0.0"], done.stderr
    done = run_script("--strict", "strict.py", cwd=tmp_path)
    lines = done.stdout.splitlines()
    assert lines[0] == "1.15.5 True False" and lines[1].startswith("False True ")
    if np.lib.NumpyVersion(np.__version__) >= "2.0.0":
        assert lines[1].endswith("np.float64(0.0)")
    if np.lib.NumpyVersion(np.__version__) >= "2.4.0":
        assert "TypeError" in done.stderr and "tf1_rnn" not in done.stderr


def test_what_is_imported_by_a_string_is_tensorflow_1_too(folder):
    done = run_script("by_name.py", cwd=folder)
    assert done.stdout.splitlines() == [
        "True",
        "True",
        "['GRUCell', None, None, 'int']",
        "True",
        "os json.decoder",
        "<class 'float'> ['import_module', 'importlib', 'names', 'pydoc', 'rnn']",
    ]
    line = len(BY_NAME.splitlines())
    assert done.stderr.startswith(f"by_name.py:{line}: tf.contrib.nonsense is not supported")
    assert done.stderr.count("\n") == 1


WITHOUT_EXTRA = """\
import importlib.machinery, sys
find = importlib.machinery.PathFinder.find_spec
importlib.machinery.PathFinder.find_spec = lambda name, *args: (
    None if name.startswith(("tf_keras", "tf_slim")) else find(name, *args)
)
from tf1_rnn import run
sys.exit(run.main(["needs_extra.py"]))
"""


@pytest.mark.parametrize(
    "line, name, library",
    [
        ("tf.layers.dense", "layers", "tf-keras"),
        (
            "from tensorflow.contrib.framework import arg_scope",
            "contrib.framework.arg_scope",
            "tf-slim",
        ),
    ],
)
def test_what_needs_the_extra_is_one_line(tmp_path, line, name, library):
    (tmp_path / "needs_extra.py").write_text(f"import tensorflow as tf\n\n{line}\n")
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_EXTRA],
        cwd=tmp_path,
        env=dict(os.environ, PYTHONPATH=REPOSITORY),
        capture_output=True,
        text=True,
    )
    assert done.stderr == (
        f"needs_extra.py:3: tf.{name} requires {library}; "
        "install it with: pip install 'tf1_rnn[legacy]'\n"
    )
    assert done.returncode == 1


def test_input_data_says_which_files_to_put_where(folder):
    done = run_script("data.py", cwd=folder)
    assert done.returncode == 1
    assert done.stdout == "before\n"
    assert done.stderr.startswith(f"data.py:3: MNIST is not in '{folder / 'nowhere'}': put ")
    assert done.stderr.count("\n") == 1
    assert "t10k-labels-idx1-ubyte" in done.stderr
    assert "--mnist=digits" in done.stderr


def test_input_data_reads_the_embedded_digits(folder):
    done = run_script("--mnist=digits", "data.py", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "before\n(4, 784) 4.0 1.0 119\n"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--nonsense", "x.py"],
        ["--mnist=nonsense", "x.py"],
        ["--check", "--rewrite", "x.py"],
        ["--rewrite", "--in-place", "--output=y.py", "x.py"],
        ["--output=y.py", "x.py"],
    ],
)
def test_a_wrong_command_line_is_told_at_once(arguments, capsys):
    assert run.main(arguments) == 2
    said = capsys.readouterr().err
    assert re.match("tf1-rnn (run|check|rewrite): ", said) and said.count("\n") == 1


def test_rewrite_takes_its_options_on_either_side_of_the_script():
    for arguments in (["--output=b.py", "a.py"], ["a.py", "--output=b.py"]):
        options = run.Options(["--rewrite", *arguments])
        assert (options.script, options.output, options.arguments) == ("a.py", "b.py", [])
    with pytest.raises(UsageError, match="unknown option 'c.py'"):
        run.Options(["--rewrite", "a.py", "c.py"])
    assert run.Options(["a.py", "--output=b.py"]).arguments == ["--output=b.py"]


def test_a_missing_script_is_told_as_python_tells_it(capsys):
    try:
        assert run.main(["nowhere.py"]) == 2
    finally:
        process.uninstall()  # the command leaves that to the end of its process
    assert "can't open file" in capsys.readouterr().err


FAST = """\
import sys
import numpy as np
import tensorflow as tf

tf.set_random_seed(1)
x = tf.placeholder(tf.float32, [None, 5, 3])
outputs, _ = tf.nn.dynamic_rnn(tf.contrib.rnn.LSTMCell(4, use_peepholes=True), x, dtype="float32")
others, _ = tf.nn.dynamic_rnn(tf.contrib.rnn.NASCell(4), x, dtype="float32", scope="other")
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    print(session.run(tf.reduce_sum(tf.concat([outputs, others], 2)), {x: np.ones([2, 5, 3])}))
sys.exit(3)
"""


def test_fast_loops_give_the_same_numbers_and_one_line(tmp_path):
    (tmp_path / "script.py").write_text(FAST)
    plain = run_script("script.py", cwd=tmp_path)
    fast = run_script("--fast", "script.py", cwd=tmp_path)
    assert plain.returncode == fast.returncode == 3
    np.testing.assert_allclose(float(fast.stdout), float(plain.stdout), rtol=1e-5)
    assert plain.stderr == ""
    assert fast.stderr == (
        "fast: 1 of 2 recurrent calls; not fast: dynamic_rnn in the outermost scope: NASCell is "
        "described only by its call\n"
    )


@pytest.mark.parametrize("argv", [["--check", "--fast", "x.py"], ["--fast", "x.ipynb"]])
def test_fast_is_for_scripts_that_run(argv):
    with pytest.raises(UsageError, match="--fast"):
        run.Options(argv)


def test_deterministic_is_for_scripts_that_run():
    with pytest.raises(UsageError, match="--deterministic"):
        run.Options(["--check", "--deterministic", "x.py"])
