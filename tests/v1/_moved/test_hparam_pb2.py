"""HParams as a protocol buffer: the message that 1.15.5 wrote."""

import pytest

from tf1_rnn.v1._moved.hparam_pb2 import DESCRIPTOR, HParamDef

# HParamDef(units=7, rate=0.5, names=[b"a", b"b"], flag=True), by 1.15.5, its entries sorted.
WRITTEN = (
    b"\n\n\n\x04flag\x12\x028\x01"
    b"\n\x11\n\x05names\x12\x082\x06\n\x01a\n\x01b"
    b"\n\r\n\x04rate\x12\x05\x15\x00\x00\x00?"
    b"\n\x0b\n\x05units\x12\x02\x08\x07"
)


def message():
    made = HParamDef()
    made.hparam["units"].int64_value = 7
    made.hparam["rate"].float_value = 0.5
    made.hparam["names"].bytes_list.value.extend([b"a", b"b"])
    made.hparam["flag"].bool_value = True
    return made


def test_the_bytes_are_those_of_1_15_5():
    assert message().SerializeToString(deterministic=True) == WRITTEN
    assert HParamDef.FromString(WRITTEN) == message()


@pytest.mark.parametrize(
    "kind, value",
    [
        ("int64_value", 2**40),
        ("float_value", 0.25),
        ("bytes_value", b"\xff"),
        ("bool_value", True),
        ("int64_list", [1, -1]),
        ("float_list", [0.5]),
        ("bytes_list", [b"a"]),
        ("bool_list", [True, False]),
    ],
)
def test_every_kind_of_value_comes_back_and_is_the_only_one(kind, value):
    made = HParamDef()
    entry = made.hparam["x"]
    entry.bool_value = True
    if kind.endswith("list"):
        getattr(entry, kind).value.extend(value)
    else:
        setattr(entry, kind, value)
    read = HParamDef.FromString(made.SerializeToString()).hparam["x"]
    assert read.WhichOneof("kind") == kind
    found = getattr(read, kind)
    assert (list(found.value) if kind.endswith("list") else found) == value


def test_its_names():
    assert HParamDef.DESCRIPTOR.full_name == "tensorflow.HParamDef"
    assert DESCRIPTOR.name == "tensorflow/contrib/training/python/training/hparam.proto"
