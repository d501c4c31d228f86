"""What a block of rows is, and when a shard may be read again."""

import os

import pytest

from tf1_rnn.errors import RunError
from tf1_rnn.trainer.streaming import blocks


@pytest.mark.parametrize(
    "count, row_bytes, size, expected",
    [
        (0, 4, 8, []),
        (1, 4, 8, [1]),
        (5, 4, 8, [2, 2, 1]),
        (4, 4, 8, [2, 2]),
        (3, 100, 8, [1, 1, 1]),  # a row larger than a block is one
        (3, 0, 8, [3]),  # rows of nothing
    ],
)
def test_every_row_is_in_one_batch(count, row_bytes, size, expected):
    found = list(blocks.batches_of(count, row_bytes, size))
    assert [len(rows) for rows in found] == expected
    assert [row for rows in found for row in rows.tolist()] == list(range(count))


def test_a_file_as_it_was_is_opened(tmp_path):
    path = str(tmp_path / "a")
    (tmp_path / "a").write_bytes(b"abc")
    with blocks.opened(path, blocks.stamp(path)) as file:
        assert file.read() == b"abc"


def test_a_file_of_another_size_or_time_is_refused(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    known = blocks.stamp(str(path))
    os.utime(path, ns=(0, 0))
    with pytest.raises(RunError, match="was changed since"), blocks.opened(str(path), known):
        pass
    size, time = blocks.stamp(str(path))
    with (
        pytest.raises(RunError, match="was changed since"),
        blocks.opened(str(path), (size + 1, time)),
    ):
        pass


def test_a_file_that_is_gone_and_a_read_that_fails_are_one_line(tmp_path):
    path = tmp_path / "a"
    with pytest.raises(RunError, match="cannot be read: No such file"):
        blocks.stamp(str(path))
    with pytest.raises(RunError, match="cannot be read: No such file"):
        with blocks.opened(str(path), (0, 0)):
            pass
    path.write_bytes(b"abc")
    with pytest.raises(RunError, match="cannot be read: Input/output error"):
        with blocks.opened(str(path), blocks.stamp(str(path))):
            raise OSError(5, "Input/output error")
