"""The example ports, run as a user runs them, pass `compare`."""

import importlib.util
import os
import subprocess
import sys

import pytest

from tf1_rnn.baseline import trace
from tf1_rnn.baseline.__main__ import main

EXAMPLES = os.path.join(os.path.dirname(__file__), "..", "examples")


@pytest.mark.parametrize("case", ["basic_lstm", "gru", "bilstm"])
@pytest.mark.parametrize("framework", ["numpy", "torch"])
def test_port(framework, case, tmp_path, capsys):
    if importlib.util.find_spec(framework) is None:
        pytest.skip(framework + " is not installed")
    mine = str(tmp_path / "mine.npz")
    subprocess.run(
        [sys.executable, os.path.join(EXAMPLES, f"{framework}_{case}.py"), trace.path(case), mine],
        check=True,
    )
    assert main(["compare", case, mine]) == 0
    assert "all are equal" in capsys.readouterr().out
    arrays, _ = trace.load(mine)
    assert "outputs" in arrays or "outputs/bw" in arrays
    assert framework == "numpy" or "gradient/input/x" in arrays
