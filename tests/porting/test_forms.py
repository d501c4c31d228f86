"""Notebooks, programs that start programs, and packages: all print what they printed in 1.15.5."""

import functools
import json
import os
import shutil
import subprocess
import sys
import sysconfig

import pytest

from tests import legacy
from tests.porting import forms
from tf1_rnn import run
from tools import oracle, record_forms

ROOT = os.path.dirname(os.path.dirname(forms.FOLDER))


def run_program(folder, *command, python=sys.executable):
    """Run a copy of `forms/FOLDER`'s program, and return what it printed."""
    done = subprocess.run(
        [python, "-m", "tf1_rnn.run", *command],
        cwd=folder,
        env=dict(os.environ, PYTHONPATH=os.path.dirname(ROOT)),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("name", forms.NOTEBOOKS)
def test_notebooks_show_what_they_showed(name, tmp_path, capsys):
    pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    path = tmp_path / f"{name}.ipynb"
    shutil.copy(os.path.join(forms.FOLDER, "notebooks", path.name), path)
    before = path.read_bytes()
    code = run.main([str(path)])
    assert code == 0, capsys.readouterr().err
    assert path.read_bytes() == before
    executed = json.loads((tmp_path / f"{name}.out.ipynb").read_text())
    legacy.assert_same_prints(forms.shown(executed), forms.expected(name))


@pytest.mark.parametrize("name", ["towers", "pool"])  # spawn, and a fork server
def test_programs_that_start_programs(name, tmp_path):
    folder = shutil.copytree(os.path.join(forms.FOLDER, "programs"), tmp_path / "programs")
    prints = run_program(folder, f"{name}.py")
    legacy.assert_same_prints(prints, forms.expected(name))


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """A virtual environment with three editable packages and three installed ones."""
    pytest.importorskip("wheel")
    folder = tmp_path_factory.mktemp("environment")
    packages = shutil.copytree(os.path.join(forms.FOLDER, "packages"), folder / "packages")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    python = folder / "venv" / "bin" / "python"
    where = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = subprocess.check_output(where, text=True).strip()
    with open(os.path.join(site, "those_of_the_tests.pth"), "w") as file:
        file.write(sysconfig.get_path("purelib") + "\n")
    pip = [python, "-m", "pip", "install", "-q", "--no-build-isolation", "--no-deps", "--no-index"]
    pip += ["--disable-pip-version-check", "--use-pep517"]
    editable = ["-e", packages / "char_model", "-e", packages / "old_tagger"]
    installed = [packages / name for name in ("old_cells", "old_attention", "Old.Metrics")]
    strict = ["--config-settings", "editable_mode=strict", "-e", packages / "forecaster"]
    subprocess.run([*pip, *editable, *installed], check=True)
    subprocess.run([*pip, *strict], check=True)
    kinds = sorted(name for name in os.listdir(site) if "editable" in name)
    return str(python), str(packages), kinds


def test_editable_packages_are_the_users_own(environment):
    python, packages, kinds = environment
    assert any(name.endswith("finder.py") for name in kinds), kinds
    assert any("char_model" in name and name.endswith(".pth") for name in kinds), kinds
    where = [python, "-c", "import forecaster; print(forecaster.__file__)"]
    assert "__editable__" in subprocess.check_output(where, text=True)  # a tree of links
    prints = run_program(packages, "use_editable.py", python=python)
    legacy.assert_same_prints(prints, forms.expected("use_editable"))


def test_installed_packages_are_ported_by_name(environment):
    python, packages, _ = environment
    names = "--port=old_cells,old_attention,old.metrics"
    prints = run_program(packages, names, "use_installed.py", python=python)
    legacy.assert_same_prints(prints, forms.expected("use_installed"))


def test_an_installed_package_that_is_not_named_ends_in_the_line_that_helps(environment):
    python, packages, _ = environment
    done = subprocess.run(
        [python, "-m", "tf1_rnn.run", "--port=oldmetrics", "use_installed.py"],
        cwd=packages,
        env=dict(os.environ, PYTHONPATH=os.path.dirname(ROOT)),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("use_installed.py:3: the installed package old_cells was written")
    assert "add --port=old_cells to tf1-rnn run" in done.stderr
    assert done.stderr.count("\n") == 1


@functools.cache
def kernel_of_the_oracle():
    """Say whether 1.15.5 can run notebooks here."""
    found = subprocess.run([oracle.python(), "-c", "import ipykernel"], capture_output=True)
    return found.returncode == 0


@pytest.mark.oracle
@pytest.mark.skipif(oracle.python() is None, reason="no TensorFlow 1.15.5 here")
@pytest.mark.parametrize("name", record_forms.RECORDED)
def test_what_was_recorded_is_what_1_15_5_prints(name):
    if name in forms.NOTEBOOKS and not kernel_of_the_oracle():
        pytest.skip("no Jupyter kernel beside TensorFlow 1.15.5")
    legacy.assert_same_prints(record_forms.RECORDED[name](), forms.expected(name), 1e-5)
