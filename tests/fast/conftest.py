"""What the tests of the fast loops share."""

import pytest

from tf1_rnn.fast import scan


@pytest.fixture(autouse=True)
def short_bodies(monkeypatch):
    """Two steps in the body of a loop, so that three steps are a whole body and a part of one."""
    monkeypatch.setattr(scan, "IN_A_BODY", 2)
