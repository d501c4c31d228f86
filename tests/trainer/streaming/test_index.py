"""Which sequences a part has, where each lies, and what the hash of the data depends on."""

import dataclasses

import numpy as np
import pytest

from tf1_rnn.trainer.streaming.index import Index
from tf1_rnn.trainer.streaming.labels import Labels


class Section:
    """A part, a count and a size are all that an index asks of a section."""

    def __init__(self, part, count, row_bytes=10):
        self.part, self.count, self.row_bytes = part, count, row_bytes

    def __len__(self):
        return self.count


def index(*sections, hashes=None, labels=None):
    counts = [len(section) for section in sections]
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    lengths = np.ones(starts[-1], np.int32)
    hashes = hashes or tuple(str(i) for i in range(len(sections)))
    return Index(
        list(sections), starts, lengths, False, labels, (1,), None, False, hashes, (), False
    )


@pytest.fixture
def three():
    return index(Section("train", 3), Section("test", 2), Section("train", 4, row_bytes=20))


def test_the_rows_of_a_part(three):
    assert len(three) == 9
    assert three.rows_of("train").tolist() == [0, 1, 2, 5, 6, 7, 8]
    assert three.rows_of("test").tolist() == [3, 4]
    empty = three.rows_of("valid")
    assert empty.shape == (0,) and empty.dtype == np.int64


def test_a_row_takes_what_it_takes_on_average(three):
    assert three.row_bytes == (3 * 10 + 2 * 10 + 4 * 20) // 9
    assert index(Section("train", 1, row_bytes=0)).row_bytes == 1


def test_borders_are_places_among_the_rows(three):
    assert three.borders(three.rows_of("train")).tolist() == [0, 3, 7]
    assert three.borders(np.array([1, 4, 8])).tolist() == [0, 1, 2, 3]
    assert three.borders(np.array([6])).tolist() == [0, 1]


@pytest.mark.parametrize(
    "rows, expected",
    [
        ([4], [(1, [1])]),
        ([0, 2, 3, 8], [(0, [0, 2]), (1, [0]), (0, [3])]),
        ([7, 8, 0, 1], [(0, [2, 3]), (0, [0, 1])]),  # of another section each
        ([1, 2, 0, 1], [(0, [1, 2]), (0, [0, 1])]),  # a run ends where rows do not ascend
        ([5, 5], [(0, [0]), (0, [0])]),
    ],
)
def test_each_sequence_is_found_in_its_section(three, rows, expected):
    found, last = [], 0
    for begin, end, section, own in three.located(np.array(rows)):
        assert begin == last
        last = end
        found.append((int(section.part == "test"), own.tolist()))
        start = three.starts[three.sections.index(section)]
        assert (own + start).tolist() == rows[begin:end]
    assert last == len(rows) and found == expected


def test_the_fingerprint_is_of_content_parts_and_labels(three):
    whole, parts = three.fingerprint(("train", "test")), ("train", "test")
    assert len(whole) == 16
    other = index(*three.sections, hashes=("0", "changed", "2"))
    assert other.fingerprint(parts) != whole
    assert other.fingerprint(("train",)) == three.fingerprint(("train",)) != whole
    moved = index(Section("test", 3), Section("test", 2), Section("train", 4))
    assert moved.fingerprint(parts) != whole
    labelled = dataclasses.replace(three, labels=Labels(None, "class", 2, ("a", "b")))
    renamed = dataclasses.replace(three, labels=Labels(None, "class", 2, ("a", "c")))
    assert len({whole, labelled.fingerprint(parts), renamed.fingerprint(parts)}) == 3
