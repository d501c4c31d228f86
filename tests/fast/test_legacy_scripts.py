"""Old scripts, unedited, in the fast loops: the same prints, and four of five loops fast."""

import json
import os
import subprocess
import sys

import pytest

from tests import legacy

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
pytest.importorskip("tf_slim")
pytest.importorskip("tf_keras")
NAMES = sorted(name[:-4] for name in os.listdir(legacy.EXPECTED))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with what each script printed, and which of its loops ran fast."""
    folder = tmp_path_factory.mktemp("legacy")
    legacy.write_mnist(folder)
    done = subprocess.run(
        [sys.executable, "-m", "tests.legacy", str(folder), *NAMES],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        env={**os.environ, "TF1_RNN_TEST_FAST": "1"},
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_prints_what_it_prints_in_tensorflows_loops(name, folder):
    ours = (folder / f"{name}.txt").read_text().replace(str(folder), "FOLDER")
    with open(os.path.join(legacy.EXPECTED, name + ".txt")) as file:
        legacy.assert_same_prints(ours, file.read())


def test_four_of_five_recurrent_calls_run_fast(folder):
    calls = {name: json.loads((folder / f"{name}.fast").read_text()) for name in NAMES}
    # An estimator builds its graph anew for each of its modes: a script's loops count once.
    each = [call for of_one in calls.values() for call in {tuple(call) for call in of_one}]
    reasons = [why for _, _, why in each]
    assert len(reasons) >= 15
    assert reasons.count("") >= 4 / 5 * len(reasons), calls
    slow = {name for name, of_one in calls.items() if any(why for _, _, why in of_one)}
    assert "attention_custom_cell" in slow
