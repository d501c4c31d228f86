"""Monotonic attention and scheduled sampling against what 1.15.5 gave, value by value."""

import subprocess

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tests.comparison import relative_error
from tests.v1.contrib.seq2seq import cases
from tools import oracle


def read(path):
    """Return {case: {label: array}}."""
    recorded = {}
    with np.load(path) as file:
        for key in file.files:
            name, label = key.split("/")
            recorded.setdefault(name, {})[label] = file[key]
    return recorded


def assert_same(ours, expected):
    assert list(ours) == list(expected)
    for label, wanted in expected.items():
        found = ours[label]
        assert found.dtype == wanted.dtype and found.shape == wanted.shape, label
        if wanted.dtype.kind == "f":
            tolerance = 1e-12 if wanted.dtype == np.float64 else 2e-6
            # The gradient of a product with an exact 0 among its factors is NaN in 1.15.5.
            found, wanted = np.where(np.isnan(wanted), 0, [found, wanted])
            assert relative_error(found, wanted) <= tolerance, label
        else:
            assert found.tolist() == wanted.tolist(), label


@pytest.fixture(scope="module")
def recorded():
    return read(cases.RECORDED)


def test_every_case_is_recorded(recorded):
    assert set(recorded) == set(cases.CASES)


@pytest.mark.parametrize("name", cases.CASES)
def test_variables_values_and_gradients_are_those_of_1_15_5(name, recorded):
    assert_same(cases.run(tf, name), recorded[name])


@pytest.mark.oracle
@pytest.mark.skipif(oracle.python() is None, reason="no TensorFlow 1.15.5 here")
def test_the_recording_is_what_1_15_5_gives_live(recorded, tmp_path):
    command = [oracle.python(), "-W", "ignore", cases.__file__, str(tmp_path / "live.npz")]
    subprocess.run(command, check=True, capture_output=True, env=oracle.environment())
    live = read(tmp_path / "live.npz")
    assert set(live) == set(recorded)
    for name, arrays in live.items():
        assert_same(arrays, recorded[name])
