"""The example ports, run as a user runs them, pass `compare`."""

import importlib.metadata
import importlib.util
import os
import subprocess
import sys

import pytest

from tf1_rnn.baseline import trace
from tf1_rnn.baseline.__main__ import main

EXAMPLES = os.path.join(os.path.dirname(__file__), "..", "examples")


PORTS = [(framework, case) for framework in ("numpy", "torch") for case in ("basic_lstm", "gru")]
PORTS += [(framework, "bilstm") for framework in ("numpy", "torch", "keras")]


@pytest.mark.parametrize("framework, case", PORTS)
def test_port(framework, case, tmp_path, capsys):
    if importlib.util.find_spec(framework) is None:
        pytest.skip(framework + " is not installed")
    if framework == "keras" and importlib.metadata.version("keras") < "3":
        pytest.skip("keras is Keras 2")
    mine = str(tmp_path / "mine.npz")
    subprocess.run(
        [sys.executable, os.path.join(EXAMPLES, f"{framework}_{case}.py"), trace.path(case), mine],
        check=True,
    )
    assert main(["compare", case, mine]) == 0
    assert "all are equal" in capsys.readouterr().out
    arrays, _ = trace.load(mine)
    assert "outputs" in arrays or "outputs/bw" in arrays
    assert framework != "torch" or "gradient/input/x" in arrays
