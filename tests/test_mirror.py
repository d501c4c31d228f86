"""The tests mirror the package: a module with behaviour of its own has a test file of its own.

`tf1_rnn/ROOM/module.py` is tested by `tests/ROOM/test_module.py`, a package's own `__init__.py` by
`tests/ROOM/test_ROOM.py`. A leading `_` counts in neither name. Behaviour is a function or a class:
what only names things and forwards is tested where its table is.
"""

import ast

import pytest

from tests.test_floors import MODULES, PACKAGE, ROOT

# Modules whose test file has another name, and why.
ELSEWHERE = {
    "": "tests/porting/test_extension.py",  # two doors for IPython, which open that module
    "__main__": "tests/test_door.py",  # test_main.py is that of `main`
    "baseline.__main__": "tests/baseline/test_command.py",
    "baseline.cases": "tests/baseline/test_trace.py",  # the table of what is recorded: every row
    "baseline.contrib_cases": "tests/baseline/test_trace.py",
    "porting.startup.sitecustomize": "tests/porting/test_children.py",  # in a child process
}


def own_test(path):
    """Return where the test file of a module must lie, from the root."""
    *rooms, name = path.relative_to(PACKAGE).with_suffix("").parts
    name = rooms[-1] if name == "__init__" and rooms else name
    return "/".join(["tests", *rooms, f"test_{name.strip('_')}.py"])


def has_behaviour(source):
    """Return whether a module defines a function or a class."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return any(isinstance(node, kinds) for node in ast.walk(ast.parse(source)))


def without_test(modules, exists):
    """Return the modules that have behaviour and no test file.

    Args:
        modules: source and path by name.
        exists: function of a path from the root.
    """
    return [
        name
        for name, (source, path) in modules.items()
        if has_behaviour(source) and not exists(ELSEWHERE.get(name) or own_test(path))
    ]


def test_every_module_with_behaviour_has_a_test_file_of_its_own():
    modules = {name: (path.read_text("utf-8"), path) for name, path in MODULES.items()}
    assert without_test(modules, lambda path: (ROOT / path).exists()) == []


def test_what_is_tested_elsewhere_exists_and_has_no_file_of_its_own():
    for name, test in ELSEWHERE.items():
        assert name in MODULES and (ROOT / test).exists(), name
        own = own_test(MODULES[name])
        # The command `main` has the name that the door's own would have.
        assert own == "tests/test_main.py" or not (ROOT / own).exists(), name


@pytest.mark.parametrize(
    "path, test",
    [
        ("console.py", "tests/test_console.py"),
        ("fast/scan.py", "tests/fast/test_scan.py"),
        ("v1/_moved/__init__.py", "tests/v1/_moved/test_moved.py"),
        ("v1/contrib/learn/_model_fn.py", "tests/v1/contrib/learn/test_model_fn.py"),
    ],
)
def test_where_a_test_file_lies(path, test):
    assert own_test(PACKAGE / path) == test


@pytest.mark.parametrize(
    "source, missing",
    [
        ("def f(): pass", ["a.b"]),
        ("class C: pass", ["a.b"]),
        ("if True:\n    def f(): pass", ["a.b"]),
        ('"""A table."""\nROWS = {1: 2}\nforward(ROWS)', []),
    ],
)
def test_a_module_without_a_test_is_found(source, missing):
    assert without_test({"a.b": (source, PACKAGE / "a" / "b.py")}, lambda path: False) == missing
