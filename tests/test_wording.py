"""Numbers with their nouns: one, none and many."""

import pytest

from tf1_rnn import wording


@pytest.mark.parametrize(
    "given, text",
    [
        ((1, "epoch"), "1 epoch"),
        ((0, "epoch"), "0 epochs"),
        ((12345, "step"), "12,345 steps"),
        ((2, "class"), "2 classes"),
        ((1, "class"), "1 class"),
        ((1, "sequence", "test"), "1 test sequence"),
        ((3, "sequence", "test"), "3 test sequences"),
    ],
)
def test_a_noun_is_in_the_plural_unless_there_is_one(given, text):
    assert wording.counted(*given) == text
