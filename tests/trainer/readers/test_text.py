"""Lines and numbers of archives in text."""

import numpy as np
import pytest

from tf1_rnn.errors import RunError
from tf1_rnn.trainer.readers import text


def test_lines_are_numbered_as_in_the_file(tmp_path):
    path = tmp_path / "a.ts"
    path.write_bytes("\ufeff# no\r\n\r\n one \n#two\nthrée".encode())
    assert list(text.lines(str(path), "#")) == [(3, "one"), (5, "thrée")]


def test_what_is_no_text_or_cannot_be_read(tmp_path, monkeypatch):
    (tmp_path / "a.ts").write_bytes(b"abc\xff")
    with pytest.raises(RunError, match=r"is not UTF-8 text \(at byte 3\)"):
        list(text.lines(str(tmp_path / "a.ts"), "#"))
    with pytest.raises(RunError, match="cannot be read"):
        list(text.lines(str(tmp_path), "#"))
    monkeypatch.setattr("tf1_rnn.memory.available", lambda: 10)
    with pytest.raises(RunError, match="too large: reading it takes"):
        list(text.lines(str(tmp_path / "a.ts"), "#"))


@pytest.mark.parametrize(
    "line, separator, expected",
    [
        ("1,2.5,-3e2", ",", [1, 2.5, -300]),
        ("1, ?,nan", ",", [1, np.nan, np.nan]),
        ("1:2", ":", [1, 2]),
        ("  ", ",", []),
    ],
)
def test_numbers(line, separator, expected):
    np.testing.assert_array_equal(text.numbers(line, 1, separator), expected)


@pytest.mark.parametrize("line, shown", [("1,x,y", "'x'"), ("1,,2", "''"), ("z" * 50, "z" * 40)])
def test_what_is_no_number_is_named(line, shown):
    with pytest.raises(RunError, match=f"line 7 holds '?{shown}'?; expected numbers separated"):
        text.numbers(line, 7)


@pytest.mark.parametrize(
    "value, what, how",
    [
        (np.nan, "no value", "fill it in"),
        (np.inf, "an infinite value", "replace it"),
        (-np.inf, "an infinite value", "replace it"),
        (1e39, r"the value 1e\+39, which is beyond float32", "rescale the values"),
    ],
)
def test_missing_and_infinite_values_are_refused_where_they_are(value, what, how):
    values = np.zeros([3, 2])
    text.require_finite(values, 4)
    values[2, 1] = value
    words = f"line 4 has {what} at step 3 of dimension 2; expected numbers: {how}, or"
    with pytest.raises(RunError, match=words):
        text.require_finite(values, 4)
