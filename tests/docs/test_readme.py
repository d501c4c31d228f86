"""The README's claims: its tables are those of the code, its paths and names exist, none lacks."""

import re

import pytest
import tensorflow.compat.v1 as tf

from tests.docs.commands import ROOT
from tf1_rnn.__main__ import COMMANDS
from tf1_rnn.baseline.cases import CASES
from tf1_rnn.graphs import GRAPHS
from tf1_rnn.trainer import classifier
from tf1_rnn.trainer.flags import CONV_LEAST_STEPS, LEAST_STEPS

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
ROWS = [
    re.split(r"(?<!\\) ?\| ?", line)[1:4]
    for line in TEXT[TEXT.index("## Where things are") :].splitlines()
    if line.startswith("| `")
]
PACKAGE = ROOT / "tf1_rnn"


def table(header):
    """Return the rows of the table whose header begins so, each a list of cells."""
    lines = TEXT[TEXT.index(header) :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def quoted(cell):
    """Return what a cell of the table shows as code."""
    return re.findall(r"`([^`]+)`", cell)


def paths_of(row):
    """Return the paths of a row's first cell; those without a folder are in that of the first."""
    first, *others = quoted(row[0])
    folder = (ROOT / first).parent
    found = (folder / each if (folder / each).exists() else ROOT / each for each in others)
    return [ROOT / first, *found]


def files_of(row):
    """Return the modules that belong to a row."""
    listed = [path.rglob("*.py") if path.is_dir() else [path] for path in paths_of(row)]
    return [path for paths in listed for path in paths]


def test_it_is_short():
    assert len(TEXT.splitlines()) <= 200


def test_sections_of_the_tutorial():
    rows = [(section, cell.strip("`")) for section, cell, _ in table("| section of the tutorial")]
    assert rows == [(graph.section, name) for name, graph in GRAPHS.items()]


@pytest.mark.parametrize("row", table("| cell | loop | parameters"), ids=lambda row: row[0])
def test_loops_and_parameters_of_the_graphs(row):
    name, loop, parameters, *_ = row
    time_steps, shape = (4, (28, 28, 1)) if name == "conv_lstm" else (8, (8,))
    with tf.Graph().as_default():
        specification = classifier.Specification(name, time_steps, shape, 10, 0.001)
        classifier.Classifier(specification, tf.nn)
        assert parameters == f"{classifier.parameters():,}"
    assert loop == GRAPHS[name].options["rnn"]


def test_versions_and_numbers():
    classifiers = (ROOT / "pyproject.toml").read_text("utf-8")
    pythons = re.findall(r"Python :: (3\.\d+)", classifiers)
    words = " ".join(TEXT.split())
    assert f"needs Python {pythons[0]} to {pythons[-1]} " in words
    oldest, above = re.search(
        r"tensorflow>=([\d.]+),<2\.(\d+)", (ROOT / "setup.py").read_text()
    ).groups()
    assert f"and TensorFlow {oldest} to 2.{int(above) - 1}," in words
    assert f"until {LEAST_STEPS:,} steps (conv_lstm: {CONV_LEAST_STEPS}) have run" in words
    assert len(CASES) > int(re.search(r"for more than (\d+) cases", TEXT).group(1))


def test_its_commands_exist():
    named = set(re.findall(r"\btf1-rnn ([a-z][a-z-]*)", TEXT))
    assert named and not named - set(COMMANDS)


def test_its_links_lead_to_files():
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", TEXT)
    assert links and not [link for link in links if not (ROOT / link).exists()]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: quoted(row[0])[0])
def test_paths_and_names_of_a_row_exist(row):
    paths, files = paths_of(row), files_of(row)
    folders = [*(path if path.is_dir() else path.parent for path in paths), ROOT, PACKAGE]
    for name in [each for cell in row[1:] for each in quoted(cell)]:
        if re.search(r"\.(py|yml|md)$|/$", name) and not re.search("PACKAGE|MODULE", name):
            assert any((folder / name).exists() for folder in folders), name
        elif re.fullmatch(r"[A-Za-z_]+(\(\))?", name) and name not in ("check", "nav"):
            pattern = rf"^\s*(def |class )?{re.escape(name.removesuffix('()'))}\b( =|:|\()"
            sources = [*files, *(PACKAGE / "cells").rglob("*.py")]
            assert any(re.search(pattern, path.read_text("utf-8"), re.M) for path in sources), name


def test_every_module_and_package_has_a_row():
    named = {path for row in ROWS for path in paths_of(row)}
    named |= {PACKAGE / name for row in ROWS for name in quoted(row[1]) if name.endswith(".py")}
    own = {
        path
        for path in PACKAGE.iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert {path.name for path in own - named} == {"__init__.py"}
