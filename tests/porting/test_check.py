"""`--check`: finds uses through imports, aliases and assignments, and looks them up in `v1`."""

import errno
import os
import subprocess
import sys

import pytest

from tf1_rnn.errors import RunError
from tf1_rnn.porting import check, imports, quiet

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

SCRIPT = """\
import tensorflow as tf
from tensorflow.contrib import rnn as r
import tensorflow.contrib.legacy_seq2seq as seq
from tensorflow.contrib.rnn import LSTMCell
cells = tf.contrib.rnn
x = tf.placeholder(tf.float32, [None])
y = cells.GRUCell(3), r.NoSuchCell, seq.rnn_decoder, LSTMCell(3)
z = tf.contrib.distributions.WishartFull(3.0)
w = tf.contrib.layers.l2_regularizer(.1), tf.layers.dense
import numpy as np
np.tensorflow.no
"""


def test_uses_are_found_with_their_lines():
    assert [(use.line, use.name) for use in check.uses_in(SCRIPT)] == [
        (2, "contrib.rnn"),
        (3, "contrib.legacy_seq2seq"),
        (4, "contrib.rnn.LSTMCell"),
        (5, "contrib.rnn"),
        (6, "float32"),
        (6, "placeholder"),
        (7, "contrib.legacy_seq2seq.rnn_decoder"),
        (7, "contrib.rnn.GRUCell"),
        (7, "contrib.rnn.NoSuchCell"),
        (8, "contrib.distributions.WishartFull"),
        (9, "contrib.layers.l2_regularizer"),
        (9, "layers.dense"),
    ]


@pytest.mark.parametrize(
    "name, answer",
    [
        ("contrib.rnn.LSTMCell", check.WORKS),
        ("nn.dynamic_rnn", check.WORKS),
        ("app.flags.FLAGS.anything", check.WORKS),
        ("python.ops.rnn_cell_impl.LSTMCell", check.WORKS),
        ("examples.tutorials.mnist.input_data", check.WORKS),
        ("contrib.seq2seq.sequence_loss", check.WORKS),
        ("contrib.layers.xavier_initializer", check.WORKS),
        ("contrib.slim", check.WORKS),
        ("layers.dense", check.WORKS),
        ("estimator.ModeKeys.TRAIN", check.WORKS),
        ("estimator.ModeKeys.validate", check.FAILS),
        ("app.flags.FLAGS.anything", check.WORKS),
        ("contrib.rnn.NoSuchCell", check.FAILS),
        ("contrib.rnn.python.ops.core_rnn_cell._no_such_name", check.FAILS),
        ("contrib.distributions.Normal", check.WORKS),
        ("contrib.eager", check.WORKS),
        ("contrib.eager.defun", check.FAILS),
        ("no_such_name", check.FAILS),
    ],
)
def test_answers(name, answer):
    quiet.import_v1()
    assert check.answer_for(name)[0] == answer


def test_an_import_reaches_what_an_attribute_does_not(monkeypatch):
    # Python makes a module an attribute of the one above it once anyone has imported it.
    monkeypatch.delattr(quiet.import_v1().contrib.crf, "python", raising=False)
    script = (
        "from tensorflow.contrib.rnn.python.ops import core_rnn_cell\n"
        "core_rnn_cell._linear\n"
        "import tensorflow as tf\n"
        "tf.contrib.crf.python\n"
    )
    answers = [check.answer_for(use.name, use.imported)[0] for use in check.uses_in(script)]
    assert answers == [check.WORKS, check.WORKS, check.FAILS]


def test_what_the_script_sets_itself_is_its_own():
    script = (
        "import tensorflow as tf\n"
        "tf.nn.seq2seq = tf.contrib.legacy_seq2seq\n"
        "tf.nn.seq2seq.rnn_decoder\n"
        "tf.nn.seq3seq\n"
    )
    names = [(use.line, use.name) for use in check.uses_in(script)]
    assert names == [(2, "contrib.legacy_seq2seq"), (3, "nn"), (4, "nn.seq3seq")]


def test_what_the_script_catches_does_not_fail(tmp_path, capsys):
    script = tmp_path / "careful.py"
    script.write_text(
        "import pydoc\n"
        "from importlib import import_module\n"
        "try:\n"
        "    from tensorflow.contrib.nonsense import a\n"
        "except (KeyError, ImportError):\n"
        "    from tensorflow.contrib import rnn\n"
        "pydoc.locate('tensorflow.contrib.rnn.NoSuchCell')\n"
        "import_module('tensorflow.contrib.rnn')\n"
    )
    assert check.main([str(script)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(": ", 1)[1] for line in lines[:-1]] == [
        "tf.contrib.nonsense.a: is not supported, which the script catches",
        "tf.contrib.rnn: works",
        "tf.contrib.rnn.NoSuchCell: is not supported, which the script catches",
        "tf.contrib.rnn: works",
    ]
    script.write_text("import importlib\nimportlib.import_module('tensorflow.contrib.nonsense')\n")
    assert check.main([str(script)]) == 1
    script.write_text("try:\n    import tensorflow.contrib.nonsense\nexcept ValueError:\n    0\n")
    assert check.main([str(script)]) == 1


def test_a_folder_is_read_and_the_exit_code_tells(tmp_path, capsys):
    good, bad = tmp_path / "a" / "good.py", tmp_path / "b.py"
    good.parent.mkdir()
    good.write_text("import tensorflow as tf\ntf.Session()\n")
    bad.write_text(SCRIPT)
    assert check.main([str(good)]) == 0
    assert capsys.readouterr().out == f"{good}:2: tf.Session: works\n" + (
        "1 works, 0 needs the extra, 0 will not work\n"
    )
    assert check.main([str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert f"{bad}:8: tf.contrib.distributions.WishartFull: will not work (" in out
    assert out.splitlines()[-1].endswith("2 will not work")


def test_a_folder_that_may_not_be_read_is_told(tmp_path, capsys, monkeypatch):
    closed, scandir = tmp_path / "closed", os.scandir
    closed.mkdir()

    def scan(path):  # as root, who runs the tests in a container, may read any folder
        if path == str(closed):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", scan)
    (tmp_path / "a.py").write_text("x = 1\n")
    for path in (closed, tmp_path):
        assert check.main([str(path)], "python -m tf1_rnn.run") == 1
        told = f"python -m tf1_rnn.run: {closed}: cannot be read: Permission denied\n"
        assert capsys.readouterr().err == told


def test_a_script_that_cannot_be_read_is_told(tmp_path, capsys):
    old = tmp_path / "python2.py"
    old.write_text("x = 1\nprint 'hello'\n")
    assert check.main([str(old)]) == 1
    out = capsys.readouterr().out
    assert f"{old}:2: print without parentheses: will not work (Python 2: " in out
    wrong = tmp_path / "wrong.py"
    wrong.write_text("x = 1\nx = = 2\n")
    assert check.main([str(wrong), str(tmp_path / "nowhere.py")]) == 1
    out, err = capsys.readouterr()
    assert f"{wrong}:2: cannot be read: will not work (invalid syntax)" in out
    assert err == f"tf1-rnn check: {tmp_path}/nowhere.py: no such file\n"


def test_no_use_is_said_to_work_that_raises(tmp_path, capsys):
    lines = [
        "tf.estimator.ModeKeys.validate",
        "from tensorflow.contrib.rnn.LSTMCell import anything",
        "import tensorflow.contrib.rnn.LSTMCell",
        "from tensorflow.contrib.rnn import *",
        "from tensorflow.contrib.rnn import LSTMCell",
        "from tensorflow.python.ops.nn import rnn_cell",
        "import tensorflow.python.ops.nn as nn; nn.rnn_cell.LSTMCell; nn.nonsense",
        "from tensorflow.contrib.framework import nest; nest.map_structure_up_to; nest.nonsense",
        "tf.train.Optimizer.nonsense",
        "from tensorflow.contrib.framework.nest import flatten",
    ]
    script = tmp_path / "script.py"
    for line in lines:
        script.write_text(f"import tensorflow as tf\n{line}\n")
        works = check.main([str(script)]) == 0
        names = {}
        try:
            exec(imports.compile_user_source(script.read_bytes(), str(script)), names)
        except (AttributeError, ImportError) as error:
            assert not works, f"{line}: {error!r}\n{capsys.readouterr().out}"
        else:
            assert works, f"{line}\n{capsys.readouterr().out}"


def test_a_folder_without_scripts_is_told(tmp_path):
    with pytest.raises(RunError, match="no scripts or notebooks"):
        check.main([str(tmp_path)])


def test_sources_in_other_encodings_are_read(tmp_path, capsys):
    source = "# -*- coding: latin-1 -*-\nimport tensorflow as tf\ntf.Session('\xe4')\n"
    script = tmp_path / "latin.py"
    script.write_bytes(source.encode("latin-1"))
    assert check.main([str(script)]) == 0
    assert ":3: tf.Session: works" in capsys.readouterr().out


PYTHON2 = """\
import cPickle, urllib2
from itertools import izip
import tensorflow as tf
print "a", 0777
if d.has_key(1):
    x = unicode(2)
for i in xrange(3):
    pass
for k in d.iteritems(): pass
y = range(3)
"""


def test_python_2_is_told_by_line(tmp_path, capsys):
    pytest.importorskip("fissix")
    script = tmp_path / "two.py"
    script.write_text(PYTHON2)
    assert check.main([str(script)]) == 1
    lines = [line.removeprefix(f"{script}:") for line in capsys.readouterr().out.splitlines()]
    assert [line.split(": will")[0] for line in lines[:-1]] == [
        "1: import cPickle",
        "1: import urllib2",
        "2: itertools.izip",
        "4: a number such as 0777 or 10L",
        "4: print without parentheses",
        "5: .has_key()",
        "6: unicode",
        "7: xrange",
        "9: .iteritems()",
    ]


def test_half_ported_sources_are_told_by_line(tmp_path, capsys):
    script = tmp_path / "half.py"
    script.write_text(PYTHON2.replace('print "a", 0777', "z = list(d.keys()), d.values()[0]"))
    assert check.main([str(script)]) == 1
    lines = [line.removeprefix(f"{script}:") for line in capsys.readouterr().out.splitlines()]
    assert [line.split(": will")[0] for line in lines[:-1]] == [
        "1: import cPickle",
        "1: import urllib2",
        "2: itertools.izip",
        "4: .values()[...]",
        "5: .has_key()",
        "6: unicode",
        "7: xrange",
        "9: .iteritems()",
    ]


WITHOUT_EXTRA = """\
import importlib.machinery, sys
find = importlib.machinery.PathFinder.find_spec
importlib.machinery.PathFinder.find_spec = lambda name, *args: (
    None if name.startswith(("tf_keras", "tf_slim")) else find(name, *args)
)
from tf1_rnn import run
sys.exit(run.main(["--check", "script.py"]))
"""


def test_the_extra_is_asked_for_only_where_it_is_missing(tmp_path, capsys):
    (tmp_path / "script.py").write_text("import tensorflow as tf\ntf.layers.dense\ntf.Session\n")
    assert check.main([str(tmp_path / "script.py")]) == 0
    assert "2 works, 0 needs the extra" in capsys.readouterr().out
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_EXTRA],
        cwd=tmp_path,
        env=dict(os.environ, PYTHONPATH=ROOT),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "script.py:2: tf.layers.dense: needs the extra (" in done.stdout
    assert done.stdout.endswith("1 works, 1 needs the extra, 0 will not work\n")


def test_a_name_that_one_file_sets_is_no_fault_in_the_others(tmp_path, capsys):
    """tflearn and others put keys of their own on tf.GraphKeys when they are imported."""
    (tmp_path / "b_keys.py").write_text("import tensorflow as tf\ntf.GraphKeys.OURS = 'ours'\n")
    (tmp_path / "a_use.py").write_text(
        "import tensorflow as tf\n"
        "tf.add_to_collection(tf.GraphKeys.OURS, 1)\n"
        "tf.get_collection(tf.GraphKeys.NOT_OURS)\n"
    )
    assert check.main([str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "GraphKeys.NOT_OURS: will not work" in said and "GraphKeys.OURS:" not in said
    assert said.endswith("3 works, 0 needs the extra, 1 will not work\n")


def test_tensorflow_is_looked_at_in_python_2(tmp_path, capsys):
    pytest.importorskip("fissix")
    script = tmp_path / "two.py"
    script.write_text(
        "import tensorflow as tf\nprint 1\ntf.contrib.tpu.x\ntf.contrib.rnn.GRUCell\n"
    )
    assert check.main([str(script)]) == 1
    answers = [line.removeprefix(f"{script}:") for line in capsys.readouterr().out.splitlines()]
    assert answers[0].startswith("2: print without parentheses: will not work")
    assert answers[1].startswith("3: tf.contrib.tpu.x: will not work")
    assert answers[2] == "4: tf.contrib.rnn.GRUCell: works"
