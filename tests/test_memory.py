"""How much memory is left, and how a shortage is said."""

import pytest

from tf1_rnn import memory


@pytest.mark.parametrize(
    "size, text",
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1500, "1.5 kB"),
        (2_000_000, "2 MB"),
        (9_123_000_000, "9.12 GB"),
        (3.2e12, "3.2 TB"),
        (10**30, "over 1000 TB"),
    ],
)
def test_sizes_are_readable(size, text):
    assert memory.readable(size) == text


def test_what_fits_is_no_shortage(monkeypatch):
    monkeypatch.setattr(memory, "available", lambda: 4_000_000_000)
    assert memory.shortage(4_000_000_000) is None
    assert memory.shortage(9_100_000_000) == "takes 9.1 GB, 4 GB are free"


def test_where_the_system_does_not_tell_nothing_is_refused(monkeypatch):
    monkeypatch.setattr(memory, "available", lambda: None)
    assert memory.shortage(10**30) is None


@pytest.mark.parametrize(
    "limit, used, left",
    [("1000", "400", 600), ("1000", "4000", 0), ("max", "400", None), ("1000", None, None)],
)
def test_a_container_leaves_its_limit_less_what_it_uses(tmp_path, monkeypatch, limit, used, left):
    (tmp_path / "limit").write_text(limit + "\n")
    if used is not None:
        (tmp_path / "used").write_text(used + "\n")
    paths = (str(tmp_path / "limit"), str(tmp_path / "used"))
    monkeypatch.setattr(memory, "CGROUPS", (paths,))
    monkeypatch.setattr(memory, "_of_machine", lambda: 10_000)
    assert memory.available() == (10_000 if left is None else left)
