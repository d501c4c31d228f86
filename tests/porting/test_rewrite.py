"""`--rewrite`: only imports change, and never the original unless asked."""

import contextlib
import errno
import sys

import pytest

from tf1_rnn.errors import RunError, UsageError
from tf1_rnn.porting import rewrite

pytest.importorskip("libcst")


@pytest.mark.parametrize(
    "before, after",
    [
        ("import tensorflow as tf", "import tf1_rnn.v1 as tf"),
        ("import tensorflow", "import tf1_rnn.v1 as tensorflow"),
        ("import os, tensorflow as tf  # both", "import os, tf1_rnn.v1 as tf  # both"),
        ("from tensorflow.contrib import rnn", "from tf1_rnn.v1.contrib import rnn"),
        ("import tensorflow.contrib.rnn as r", "import tf1_rnn.v1.contrib.rnn as r"),
        (
            "import tensorflow.contrib.rnn",
            "import tf1_rnn.v1.contrib.rnn as tensorflow, tf1_rnn.v1 as tensorflow",
        ),
        ("import tensorflow.compat.v1 as tf", "import tf1_rnn.v1 as tf"),
        ("from tensorflow.compat import v1 as tf", "from tf1_rnn import v1 as tf"),
        (
            "from tensorflow.contrib.rnn import (LSTMCell,  GRUCell as G)",
            "from tf1_rnn.v1.contrib.rnn import (LSTMCell,  GRUCell as G)",
        ),
        ("from . import tensorflow", "from . import tensorflow"),
        ("import tensorflow_hub as hub", "import tensorflow_hub as hub"),
        ("x = 'import tensorflow as tf'", "x = 'import tensorflow as tf'"),
    ],
)
def test_the_one_rule(before, after):
    frame = "#!/usr/bin/env python\nif  True :\n\t{}\n\n\n"
    assert rewrite.rewrite(frame.format(before)) == frame.format(after)


def test_writes_a_copy_and_shows_the_difference(tmp_path, capsys):
    script = tmp_path / "s.py"
    source = b"import tensorflow as tf\r\nx=tf . zeros( [1] )\r\n"
    script.write_bytes(source)
    rewrite.main(str(script))
    assert script.read_bytes() == source
    ported = b"import tf1_rnn.v1 as tf\r\nx=tf . zeros( [1] )\r\n"
    assert (tmp_path / "s_ported.py").read_bytes() == ported
    out = capsys.readouterr().out
    assert "-import tensorflow as tf" in out and "+import tf1_rnn.v1 as tf" in out


def test_writes_over_the_original_only_when_asked(tmp_path):
    script = tmp_path / "s.py"
    script.write_text("import tensorflow as tf\n")
    script.chmod(0o750)
    with pytest.raises(UsageError, match="is the script itself: to overwrite it, use --in-place"):
        rewrite.main(str(script), output=str(script))
    with pytest.raises(UsageError, match="exclude each other"):
        rewrite.main(str(script), output="x.py", in_place=True)
    rewrite.main(str(script), in_place=True)
    assert script.read_text() == "import tf1_rnn.v1 as tf\n"
    assert script.stat().st_mode & 0o777 == 0o750


def test_a_copy_that_was_edited_is_kept(tmp_path, capsys):
    script, copy = tmp_path / "s.py", tmp_path / "s_ported.py"
    script.write_text("import tensorflow as tf\n")
    rewrite.main(str(script))
    rewrite.main(str(script))  # it is what would be written
    copy.write_text("import tf1_rnn.v1 as tf\nmine = 1\n")
    capsys.readouterr()
    with pytest.raises(RunError, match="s_ported.py exists and differs .* add --force"):
        rewrite.main(str(script))
    assert capsys.readouterr() == ("", "")
    assert "mine" in copy.read_text()
    rewrite.main(str(script), force=True)
    assert "mine" not in copy.read_text()


def test_a_full_disk_leaves_the_script_whole(tmp_path, monkeypatch):
    script = tmp_path / "s.py"
    script.write_text("import tensorflow as tf\n")

    @contextlib.contextmanager
    def full(path, mode):
        raise OSError(errno.ENOSPC, "No space left on device")
        yield

    monkeypatch.setattr(rewrite.files, "writing", full)
    with pytest.raises(RunError, match=f"^{script}: cannot be written: No space left on device$"):
        rewrite.main(str(script), in_place=True)
    assert script.read_text() == "import tensorflow as tf\n"


@pytest.mark.parametrize(
    "content, message",
    [
        (b"x = = 1\n", "s.py:1: cannot be ported: invalid syntax"),
        (
            b"x = 1\nprint 'a'\n",
            "s.py:2: cannot be ported: print without parentheses is Python 2: ",
        ),
        (b"# coding: nonsense\n", "cannot be read: unknown encoding: nonsense"),
        (b"x = '\xe4'\n", "cannot be read: invalid or missing encoding declaration"),
        (b"\n\n\nx = '\xe4'\n", "cannot be read: it is not utf-8"),
        (b"x = 0\x00\n", "cannot be ported: "),
    ],
)
def test_what_cannot_be_ported_is_one_line(content, message, tmp_path):
    script = tmp_path / "s.py"
    script.write_bytes(content)
    with pytest.raises(RunError) as error:
        rewrite.main(str(script))
    assert message in str(error.value) and "\n" not in str(error.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s.py"]


@pytest.mark.parametrize(
    "name, words",
    [
        ("", ": a folder; expected one script or notebook"),
        ("nowhere.py", "/nowhere.py: no such file"),
        ("nowhere.ipynb", "/nowhere.ipynb: no such file"),
    ],
)
def test_folders_and_what_is_not_there(name, words, tmp_path):
    with pytest.raises(RunError, match=f"^{tmp_path}{words}$"):
        rewrite.main(str(tmp_path / name))


@pytest.mark.parametrize("start", [b"# -*- coding: latin-1 -*-\n", b"\xef\xbb\xbf"])
def test_the_encoding_stays(start, tmp_path):
    script = tmp_path / "s.py"
    text = "\xe4".encode("latin-1" if start[:1] == b"#" else "utf-8")
    script.write_bytes(start + b"import tensorflow as tf\nx = '" + text + b"'\n")
    rewrite.main(str(script))
    ported = (tmp_path / "s_ported.py").read_bytes()
    assert ported == start + b"import tf1_rnn.v1 as tf\nx = '" + text + b"'\n"


def test_python_2_becomes_python_3(tmp_path, capsys):
    pytest.importorskip("fissix")
    script = tmp_path / "s.py"
    script.write_bytes(b"import tensorflow as tf\r\nfor i in xrange(3):\r\n    print i / 2\r\n")
    rewrite.main(str(script), from_python2=True)
    assert (tmp_path / "s_ported.py").read_bytes() == (
        b"import tf1_rnn.v1 as tf\r\nfor i in range(3):\r\n    print(i / 2)\r\n"
    )
    err = capsys.readouterr().err
    assert err == f"{script}:3: check `/`: between two integers it meant `//`\n"


def test_a_library_that_is_missing_is_one_line(tmp_path, monkeypatch):
    script = tmp_path / "s.py"
    script.write_text("print 'a'\n")
    monkeypatch.setitem(sys.modules, "fissix", None)
    with pytest.raises(RunError, match="rewriting requires fissix; install it with: pip"):
        rewrite.main(str(script), from_python2=True)
