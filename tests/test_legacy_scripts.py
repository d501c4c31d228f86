"""Old scripts run as they are, and print what they print under TensorFlow 1.15.5."""

import os
import subprocess
import sys

import pytest

from tests import legacy
from tools import oracle

REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
pytest.importorskip("tf_slim")
pytest.importorskip("tf_keras")
# The first test waits for all scripts.
pytestmark = pytest.mark.timeout(1200)


@pytest.fixture(scope="module")
def prints(tmp_path_factory):
    """What each script prints here, by name."""
    folder = tmp_path_factory.mktemp("legacy")
    legacy.write_mnist(folder)
    command = [sys.executable, "-m", "tests.legacy", str(folder), *legacy.NAMES]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {
        name: (folder / f"{name}.txt").read_text().replace(str(folder), "FOLDER")
        for name in legacy.NAMES
    }


@pytest.mark.parametrize("name", legacy.NAMES)
def test_prints_what_it_printed_under_1_15_5(name, prints):
    with open(os.path.join(legacy.EXPECTED, name + ".txt")) as file:
        legacy.assert_same_prints(prints[name], file.read())


@pytest.mark.oracle
@pytest.mark.skipif(oracle.python() is None, reason="no TensorFlow 1.15.5 here")
@pytest.mark.parametrize("name", legacy.NAMES)
def test_what_was_recorded_is_what_1_15_5_prints(name, tmp_path):
    legacy.write_mnist(tmp_path)
    with open(os.path.join(legacy.EXPECTED, name + ".txt")) as file:
        recorded = file.read()
    live = legacy.run_under(oracle.python(), name, tmp_path)
    legacy.assert_same_prints(live, recorded, tolerance=1e-5)
