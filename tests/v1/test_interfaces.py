"""Signatures, against those that `tools/interfaces.py` read off 1.15.5."""

import json

import pytest

from tf1_rnn.v1._missing import instead_of
from tools import interfaces

with open(interfaces.RECORDED) as file:
    RECORDED = json.load(file)
WRAPPERS = {"DeviceWrapper", "DropoutWrapper", "ResidualWrapper"}
OF_SLIM = {"contrib.framework", "contrib.training"}
# TensorFlow's own, to which it has added parameters.
EXTENDED = {"CheckpointSaverHook", "FeedingQueueRunner"}


@pytest.fixture(scope="module")
def ours():
    return interfaces.interfaces("tf1_rnn.v1")


@pytest.mark.parametrize(
    "module, name",
    [(module, name) for module, names in RECORDED.items() for name in names],
)
def test_the_signatures_are_those_of_1_15_5(module, name, ours):
    if name not in ours[module]:
        if module in OF_SLIM:
            pytest.importorskip("tf_slim")
        assert instead_of(f"{module}.{name}"), "absent, and nothing says what to use instead"
        return
    expected, found = RECORDED[module][name], ours[module][name]
    if isinstance(expected, dict):
        # `build` has one parameter, under three names; the loops give it by position.
        expected = {method: text for method, text in expected.items() if method != "build"}
        if name in WRAPPERS:
            # There a decorator hides them.
            assert expected.pop("__init__") == "*args, **kwargs"
        found = {method: found.get(method) for method in expected}
        if name in EXTENDED:
            found = {method: text[: len(expected[method])] for method, text in found.items()}
    assert found == expected
