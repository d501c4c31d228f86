"""`--rewrite`: only imports change, and never the original unless asked."""

import pytest

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
    assert rewrite.main(str(script)) == 0
    assert script.read_bytes() == source
    ported = b"import tf1_rnn.v1 as tf\r\nx=tf . zeros( [1] )\r\n"
    assert (tmp_path / "s_ported.py").read_bytes() == ported
    out = capsys.readouterr().out
    assert "-import tensorflow as tf" in out and "+import tf1_rnn.v1 as tf" in out


def test_writes_over_the_original_only_when_asked(tmp_path, capsys):
    script = tmp_path / "s.py"
    script.write_text("import tensorflow as tf\n")
    assert rewrite.main(str(script), output=str(script)) == 2
    assert "--in-place" in capsys.readouterr().err
    assert rewrite.main(str(script), in_place=True) == 0
    assert script.read_text() == "import tf1_rnn.v1 as tf\n"
