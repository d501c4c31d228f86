"""The page that says where every name stands is what the code and the recording give."""

import pathlib
import re

import pytest

from tools import compatibility

ROOT = pathlib.Path(__file__).parent.parent.parent


def test_the_page_is_up_to_date():
    pytest.importorskip("tf_slim")
    pytest.importorskip("tf_keras")
    text, now = compatibility.PAGE.read_text(encoding="utf-8"), compatibility.page()
    version = re.compile(r"Made with TensorFlow\n(.*)\.")
    if version.search(text).group(1) != version.search(now).group(1):
        pytest.skip("made with another TensorFlow, whose private modules have other names")
    assert text == now


@pytest.mark.parametrize("path", compatibility.TESTED)
def test_the_tests_that_it_names_are_there(path):
    assert (ROOT / compatibility.TESTED[path][1]).exists()


def test_every_own_module_has_a_tier():
    from tf1_rnn.v1 import _lazy

    for path in compatibility.public_modules(_lazy):
        how, remark = compatibility.tier(path)
        assert how and remark
    with pytest.raises(KeyError, match="says nothing of nonsense"):
        compatibility.tier("nonsense")
