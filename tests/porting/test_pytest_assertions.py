"""`run -m pytest` ports the tests, and a failing assert still says what was in it."""

import os
import subprocess
import sys

CONFTEST = "import numpy as np, pytest\n@pytest.fixture\ndef one():\n    return np.float(1)\n"
TEST = """\
'''A docstring.'''
import numpy as np


def test_good(one):
    x = np.zeros(2)
    x[0] = np.array([one])
    assert x.tolist() == [1, 0]


def test_bad():
    names = ["a", "b"]
    assert "c" in names
"""


def run_pytest(folder, *python):
    return subprocess.run(
        [sys.executable, *python, "-m", "pytest", "-q", "-p", "no:xdist", "tests"],
        cwd=folder,
        env=dict(os.environ, PYTHONPATH="", PYTEST_ADDOPTS=""),
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_tests_and_conftest_are_ported(tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "conftest.py").write_text(CONFTEST)
    (tmp_path / "tests" / "test_mine.py").write_text(TEST)
    plain = run_pytest(tmp_path)  # its cached byte code must not be taken for ours
    assert "1 failed, 1 error" in plain.stdout, plain.stdout
    done = run_pytest(tmp_path, "-m", "tf1_rnn.run")
    assert "1 failed, 1 passed" in done.stdout, done.stdout + done.stderr
    assert "assert 'c' in ['a', 'b']" in done.stdout and "test_mine.py:13" in done.stdout
    assert "1 failed, 1 error" in run_pytest(tmp_path).stdout  # nor ours for its own


def test_a_conftest_may_install_the_rule(tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "conftest.py").write_text(
        f"import tf1_rnn.porting\ntf1_rnn.porting.install()\n{CONFTEST.replace('np.float', '')}"
    )
    (tmp_path / "tests" / "test_mine.py").write_text(TEST)
    done = run_pytest(tmp_path)
    assert "1 failed, 1 passed" in done.stdout, done.stdout + done.stderr
