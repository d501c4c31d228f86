"""Random operations made after what TensorFlow now builds otherwise have their old seeds."""

import pytest

import tf1_rnn.v1 as tf
from tests.v1 import seed_cases

GIVEN = seed_cases.recorded("operations")


def test_every_case_is_recorded():
    for group, cases in seed_cases.GROUPS.items():
        assert set(seed_cases.recorded(group)) == set(cases)


@pytest.mark.parametrize("name", GIVEN)
def test_seeds_and_a_variable_after_an_operation_are_those_of_1_15_5(name):
    seed_cases.check(tf, "operations", name)
