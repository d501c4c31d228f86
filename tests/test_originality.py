"""The check that no function's body repeats TensorFlow's source finds what it should."""

import textwrap

import pytest

from tools import originality

ORIGINAL = textwrap.dedent(
    '''
    class Cell:
        def __init__(self, units, clip=None, shards=None, bias=None, gain=None, shift=None):
            """Make a cell."""
            self._units = units
            self._clip = clip
            self._shards = shards
            self._bias = bias
            self._gain = gain
            self._shift = shift

        def step(self, x, h, w, b, clip, gain, shift, scale):
            # A comment.
            return kernel(x=x, h=h, w=w, b=b, clip=clip, gain=gain, shift=shift, scale=scale)

        def get_config(self):
            return {"units": self._units, "clip": self._clip, "shards": self._shards,
                    "bias": self._bias, "gain": self._gain, "shift": self._shift}

        def count(self, words, least):
            kept = {}
            for word in words:
                if word in kept:
                    kept[word] += 1
                else:
                    kept[word] = 1
            return sorted(word for word in kept if kept[word] > least)
    '''
)
COUNT = ORIGINAL[ORIGINAL.index("        kept = {}") :]


def found(source):
    return originality.repeated({"ours.py": source}, [("theirs.py", ORIGINAL)])


@pytest.mark.parametrize("layout", [COUNT, COUNT.replace("kept = {}", "kept = {}  # none yet\n")])
def test_a_body_that_was_taken_over_is_found(layout):
    places = found(f"def ours(words, least):\n{layout}")
    assert places and all(place[0] == "ours.py" and place[2] == "theirs.py" for place in places)
    assert min(line for _, line, _ in places) == 2


def test_an_interface_may_be_the_same():
    assert found(ORIGINAL.partition("    def count")[0]) == []


def test_a_body_of_ones_own_may_share_less_than_a_run():
    assert originality.RUN == 30
    assert found("def ours(words, least):\n" + COUNT.replace("+= 1", "+= 2")) == []


def test_without_a_1_15_5_it_says_how_to_get_one(monkeypatch, capsys):
    monkeypatch.setattr(originality.oracle, "python", lambda: None)
    assert originality.main() == 2
    assert "make_oracle.sh" in capsys.readouterr().err
