"""Waiting ends when its condition holds, and fails when its time is up."""

import pytest

from tests import waiting


def test_waits_until_the_condition_holds():
    answers = [False, False, True]
    waiting.until(lambda: answers.pop(0), seconds=5)
    assert answers == []


def test_fails_when_its_time_is_up():
    with pytest.raises(AssertionError, match="in vain"):
        waiting.until(lambda: False, seconds=0.05)
