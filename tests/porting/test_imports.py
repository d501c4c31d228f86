"""The one rule, on the imports of a script's syntax tree."""

import ast

import pytest

from tf1_rnn.porting import imports


@pytest.mark.parametrize(
    "name, running",
    [
        ("tensorflow", "tf1_rnn.v1"),
        ("tensorflow.contrib.rnn", "tf1_rnn.v1.contrib.rnn"),
        ("tensorflow.compat.v1", "tf1_rnn.v1"),
        ("tensorflow.compat.v1.nn", "tf1_rnn.v1.nn"),
        ("tensorflow.compat.v2", None),
        ("tensorflow_probability", None),
        ("numpy", None),
    ],
)
def test_the_one_rule(name, running):
    assert imports.v1_name(name) == running


def ported(source, transformer=imports.OneRule):
    return ast.unparse(transformer().visit(ast.parse(source)))


@pytest.mark.parametrize(
    "before, after",
    [
        ("import tensorflow as tf", "import tf1_rnn.v1 as tf"),
        (
            "import os, tensorflow.contrib.rnn",
            "import os, tf1_rnn.v1.contrib.rnn as tensorflow, tf1_rnn.v1 as tensorflow",
        ),
        ("from tensorflow.contrib import rnn", "from tf1_rnn.v1.contrib import rnn"),
        ("from tensorflow.compat import v1", "import tf1_rnn.v1 as v1"),
        ("from .tensorflow import a", "from .tensorflow import a"),
        ("import numpy as np", "import tf1_rnn.porting.numpy1 as np"),
        ("import numpy.linalg as la", "import numpy.linalg as la"),
        ("import tensorflow_hub", "import tensorflow_hub"),
    ],
)
def test_imports_change_and_nothing_else(before, after):
    assert ported(before) == after


def test_strict_leaves_numpy_and_what_arrays_did():
    source = "import numpy as np\nx[0] = int(y)\nz = '%d' % x\ny.itemset(1)"
    assert ported(source, imports.ImportRule) == source
    changed = ported("import tensorflow\nimport_module('numpy')", imports.ImportRule)
    assert changed.splitlines() == [
        "import tf1_rnn.porting.inserted as __tf1_rnn__",
        "import tf1_rnn.v1 as tensorflow",
        "import_module(__tf1_rnn__.tensorflow_by_name('numpy'))",
    ]


def test_strict_imports_by_a_string_do_not_change_numpy():
    import numpy

    source = "import importlib\na = importlib.import_module('numpy')\nb = __import__('numpy')\n"
    names = {}
    exec(imports.compile_user_source(source, "script.py", strict=True), names)
    assert names["a"] is numpy and names["b"] is numpy
    exec(imports.compile_user_source(source, "script.py"), names)
    assert names["a"].__name__ == names["b"].__name__ == imports.NUMPY


def test_a_fromlist_of_a_name_that_is_not_there_gives_the_innermost_module():
    module = imports.import_by_name("tensorflow.contrib.rnn", fromlist=["x", "python"])
    assert module.__name__ == "tf1_rnn.v1.contrib.rnn" and not hasattr(module, "x")
    with pytest.raises(ImportError):
        imports.import_by_name("tensorflow.contrib.nonsense", fromlist=["x"])


def test_what_the_new_code_calls_is_imported_after_the_first_words():
    source = "'The docstring.'\nfrom __future__ import division\nx = int(y)\n"
    assert ported(source).splitlines() == [
        '"""The docstring."""',
        "from __future__ import division",
        "import tf1_rnn.porting.inserted as __tf1_rnn__",
        "x = __tf1_rnn__.number(int, y)",
    ]
    names = {"y": "4"}
    exec(imports.compile_user_source(source, "script.py"), names)
    assert names["x"] == 4 and names["__doc__"] == "The docstring."
    assert {name for name in names if name[0] != "_"} == {"x", "y", "division"}


def test_python_itself_is_given_no_names():
    import builtins

    exec(imports.compile_user_source("x = int('1')", "script.py"), {})
    assert not [name for name in vars(builtins) if "tf1_rnn" in name]
