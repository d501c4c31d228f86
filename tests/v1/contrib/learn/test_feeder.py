"""`contrib.learn`'s estimator feeds arrays as 1.15.5's did, in the same order."""

import json

import pytest

import tf1_rnn.v1 as tf
from tests.v1.estimator import input_cases

with open(input_cases.RECORDED, encoding="utf-8") as _file:
    EXPECTED = json.load(_file)["fed"]


@pytest.mark.parametrize("name", input_cases.LEARN)
def test_placeholders_and_rows(name):
    assert input_cases.fed(tf, name) == EXPECTED[name]
