"""Notebooks as files: cells, magics, and the rest untouched."""

import json

import pytest

from tf1_rnn.errors import RunError
from tf1_rnn.porting import check, notebooks, rewrite

CELLS = [
    ("markdown", ["# import tensorflow as tf\n", "\u00e4"]),
    ("code", ["%tensorflow_version 1.x\n", "import tensorflow as tf\n", "!pip install x\n", "?tf"]),
    ("code", "%%time\nfrom tensorflow.contrib import rnn\nfiles = !ls *.py\nrnn.NoSuchCell"),
    ("code", ["%%bash\n", "import tensorflow | sed 's/x/y/'\n"]),
    ("code", ["%%writefile my_model.py\n", "import tensorflow as tf\n", "tf.no_such_name"]),
    ("code", ["x = ('%s'\n", "     % tf.placeholder)\n", "if x:\n", "    %matplotlib inline\n"]),
    ("code", []),
]


def write(path, cells=CELLS, **metadata):
    made = [
        {"cell_type": kind, "metadata": {"k": 1}, "source": source}
        | ({"execution_count": 3, "outputs": [{"text": ["o"]}]} if kind == "code" else {})
        for kind, source in cells
    ]
    notebook = {"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 2}
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return str(path)


def test_check_gives_cell_and_line(tmp_path, capsys):
    path = write(tmp_path / "n.ipynb")
    assert check.main([path]) == 1
    lines = [line.removeprefix(f"{path}: ") for line in capsys.readouterr().out.splitlines()]
    assert [line.partition(" (")[0] for line in lines[:-1]] == [
        "cell 3, line 2: tf.contrib.rnn: works",
        "cell 3, line 4: tf.contrib.rnn.NoSuchCell: will not work",
        "cell 6, line 2: tf.placeholder: works",
        "cell 5, line 3: tf.no_such_name: will not work",
    ]


def test_check_reads_the_other_cells_of_a_notebook_with_one_in_python_2(tmp_path, capsys):
    pytest.importorskip("fissix")
    cells = [
        ("code", "import tensorflow as tf"),
        ("code", "%cd x\nfor i in xrange(3):\n    print i"),
        ("code", "tf.Session"),
        ("code", "x = = 1"),
    ]
    path = write(tmp_path / "n.ipynb", cells)
    assert check.main([path]) == 1
    out = capsys.readouterr().out
    assert (
        "cell 2, line 2: xrange: will" in out
        and "cell 2, line 3: print without parentheses: will" in out
    )
    assert "cell 3, line 1: tf.Session: works" in out and "cell 4, line 1: cannot be read" in out


def test_rewrite_changes_the_imports_of_cells_and_nothing_else(tmp_path, capsys):
    path = write(tmp_path / "n.ipynb")
    rewrite.main(path)
    before = (tmp_path / "n.ipynb").read_text().splitlines()
    after = (tmp_path / "n_ported.ipynb").read_text().splitlines()
    changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert [(a.strip(), b.strip()) for a, b in changed] == [
        ('"%tensorflow_version 1.x\\n",', '"# %tensorflow_version 1.x\\n",'),
        ('"import tensorflow as tf\\n",', '"import tf1_rnn.v1 as tf\\n",'),
        tuple(
            rf'"source": "%%time\nfrom {name}.contrib import rnn\nfiles = !ls *.py\n{rest}",'
            for name, rest in (("tensorflow", "rnn.NoSuchCell"), ("tf1_rnn.v1", "rnn.NoSuchCell"))
        ),
        ('"import tensorflow as tf\\n",', '"import tf1_rnn.v1 as tf\\n",'),
    ]
    assert f"--- {path}: cell 2\n" in capsys.readouterr().out


def test_rewrite_brings_a_notebook_from_python_2(tmp_path):
    pytest.importorskip("fissix")
    path = write(tmp_path / "n.ipynb", [("code", "!ls\nprint 'a'\n%time f()\nimport cPickle")])
    with pytest.raises(RunError, match="is Python 2: add --python2"):
        rewrite.main(path)
    rewrite.main(path, from_python2=True)
    ported = json.loads((tmp_path / "n_ported.ipynb").read_text())
    assert ported["cells"][0]["source"] == "!ls\nprint('a')\n%time f()\nimport pickle"


@pytest.mark.parametrize("style", [{"indent": 1}, {"indent": 2}, {"separators": None}])
def test_a_notebook_without_tensorflow_stays_to_the_byte(style, tmp_path):
    notebook = {"cells": [{"cell_type": "code", "source": ["x = '\u00e4'\n", "x?"]}], "z": 1}
    text = json.dumps(notebook, **style)
    (tmp_path / "n.ipynb").write_text(text)
    rewrite.main(str(tmp_path / "n.ipynb"), in_place=True)
    assert (tmp_path / "n.ipynb").read_text() == text


def test_a_notebook_of_version_3(tmp_path, capsys):
    cell = {"cell_type": "code", "input": ["import tensorflow as tf\n", "tf.no_such_name"]}
    notebook = {"nbformat": 3, "worksheets": [{"cells": [cell]}], "metadata": {}}
    (tmp_path / "n.ipynb").write_text(json.dumps(notebook))
    assert check.main([str(tmp_path / "n.ipynb")]) == 1
    assert "cell 1, line 2: tf.no_such_name: will not work" in capsys.readouterr().out
    rewrite.main(str(tmp_path / "n.ipynb"))
    assert "import tf1_rnn.v1 as tf" in (tmp_path / "n_ported.ipynb").read_text()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"cells": [1]}', "x", "[" * 100000, "\xff"])
def test_what_is_no_notebook_is_told(text, tmp_path):
    path = tmp_path / "n.ipynb"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(RunError, match="it is not a notebook"):
        notebooks.Notebook(str(path))
    assert check.main([str(path)]) == 1


def test_a_notebook_in_another_language_is_told(tmp_path):
    path = write(tmp_path / "n.ipynb", kernelspec={"language": "R", "name": "ir"})
    with pytest.raises(RunError, match="a notebook in R, not Python"):
        notebooks.Notebook(path)


@pytest.mark.parametrize(
    "source, python",
    [
        ("x = 1\n", "x = 1\n"),
        ("!pip install a \\\n  b\nx", "pass\npass\nx"),
        ("if x:\n    !ls\n", "if x:\n    pass\n"),
        ("x?", "pass"),
        ("??f.g\n", "pass\n"),
        ("a = %env HOME\n", "pass\n"),
        ("'''\n%x\n!y'''", "'''\n%x\n!y'''"),
        ("%%timeit -n 1\nx", "pass\nx"),
        ("%%html\n  <b>\n", "pass\npass\n"),
        ("if x:\n    !a \\\n  b\n", "if x:\n    pass\n    pass\n"),
        ("!echo don't", "pass"),
    ],
)
def test_lines_of_ipythons_own(source, python):
    masked, kept = notebooks.as_python(source)
    plain = "\n".join(line.partition("  # tf1_rnn")[0] for line in masked.split("\n"))
    assert plain == python
    assert notebooks.unmasked(masked, kept) == source


def test_what_is_neither_pythons_nor_ipythons():
    with pytest.raises(SyntaxError):
        notebooks.as_python("!ls\nx = = 1\n")
