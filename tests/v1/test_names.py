"""What `import *` brings and which modules there are, compared with 1.15.5's recorded names."""

import ast
import importlib
import json
import pathlib
import subprocess

import pytest

import tf1_rnn.v1
from tf1_rnn.v1 import _lazy, _names
from tools import names, oracle

with open(names.RECORDED, encoding="utf-8") as file:
    RECORDED = json.load(file)
PUBLIC = sorted(path for path in _lazy.OWN if "._" not in f".{path}")


def star(path):
    """Return what `import *` brings from a module of the v1 API."""
    found = {}
    exec(f"from tf1_rnn.v1{'.' * bool(path)}{path} import *", found)
    return found.keys() - {"__builtins__"}


@pytest.mark.parametrize("path", sorted(RECORDED["names"]))
def test_an_import_of_all_names_brings_none_that_1_15_5_does_not(path):
    assert not star(path) - set(RECORDED["names"][path].get("star", "").split())


def test_a_script_keeps_its_tf():
    found = {}
    exec("import tf1_rnn.v1 as tf\nfrom tf1_rnn.v1.contrib.lookup import *", found)
    assert found["tf"] is tf1_rnn.v1
    assert "HashTable" in found


@pytest.mark.parametrize("path", PUBLIC)
def test_every_own_module_is_one_that_scripts_know(path):
    # Where the files of 1.15.5 have another name than the attributes that lead to them.
    elsewhere = dict.fromkeys(
        ["compat", "examples", "examples.tutorials"]
        + ["keras", "keras.layers", "keras.regularizers"],
        "",
    )
    elsewhere["contrib.learn.io"] = "contrib.learn.python.learn.learn_io"
    path_of_file = path.replace("contrib.learn.", "contrib.learn.python.learn.")
    assert _names.is_module(elsewhere.get(path, path_of_file))
    assert hasattr(importlib.import_module(f"tf1_rnn.v1.{path}"), "__path__")


@pytest.mark.parametrize(
    "path",
    [
        "lazy",
        "missing",
        "private",
        "models.slim",
        "models.rnn_cell_impl",
        "contrib.seq2seq.attention",
        "contrib.seq2seq.helpers",
        "contrib.training.bucketing",
        "contrib.training.hparams",
        "contrib.rnn.python.ops.rnn_cell.no_such_name",
        "contrib.no_such_package",
        "nn.no_such_module",
    ],
)
def test_no_path_leads_to_a_module_that_1_15_5_has_not(path):
    with pytest.raises(ImportError, match=f"tf.{path} is not supported"):
        importlib.import_module(f"tf1_rnn.v1.{path}")
    above, _, name = path.rpartition(".")
    with pytest.raises(ImportError, match="is not supported"):
        exec(f"from tf1_rnn.v1{'.' * bool(above)}{above} import {name}")


@pytest.mark.parametrize("path", sorted(RECORDED["others"].split()))
def test_every_module_of_contrib_can_be_imported(path):
    module = importlib.import_module(f"tf1_rnn.v1.{path}")
    with pytest.raises(AttributeError, match=r"no_such_name is not supported"):
        module.no_such_name  # noqa: B018


@pytest.mark.parametrize("path", ["", "contrib", "nn", "contrib.rnn", "contrib.seq2seq"])
def test_dir_lists_what_is_there(path):
    module = importlib.import_module(f"tf1_rnn.v1{'.' * bool(path)}{path}")
    listed = dir(module)
    assert listed == sorted(set(listed)) and set(listed) <= set(_names.of_star(path))
    assert all(hasattr(module, name) for name in listed if name not in ("keras", "layers"))
    expected = {"": "contrib nn Session keras", "contrib": "rnn seq2seq crf slim"}.get(path, "")
    assert set(expected.split()) <= set(listed)


def test_the_names_of_a_module_that_is_not_recorded():
    assert _names.of_star("no.such.module") is None
    assert _names.hidden("no.such.module") == []
    assert _names.modules("no.such.module") == {}
    assert not _names.is_module("no.such.module")


@pytest.mark.oracle
def test_the_recording_is_that_of_1_15_5(tmp_path):
    if oracle.python() is None:
        pytest.skip(oracle.HOW)
    again = str(tmp_path / "names.json")
    command = [oracle.python(), names.__file__, again]
    subprocess.run(command, check=True, capture_output=True, env=oracle.environment())
    with open(again) as file:
        assert json.load(file) == RECORDED


def test_editors_see_every_module_of_contrib():
    folder = pathlib.Path(_names.__file__).parent / "contrib"
    source = ast.parse((folder / "__init__.py").read_text())
    listed = [
        alias.name
        for node in ast.walk(source)
        if isinstance(node, ast.ImportFrom) and node.level == 1
        for alias in node.names
    ]
    assert listed == sorted(p.stem for p in folder.glob("[a-z]*"))
