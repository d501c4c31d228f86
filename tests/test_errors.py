"""Exit codes, and text out of a file as one line of a terminal."""

import pytest

from tf1_rnn.errors import RunError, UsageError, printable


def test_exit_codes():
    assert (RunError.exit_code, UsageError.exit_code) == (1, 2)
    assert issubclass(UsageError, RunError)


@pytest.mark.parametrize(
    "text, line",
    [
        ("plain", "plain"),
        ("größer", "größer"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\u202ereversed", "\\u202ereversed"),
        ("\udc80", "\\udc80"),  # of a file name that is no UTF-8
        ("", ""),
    ],
)
def test_one_line_of_a_terminal(text, line):
    assert printable(text) == line
    assert printable(text).isprintable()


@pytest.mark.parametrize("length, shown", [(5, "x" * 5), (6, "xxxxx ...")])
def test_a_long_line_is_cut(length, shown):
    assert printable("x" * length, most=5) == shown
