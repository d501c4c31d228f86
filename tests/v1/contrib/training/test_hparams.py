"""`contrib.training.HParams`: what it takes and what it refuses, as recorded from 1.15.5."""

import json

import pytest
from tf1_rnn.v1.contrib.training.python.training import hparam_pb2

from tests.v1.contrib.training import hparams_cases
from tf1_rnn.v1.contrib import training
from tf1_rnn.v1.contrib.training import HParams

with open(hparams_cases.RECORDED) as file:
    RECORDED = json.load(file)
OURS = hparams_cases.run(training)


@pytest.mark.parametrize("case", RECORDED)
def test_does_what_1_15_5_did(case):
    assert OURS[case] == RECORDED[case]


@pytest.fixture
def hparams():
    return HParams(a=1, b=0.5, c="x", d=[1, 2], e=True, f=None)


def test_shows_its_values(hparams):
    assert str(hparams) == "a=1,b=0.5,c=x,d=[1, 2],e=True,f=None"
    assert repr(hparams).startswith("HParams([('a', 1), ('b', 0.5), ('c', 'x'), ('d', [1, 2]),")
    assert hparams.to_json() == ('{"a": 1, "b": 0.5, "c": "x", "d": [1, 2], "e": true, "f": null}')
    assert "a" in hparams and "zz" not in hparams and hparams.get("zz", 3) == 3


@pytest.mark.parametrize(
    "text, values",
    [
        ("a=3,b=1e-3,c=hello,d=[4,5],e=false", dict(a=3, b=1e-3, c="hello", d=[4, 5], e=False)),
        ("c=x y z,a=4", dict(c="x y z", a=4)),
        ("e=1", dict(e=True)),
        ("b=2", dict(b=2.0)),
        ("", {}),
    ],
)
def test_parses(hparams, text, values):
    before = hparams.values()
    assert hparams.parse(text).values() == {**before, **values}


@pytest.mark.parametrize(
    "text, message",
    [
        ("q=3", "Unknown hyperparameter type for q"),
        ("a=x", "Could not parse hparam 'a' of type 'int' with value 'x' in a=x"),
        ("a=1.5", "Could not parse hparam 'a' of type 'int' with value '1.5' in a=1.5"),
        ("e=maybe", "Could not parse hparam 'e' of type 'bool' with value 'maybe' in e=maybe"),
        ("d=7", "Must pass a list for multi-valued parameter: d."),
        ("a=1,a=2", "Multiple assignments to variable 'a' in a=1,a=2"),
        ("a", "Malformed hyperparameter value: a"),
    ],
)
def test_refuses_to_parse(hparams, text, message):
    with pytest.raises(ValueError) as error:
        hparams.parse(text)
    assert str(error.value) == message


@pytest.mark.parametrize(
    "name, value", [("a", "x"), ("a", 2.5), ("a", True), ("e", 1), ("c", 1), ("d", 1), ("d", [1.5])]
)
def test_keeps_the_kinds_of_its_values(hparams, name, value):
    with pytest.raises(ValueError):
        hparams.set_hparam(name, value)


def test_sets_and_removes(hparams):
    hparams.set_hparam("b", 3)
    assert hparams.b == 3.0 and isinstance(hparams.b, float)
    hparams.add_hparam("g", 7)
    hparams.override_from_dict({"g": 8}).parse_json('{"a": 4}')
    assert (hparams.g, hparams.a) == (8, 4)
    hparams.del_hparam("g")
    assert not hasattr(hparams, "g")
    with pytest.raises(ValueError, match="reserved"):
        hparams.add_hparam("a", 1)
    with pytest.raises(ValueError, match="reserved"):
        HParams(values=1)
    with pytest.raises(ValueError, match="cannot be empty"):
        HParams(a=[])
    with pytest.raises(KeyError):
        hparams.override_from_dict({"zz": 1})


def test_goes_into_a_message_and_back():
    given = {"x": 1, "y": [2.5, 1.0], "z": "s", "w": [True], "q": ["a", "b"], "f": 0.5}
    message = HParams(**given).to_proto()
    assert isinstance(message, hparam_pb2.HParamDef)
    # As 1.15.5 wrote them.
    assert HParams(x=1, w=[True]).to_proto().SerializeToString(deterministic=True) == (
        b"\n\n\n\x01w\x12\x05B\x03\n\x01\x01\n\x07\n\x01x\x12\x02\x08\x01"
    )
    again = hparam_pb2.HParamDef.FromString(message.SerializeToString())
    assert HParams(hparam_def=again).values() == HParams.from_proto(again).values() == given
    with pytest.raises(TypeError, match="must be an HParamDef, got 3"):
        HParams(3)


def test_values_are_set_from_a_map_by_its_name():
    assert training.HParams(a=1).set_from_map(values_map={"a": 2}).a == 2
