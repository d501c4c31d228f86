"""`tf1_rnn.porting.install`, for a program that embeds the rule."""

import subprocess
import sys

import pytest

from tf1_rnn import porting
from tf1_rnn.errors import UsageError
from tf1_rnn.porting import process


@pytest.fixture(autouse=True)
def clean():
    yield
    porting.uninstall()


@pytest.mark.parametrize("names", ["absl-py,numpy", ["absl", "numpy"], ("numpy", "absl-py")])
def test_packages_are_named_as_people_know_them(names):
    porting.install(packages=names)
    assert set(process.ported_packages()) == {"absl", "numpy"}
    porting.uninstall()
    assert process.ported_packages() == ()


def test_a_package_that_is_not_installed_changes_nothing():
    with pytest.raises(UsageError, match="chiron_of_nowhere: no package of that name"):
        porting.install(packages=["chiron_of_nowhere"])
    assert process.ported_packages() == () and not process._undoing


def test_a_program_leads_an_old_module_to_one_of_its_own(tmp_path):
    (tmp_path / "mine.py").write_text("double = lambda x: x * 2\n")
    (tmp_path / "old.py").write_text(
        "import tensorflow as tf\n"
        "from tensorflow.contrib.my_ops.python.ops import double\n"
        "with tf.Session() as session:\n"
        "    print(session.run(double(tf.placeholder_with_default(21, []))))\n"
    )
    program = (
        "import tf1_rnn.porting as porting; porting.install(); "
        "porting.add_row('contrib.my_ops.**', 'mine'); "
        "import old"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.stdout == "42\n", done.stderr
    with pytest.raises(ValueError, match="is no path of a module"):
        porting.add_row("contrib my_ops", "mine")
