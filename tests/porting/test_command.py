"""Flags that go together and those that do not, each answered in one line."""

import os
import subprocess
import sys

import pytest

from tf1_rnn import run
from tf1_rnn.porting import command


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a script, a package, and a notebook, where the test is."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    (tmp_path / "package" / "inner").mkdir(parents=True)
    (tmp_path / "package" / "__init__.py").write_text("raise SystemExit('it was imported')\n")
    (tmp_path / "package" / "module.py").write_text("import tensorflow as tf\ntf.Session\n")
    (tmp_path / "package" / "inner" / "deep.py").write_text("import tensorflow as tf\n")
    (tmp_path / "script.py").write_text("import tensorflow as tf\n")
    (tmp_path / "a.ipynb").write_text('{"cells": []}')
    return tmp_path


@pytest.mark.parametrize(
    "arguments, message",
    [
        ("--check --rewrite script.py", "check and rewrite exclude each other"),
        ("--rewrite --in-place --output=x.py script.py", "exclude each other"),
        ("--output=x.py script.py", "--output belongs to tf1-rnn rewrite, or to a notebook"),
        ("--in-place script.py", "--in-place belongs to tf1-rnn rewrite, or to a notebook"),
        ("--force script.py", "--force belongs to tf1-rnn rewrite, or to a notebook"),
        ("--python2 script.py", "--python2 belongs to tf1-rnn rewrite"),
        ("--python2 --check script.py", "--python2 belongs to tf1-rnn rewrite"),
        (
            "--mnist=digits --check script.py",
            "--mnist applies to running a script; check runs nothing",
        ),
        (
            "--strict --rewrite script.py",
            "--strict applies to running a script; rewrite runs nothing",
        ),
        ("--port=a --check script.py", "--port applies to running a script; check runs nothing"),
        ("--check -c x", "check takes a script, not -c"),
        ("--rewrite", "no script given"),
        ("--check", "no script given"),
        ("--rewrite a.py b.py", "b.py"),
        ("--port=no_such_package script.py", "no_such_package: no package of that name"),
    ],
)
def test_what_does_not_go_together(arguments, message, folder, capsys):
    assert run.main(arguments.split()) == 2
    err = capsys.readouterr().err
    assert message in err and err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments, message",
    [
        ("--check -m package.nowhere", "there is no module package.nowhere here"),
        ("--check -m nowhere.module", "there is no module nowhere.module here"),
        ("--rewrite -m package.nowhere", "there is no module package.nowhere here"),
        ("--rewrite nowhere.py", "nowhere.py: no such file"),
        ("--check nowhere", "nowhere: no such file"),
        ("--check nowhere.ipynb", "nowhere.ipynb: no such file"),
        ("nowhere.ipynb", "nowhere.ipynb: no such file"),
        ("--rewrite package", "package: a folder; expected one script or notebook"),
        ("--rewrite -m package", "package: a folder; expected one script or notebook"),
    ],
)
def test_what_is_not_there(arguments, message, folder, capsys):
    assert run.main(arguments.split()) == 1
    out, err = capsys.readouterr()
    assert message in err and err.count("\n") == 1 and not out


def test_modules_are_checked_and_rewritten_without_importing_their_packages(folder, capsys):
    assert run.main(["--check", "-m", "package.module"]) == 0
    assert "package/module.py:2: tf.Session: works" in capsys.readouterr().out
    assert run.main(["--check", "-m", "package"]) == 0
    assert "package/module.py:2: tf.Session: works" in capsys.readouterr().out
    assert run.main(["--rewrite", "-m", "package.module"]) == 0
    assert "tf1_rnn.v1" in (folder / "package" / "module_ported.py").read_text()
    assert run.main(["--rewrite", "-m", "package.inner.deep", "--output=d.py"]) == 0
    assert (folder / "d.py").read_text() == "import tf1_rnn.v1 as tf\n"


def test_several_paths_are_checked(folder, capsys):
    assert run.main(["--check", "script.py", "a.ipynb", "package"]) == 0
    assert "1 works" in capsys.readouterr().out


def test_a_text_is_run_as_python_runs_it(folder):
    source = "import sys, numpy as np; print(np.float, sys.argv, __name__, sys.path[0])"
    done = subprocess.run(
        [sys.executable, "-m", "tf1_rnn.run", "-c", source, "a", "--b"],
        env=dict(os.environ, PYTHONPATH=""),
        capture_output=True,
        text=True,
    )
    assert done.stdout == "<class 'float'> ['-c', 'a', '--b'] __main__ \n", done.stderr


def test_a_notebook_is_told_by_its_name():
    assert command.is_notebook(run.Options(["a.ipynb"]))
    assert not command.is_notebook(run.Options(["-m", "a.ipynb"]))


@pytest.mark.parametrize("action", ["--check", "--rewrite"])
@pytest.mark.parametrize(
    "target",
    [
        *("script.py", "a.ipynb", "binary.py", "empty", "broken.ipynb", "nowhere.py", ""),
        *("-m script", "-m nowhere", "-m script.x", "-m .", "-c x", "script.py a.ipynb"),
    ],
)
def test_every_combination_is_answered_in_one_line(action, target, folder, capsys):
    (folder / "binary.py").write_bytes(b"\x00\xff\x00")
    (folder / "broken.ipynb").write_text("{")
    (folder / "empty").mkdir()
    flags = ["", "--in-place", "--output=o.py", "--output=", "--force", "--python2", "--strict"]
    for flag in [*flags, "--mnist=digits", "--port=absl"]:
        code = run.main(f"{action} {flag} {target}".split())
        out, err = capsys.readouterr()
        assert code in (0, 1, 2) and err.count("\n") <= 1 and "unexpected" not in err, err
        assert code == 0 or out or err
