"""Seeded scripts print the numbers of their logs under TensorFlow 1.15.5, recorded beside them.

.oracle/bin/python SCRIPT.py > expected/SCRIPT.log      # in tests/seeded_scripts/
"""

import contextlib
import io
import pathlib

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.porting import expect

FOLDER = pathlib.Path(__file__).parent / "seeded_scripts"
SCRIPTS = sorted(path.stem for path in FOLDER.glob("*.py"))
# Scripts whose numbers part from their logs, and why.
PARTING = {
    "dataset_gru": "1.15.5 fused shuffle and repeat, and shuffled otherwise after the first epoch",
}


def printed_by(script):
    """Return the lines that a script prints, run in this process in a graph of its own."""
    source = (FOLDER / f"{script}.py").read_text()
    source = source.replace("import tensorflow as tf", "import tf1_rnn.v1 as tf")
    screen = io.StringIO()
    with tf.Graph().as_default(), np.printoptions(legacy="1.21"):
        with contextlib.redirect_stdout(screen):
            exec(compile(source, script, "exec"), {"__name__": "__main__"})
    return screen.getvalue().splitlines()


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(name, marks=pytest.mark.xfail(reason=PARTING[name], strict=True))
        if name in PARTING
        else name
        for name in SCRIPTS
    ],
)
def test_a_seeded_script_prints_the_numbers_of_its_log(script):
    log = (FOLDER / "expected" / f"{script}.log").read_text().splitlines()
    comparison = expect.compare(printed_by(script), log)
    assert expect.is_equal(comparison), "\n".join(expect.report(comparison, script))
    assert comparison.largest_error <= 1e-4
