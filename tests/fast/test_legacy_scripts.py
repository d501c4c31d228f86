"""Old scripts, unedited, in the fast loops: the same prints, and four of five loops fast."""

import json
import os
import sys

import pytest

from tests import legacy

pytest.importorskip("tf_slim")
pytest.importorskip("tf_keras")
NAMES = sorted(name[:-4] for name in os.listdir(legacy.EXPECTED))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder where each script leaves which of its loops ran fast."""
    return tmp_path_factory.mktemp("legacy")


@pytest.fixture(scope="module")
def prints(folder):
    """What each script prints, by name."""
    environment = {**os.environ, "TF1_RNN_TEST_FAST": "1"}
    return legacy.run_under(sys.executable, folder, NAMES, environment)


@pytest.mark.parametrize("name", NAMES)
def test_prints_what_it_prints_in_tensorflows_loops(name, prints):
    with open(os.path.join(legacy.EXPECTED, name + ".txt")) as file:
        legacy.assert_same_prints(prints[name], file.read())


@pytest.mark.usefixtures("prints")
def test_four_of_five_recurrent_calls_run_fast(folder):
    calls = {name: json.loads((folder / f"{name}.fast").read_text()) for name in NAMES}
    # An estimator builds its graph anew for each of its modes: a script's loops count once.
    each = [call for of_one in calls.values() for call in {tuple(call) for call in of_one}]
    reasons = [why for _, _, why in each]
    assert len(reasons) >= 15
    assert reasons.count("") >= 4 / 5 * len(reasons), calls
    slow = {name for name, of_one in calls.items() if any(why for _, _, why in of_one)}
    assert "attention_custom_cell" in slow
