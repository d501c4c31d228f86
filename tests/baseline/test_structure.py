"""Nested states as flat names, and back."""

import collections

import pytest

from tf1_rnn.baseline import structure

Pair = collections.namedtuple("Pair", "c h")
NESTED = [
    (7, ["s"], "7"),
    ((1, 2), ["s/0", "s/1"], "tuple(1, 2)"),
    (Pair(1, 2), ["s/c", "s/h"], "Pair(c=1, h=2)"),
    ([Pair(1, (2, 3)), 4], ["s/0/c", "s/0/h/0", "s/0/h/1", "s/1"],
     "list(Pair(c=1, h=tuple(2, 3)), 4)"),
    ((), [], "tuple()"),
]  # fmt: skip


@pytest.mark.parametrize("value, names, text", NESTED)
def test_leaves_have_names_and_the_structure_comes_back(value, names, text):
    flat = structure.flatten("s", value)
    assert [name for name, _ in flat] == names
    leaves = dict(flat)
    rebuilt = structure.rebuild("s", value, lambda name, leaf: leaves[name])
    assert rebuilt == value and type(rebuilt) is type(value)
    assert structure.describe(value) == text


def test_a_leaf_is_replaced_by_its_name():
    made = structure.rebuild("a", Pair(1, [2]), lambda name, leaf: (name, leaf))
    assert made == Pair(("a/c", 1), [("a/h/0", 2)])
