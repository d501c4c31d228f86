"""The standard library's old names and habits."""

import io
import unittest

import pytest

from tf1_rnn.porting import python37


def old(name):
    """Return what `name`, such as `time.clock`, stood for, whether or not Python still has it."""
    for owner, attribute, value in [*python37._GONE, *python37.attributes()]:
        if f"{owner.__name__}.{attribute}" == name:
            return value
    raise KeyError(name)


def an_old_function(a, b=1, *c):
    pass


@pytest.mark.parametrize(
    "name, arguments, result",
    [
        ("base64.encodestring", [b"a"], b"YQ==\n"),
        ("base64.decodestring", [b"YQ==\n"], b"a"),
        ("fractions.gcd", [4, 6], 2),
        ("inspect.getargspec", [an_old_function], (["a", "b"], "c", None, (1,))),
    ],
)
def test_functions(name, arguments, result):
    assert old(name)(*arguments) == result


def test_classes_of_collections_and_configparser():
    assert isinstance([], old("collections.Iterable"))
    assert isinstance({}, old("collections.MutableMapping"))
    assert old("configparser.SafeConfigParser")().sections() == []


def test_a_clock_and_threads():
    import threading

    assert old("time.clock")() >= 0
    assert old("Thread.isAlive")(threading.Thread()) is False


def test_unittest_has_its_old_assertions():
    test = unittest.TestCase()
    old("TestCase.assertEquals")(test, 1, 1)
    with pytest.raises(AssertionError):
        old("TestCase.assertEquals")(test, 1, 2)
    with old("TestCase.assertRaisesRegexp")(test, ValueError, "base"):
        int("x")


def test_what_functions_took():
    assert old("json.loads")("[1]", encoding="utf-8") == [1]
    assert old("json.load")(io.StringIO("{}"), encoding="utf-8") == {}
    assert old("random.sample")({1}, 1) == [1]
    assert len(old("random.sample")(range(9), k=3)) == 3


def test_modules(tmp_path):
    import json

    assert python37.modules()["xml.etree.cElementTree"].fromstring("<a/>").tag == "a"
    (tmp_path / "old.py").write_text("x = 3\n")
    imp = python37._imp()
    assert imp.reload(json) is json
    assert imp.load_source("old_module_for_imp", str(tmp_path / "old.py")).x == 3


def test_a_name_that_python_still_has_is_left(monkeypatch):
    import time

    monkeypatch.setattr(time, "clock", "mine", raising=False)
    assert not [each for each in python37.attributes() if each[:2] == (time, "clock")]
