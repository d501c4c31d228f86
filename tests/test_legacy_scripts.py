"""Old scripts run as they are, and print what they print under TensorFlow 1.15.5."""

import os
import sys

import pytest

from tests import legacy
from tools import oracle

pytest.importorskip("tf_slim")
pytest.importorskip("tf_keras")
# The first test waits for all scripts.
pytestmark = pytest.mark.timeout(1200)


def expected(name):
    with open(os.path.join(legacy.EXPECTED, name + ".txt")) as file:
        return file.read()


@pytest.fixture(scope="module")
def prints(tmp_path_factory):
    """What each script prints here, by name."""
    return legacy.run_under(sys.executable, tmp_path_factory.mktemp("legacy"))


@pytest.mark.parametrize("name", legacy.NAMES)
def test_prints_what_it_printed_under_1_15_5(name, prints):
    legacy.assert_same_prints(prints[name], expected(name))


@pytest.fixture(scope="module")
def prints_of_the_oracle(tmp_path_factory):
    """What each script prints under 1.15.5, by name."""
    folder = tmp_path_factory.mktemp("live")
    return legacy.run_under(oracle.python(), folder, env=oracle.environment())


@pytest.mark.oracle
@pytest.mark.skipif(oracle.python() is None, reason="no TensorFlow 1.15.5 here")
@pytest.mark.parametrize("name", legacy.NAMES)
def test_what_was_recorded_is_what_1_15_5_prints(name, prints_of_the_oracle):
    legacy.assert_same_prints(prints_of_the_oracle[name], expected(name), tolerance=1e-5)
