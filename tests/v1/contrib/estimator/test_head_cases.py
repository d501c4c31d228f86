"""Heads make and refuse what 1.15.5's do, as `heads.json` has it recorded."""

import json

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tests.v1.contrib.estimator import head_cases

with open(head_cases.RECORDED, encoding="utf-8") as _file:
    EXPECTED = json.load(_file)


def assert_same(got, want, where):
    """Assert equal structures and words, and numbers equal but for rounding."""
    if isinstance(want, dict):
        assert sorted(got) == sorted(want), where
        for key, value in want.items():
            assert_same(got[key], value, f"{where}/{key}")
    elif isinstance(want, list) and np.asarray(want).dtype.kind == "f":
        np.testing.assert_allclose(got, want, rtol=2e-6, atol=2e-7, err_msg=where)
    elif isinstance(want, float):
        assert got == pytest.approx(want, rel=2e-6, abs=2e-7), where
    else:
        assert got == want, where


@pytest.mark.parametrize("mode", head_cases.MODES)
@pytest.mark.parametrize("name", EXPECTED["made"])
def test_what_a_head_makes(name, mode):
    made = head_cases.made(tf, name, mode, head_cases.MODES[mode])
    assert_same(made, EXPECTED["made"][name][mode], name)


@pytest.mark.parametrize("name", EXPECTED["made"])
def test_the_parts_of_a_loss(name):
    assert_same(head_cases.loss_of(tf, name), EXPECTED["made"][name]["parts"], name)


@pytest.mark.parametrize("name", EXPECTED["said"])
def test_what_a_head_refuses(name):
    assert head_cases.said(tf, name) == EXPECTED["said"][name]
