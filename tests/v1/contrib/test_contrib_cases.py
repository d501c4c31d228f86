"""`contrib.crf` and `contrib.recurrent` against what 1.15.5 gave, value by value."""

import subprocess

import pytest

import tf1_rnn.v1 as tf
from tests.v1 import replay
from tests.v1.contrib import contrib_cases as cases
from tools import oracle


@pytest.fixture(scope="module")
def recorded():
    return replay.read(cases.RECORDED)


def test_every_case_is_recorded(recorded):
    assert set(recorded) == set(cases.CASES)


@pytest.mark.parametrize("name", cases.CASES)
def test_variables_values_and_gradients_are_those_of_1_15_5(name, recorded):
    replay.assert_same(replay.run(tf, cases.CASES[name]), recorded[name])


@pytest.mark.oracle
@pytest.mark.skipif(oracle.python() is None, reason="no TensorFlow 1.15.5 here")
def test_the_recording_is_what_1_15_5_gives_live(recorded, tmp_path):
    command = [oracle.python(), "-W", "ignore", cases.__file__, str(tmp_path / "live.npz")]
    subprocess.run(command, check=True, capture_output=True, env=oracle.environment())
    for name, arrays in replay.read(tmp_path / "live.npz").items():
        replay.assert_same(arrays, recorded[name])
