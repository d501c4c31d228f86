"""Docstrings: arguments of public callables are described, and examples run."""

import ast
import doctest
import importlib
import re

import pytest
import tensorflow.compat.v1 as tf

from tests.test_floors import MODULES

ROOMS = ("cells", "v1", "checkpoints", "porting")
GROUND = ("command_line", "console", "digits", "errors", "files", "grappler", "memory", "npz")
MANY = 3  # parameters, from which on a list of them is expected
PYTHONS_OWN = {"find_spec"}  # methods that Python's own documentation describes
WITH_EXAMPLES = {
    "cells.basic_rnn": {"BasicRNNCell"},
    "cells.conv_lstm": {"ConvLSTMCell"},
    "cells.gru": {"GRUCell"},
    "cells.lstm": {"LSTMStateTuple", "BasicLSTMCell", "LSTMCell"},
    "cells.multi_rnn": {"MultiRNNCell"},
    "cells.wrappers": {"DropoutWrapper"},
    "fast.installing": {"installed"},
    "fast.loops": {
        *("dynamic_rnn", "bidirectional_dynamic_rnn"),
        *("static_rnn", "static_bidirectional_rnn"),
    },
    "porting": {"install"},
    "v1": {"v1"},
    "variants": {"variants"},
}


def documented():
    """Return the modules whose arguments are described, by name, with their files."""
    return {name: path for name, path in MODULES.items() if name.split(".")[0] in (*ROOMS, *GROUND)}


def callables(source):
    """Yield (name, its function, its docstring) for each public function, class and method.

    The parameters of a class are those of `__init__` or `__new__`, described in either docstring.
    """
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node.name, node, ast.get_docstring(node) or ""
        if not isinstance(node, ast.ClassDef) or node.name.startswith("_"):
            continue
        for method in node.body:
            if not isinstance(method, ast.FunctionDef):
                continue
            doc = ast.get_docstring(method) or ""
            if method.name in ("__init__", "__new__"):
                yield node.name, method, (ast.get_docstring(node) or "") + doc
            elif not method.name.startswith("_") or method.name == "__call__":
                yield f"{node.name}.{method.name}", method, doc


def parameters(function):
    """Return the names of a function's parameters, without `self` and `cls`."""
    given = function.args
    names = [each.arg for each in given.posonlyargs + given.args + given.kwonlyargs]
    return [name for name in names if name not in ("self", "cls")]


def described():
    """Return the names of all callables that describe their arguments; `__call__` by its class."""
    sources = (path.read_text("utf-8") for path in MODULES.values())
    found = (each for source in sources for each in callables(source))
    return {name.removesuffix(".__call__") for name, _, doc in found if "Args:" in doc}


def undescribed(source, known):
    """Return what lacks: `name: parameter, ...` for each callable with many parameters.

    A docstring that says "see `X`" leaves the parameters to X, one of the known names.
    """
    lacking = []
    for name, function, doc in callables(source):
        names = parameters(function)
        if len(names) < MANY or name.rpartition(".")[2] in PYTHONS_OWN:
            continue
        before, _, rest = doc.partition("Args:")
        section, _, after = rest.partition("\n\n")
        elsewhere = re.findall(r"\bsee `?([A-Za-z_][\w.]*\w)", before + after)
        own_class = name.rpartition(".")[0]
        if any({other, f"{own_class}.{other}"} & known for other in elsewhere):
            continue
        missing = [each for each in names if not re.search(rf"^\s+{each}: ", section, re.M)]
        if missing:
            lacking.append(f"{name}: {', '.join(missing)}")
    return lacking


KNOWN = described() | {"tf.estimator.RunConfig"}


@pytest.mark.parametrize("module", documented())
def test_many_parameters_are_described_one_by_one(module):
    assert undescribed(MODULES[module].read_text("utf-8"), KNOWN) == []


@pytest.mark.parametrize(
    "doc, lacking",
    [
        ("Join.\n\n    Args:\n        a: one.\n        b: two.\n        c: three.\n    ", []),
        ("Join.\n\n    Args:\n        a: one.\n        b: two.\n    ", ["join: c"]),
        ("Join; see `split`.", []),
        ("Join; see `nothing`.", ["join: a, b, c"]),
        ("Join.", ["join: a, b, c"]),
    ],
)
def test_a_missing_parameter_is_found(doc, lacking):
    source = f'def join(a, b, c):\n    """{doc}"""\n'
    assert undescribed(source, {"split"}) == lacking


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_examples_run(module):
    imported = importlib.import_module(f"tf1_rnn.{module}")
    found = [each for each in doctest.DocTestFinder().find(imported) if each.examples]
    assert {each.name.rpartition(".")[2] for each in found} == WITH_EXAMPLES[module]
    for example in found:
        lines = []
        with tf.Graph().as_default():
            result = doctest.DocTestRunner().run(example, out=lines.append)
        assert result.failed == 0, "".join(lines)


def test_no_example_is_left_out():
    with_prompt = {name for name, path in MODULES.items() if ">>> " in path.read_text("utf-8")}
    assert with_prompt == set(WITH_EXAMPLES)
