"""What a release needs: one version everywhere, and package metadata that is complete."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile

import pytest

from tf1_rnn import __version__

ROOT = pathlib.Path(__file__).parent.parent


@pytest.mark.parametrize(
    "file, pattern",
    [
        ("CITATION.cff", r"^version: (.+)$"),
        ("CHANGELOG.md", r"^## (\S+) \(\d{4}-\d\d-\d\d\)$"),
    ],
)
def test_files_that_repeat_the_version_agree(file, pattern):
    assert re.search(pattern, (ROOT / file).read_text(), re.M).group(1) == __version__


def test_every_version_of_the_changelog_has_a_date():
    titles = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.M)
    assert titles
    assert all(re.fullmatch(r"\d+\.\d+\.\d+ \(\d{4}-\d\d-\d\d\)", title) for title in titles)


def test_each_dependency_says_why_it_is_there():
    lines = (ROOT / "setup.py").read_text().splitlines()
    needed = [line for line in lines if re.match(r'\s+"[\w-]+[><=]', line)]
    assert needed
    assert not [line for line in needed if "# " not in line]


def test_a_wheel_gets_every_data_file():
    tomllib = pytest.importorskip("tomllib")  # from Python 3.11
    with open(ROOT / "pyproject.toml", "rb") as file:
        data = tomllib.load(file)["tool"]["setuptools"]["package-data"]
    packaged = {
        path
        for package, patterns in data.items()
        for pattern in patterns
        for path in ROOT.joinpath(*package.split(".")).glob(pattern)
    }
    kept = {
        path
        for path in (ROOT / "tf1_rnn").rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc")
    }
    assert kept == packaged


def test_the_description_for_a_package_index_needs_no_file_of_the_repository():
    setup = (ROOT / "setup.py").read_text(encoding="utf-8")
    scope = {"__file__": str(ROOT / "setup.py"), "pathlib": pathlib, "re": re}
    exec(setup[setup.index("def description") : setup.index("setup(\n")], scope)
    text = scope["description"]()
    assert "# tf1_rnn" in text and "docs/benchmarks.md" in text
    assert re.findall(r"\]\((?!https?:|#)", text) == []


def _files_of_the_repository():
    if not (ROOT / ".git").exists():
        pytest.skip("needs the repository: git lists its files")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return {name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()}


def _build(kind, folder):
    """Build in a copy, which leaves nothing in the repository; return the file's path."""
    copy, out = folder / "copy", folder / "out"
    out.mkdir()
    for name in _files_of_the_repository():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, copy / name)
    command = f"from setuptools import build_meta; build_meta.build_{kind}({str(out)!r})"
    subprocess.run([sys.executable, "-c", command], cwd=copy, check=True, capture_output=True)
    (built,) = out.iterdir()
    return built


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The folder of an unpacked source distribution."""
    folder = tmp_path_factory.mktemp("sdist")
    with tarfile.open(_build("sdist", folder)) as file:
        file.extractall(folder)
    (found,) = folder.glob("tf1_rnn-*")
    return found


def test_a_source_distribution_holds_whatever_its_tests_need(unpacked):
    held = {str(path.relative_to(unpacked)) for path in unpacked.rglob("*")}
    # What only a repository needs, and a release does not.
    hosting = (".github/", ".gitignore", ".pre-commit-config.yaml")
    needed = {name for name in _files_of_the_repository() if not name.startswith(hosting)}
    assert not needed - held


def test_a_source_distribution_passes_tests_from_its_own_folder(unpacked):
    """Those that read other files of the repository, and take no time; no git is there."""
    names = ("test_floors", "test_mirror", "test_graphs", "baseline/test_document")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rs"]
    command += [*(f"tests/{name}.py" for name in names), "tests/test_packaging.py"]
    env = {**os.environ, "PYTHONPATH": str(unpacked)}
    done = subprocess.run(command, cwd=unpacked, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]
    assert "needs the repository" in done.stdout  # what is left out says why


def test_a_wheel_holds_only_the_package(tmp_path):
    with zipfile.ZipFile(_build("wheel", tmp_path)) as file:
        held = set(file.namelist())
    packaged = {name for name in _files_of_the_repository() if name.startswith("tf1_rnn/")}
    assert {name for name in held if ".dist-info/" not in name} == packaged
