"""An index is read back as it was written, and only where it is the one that is asked for."""

import csv
import dataclasses
import io
import json

import numpy as np
import pytest

from tests.trainer.streaming.cases import save_npz, save_records
from tf1_rnn.errors import RunError
from tf1_rnn.trainer.readers.source import Source
from tf1_rnn.trainer.streaming import kept, shards, surveying


def surveyed(path, folder=None, **flags):
    source = Source(str(path), stream=True, **flags)
    return surveying.survey(shards.find(str(path)), source, True, folder=folder and str(folder))


@pytest.fixture
def written(tmp_path):
    """An index of three shards, its key and the folder that keeps it."""
    save_npz(tmp_path / "d", sizes=(4, 2, 3))
    index, key = surveyed(tmp_path / "d")
    folder = tmp_path / "run"
    folder.mkdir()
    kept.write(str(folder), index, key)
    return index, key, folder


def require_same(one, other):
    for field in dataclasses.fields(one):
        if field.name not in ("sections", "schema", "labels"):
            np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name))
    for name in ("y", "target", "n_classes", "classes"):
        np.testing.assert_array_equal(getattr(one.labels, name), getattr(other.labels, name))


@pytest.mark.parametrize("label", ["kind", "size", "tag"])
def test_an_index_of_records_comes_back(tmp_path, label):
    save_records(tmp_path / "d", sizes=(4, 3))
    how = {"label": label, "features": ("wave",)}
    index, key = surveyed(tmp_path / "d", **how)
    kept.write(str(tmp_path), index, key)
    found = kept.read(str(tmp_path), key, index.sections, index.schema)
    require_same(index, found)
    for one, other in zip(index.sections, found.sections, strict=True):
        np.testing.assert_array_equal(one.places, other.places)
    if label == "tag":
        np.testing.assert_array_equal(found.labels.steps.values, index.labels.steps.values)
        np.testing.assert_array_equal(found.labels.steps.numbers, index.labels.steps.numbers)


@pytest.mark.parametrize("y", [None, lambda c: np.array(["x", "y", "z"])[c], lambda c: c * 0.5])
def test_an_index_of_arrays_comes_back(tmp_path, y):
    save_npz(tmp_path / "d", sizes=(9, 12), y=y)
    index, key = surveyed(tmp_path / "d")
    kept.write(str(tmp_path), index, key)
    require_same(index, kept.read(str(tmp_path), key, index.sections, None))


def test_shards_are_listed(written):
    index, _, folder = written
    rows = list(csv.DictReader((folder / kept.LIST).open()))
    assert [row["sequences"] for row in rows] == ["4", "2", "3"]
    assert [row["hash"] for row in rows] == list(index.hashes)
    assert [row["file"] for row in rows] == [section.path for section in index.sections]


def test_an_index_of_another_key_or_none_is_not_read(written, tmp_path):
    index, key, folder = written
    assert kept.read(str(folder), key, index.sections, None) is not None
    assert kept.read(str(folder), key + " ", index.sections, None) is None
    assert kept.read(None, key, index.sections, None) is None
    assert kept.read(str(tmp_path), key, index.sections, None) is None


def test_the_key_is_of_the_files_and_the_flags(tmp_path):
    save_npz(tmp_path / "d", sizes=(4, 2, 3))

    def key(labels=True, **flags):
        source = Source(str(tmp_path / "d"), **flags)
        return kept.key(shards.find(source.path), source, None, labels)

    first = key()
    assert key() == first
    others = [key(labels=False), key(target="number"), key(label="kind")]
    (tmp_path / "d" / "part-0.npz").touch()
    others.append(key())
    (tmp_path / "d" / "part-1.npz").unlink()
    others.append(key())
    assert len({first, *others}) == 6


def changed(folder, facts=None, **arrays):
    """Change what an index holds; an array that is None is left out."""
    with np.load(folder / kept.NAME) as file:
        found = dict(file)
    known = {**json.loads(str(found.pop("facts"))), **(facts or {})}
    found = {k: v for k, v in {**found, **arrays}.items() if v is not None}
    np.savez(folder / kept.NAME, **{"facts": np.array(json.dumps(known)), **found})


@pytest.mark.parametrize(
    "changes",
    [
        {"starts": np.array([0, 4, 6])},
        {"starts": np.array([0, 4, 6, 8])},
        {"starts": np.array([0, 6, 4, 9])},
        {"starts": np.array([1, 4, 6, 9])},
        {"starts": np.array([0.0, 4, 6, 9])},
        {"starts": np.array(9)},
        {"starts": None},
        {"lengths": np.ones(9)},
        {"lengths": np.ones(8, np.int32)},
        {"lengths": -np.ones(9, np.int32)},
        {"lengths": np.array(["a"] * 9)},
        {"y": None},
        {"y": np.zeros(8, np.int32)},
        {"y": np.array(["a"] * 9)},
        {"facts": {"labels": 3}},
        {"facts": {"labels": ["word", 3, None]}},
        {"facts": {"labels": ["class", "3", None]}},
        {"facts": {"labels": ["class", 3, [1, 2, 3]]}},
        {"facts": {"hashes": ["a"]}},
        {"facts": {"hashes": [1, 2, 3]}},
        {"facts": {"notes": [1]}},
        {"facts": {"notes": None}},
        {"facts": {"step_shape": ["2"]}},
        {"facts": {"has_lengths": "yes"}},
        {"facts": {"is_uint8": 1}},
        {"facts": {"another": 1}},
        {"values": np.zeros(2), "numbers": np.zeros(1)},
    ],
)
def test_an_index_of_another_layout_is_made_anew(written, changes):
    index, key, folder = written
    changed(folder)
    assert kept.read(str(folder), key, index.sections, None) is not None
    changed(folder, **changes)
    assert kept.read(str(folder), key, index.sections, None) is None


@pytest.mark.parametrize("facts", ["", "[1]", "{}", '"text"', "{", "null", "[" * 100_000])
def test_facts_that_are_none(written, facts):
    index, key, folder = written
    np.savez(folder / kept.NAME, facts=np.array(facts))
    assert kept.read(str(folder), key, index.sections, None) is None


@pytest.mark.parametrize("content", [b"", b"damaged", b"PK\x03\x04", b"\x93NUMPY\x01\x00"])
def test_a_damaged_index_is_replaced(written, content):
    index, key, folder = written
    for whole in (False, True):
        path = folder / kept.NAME
        path.write_bytes(path.read_bytes()[:-50] if whole else content)
        assert kept.read(str(folder), key, index.sections, None) is None
        kept.write(str(folder), index, key)
        require_same(index, kept.read(str(folder), key, index.sections, None))


def test_foreign_files_are_not_replaced(written):
    index, key, folder = written
    mine = folder / kept.LIST
    mine.write_text("my own list\n1\n")
    with pytest.raises(RunError, match="shards.csv was not written by this command.*: move it"):
        kept.write(str(folder), index, key)
    assert mine.read_text() == "my own list\n1\n"
    mine.unlink()
    np.savez(folder / kept.NAME, x=np.zeros(3))
    before = (folder / kept.NAME).read_bytes()
    with pytest.raises(RunError, match="index.npz was not written by this command"):
        kept.write(str(folder), index, key)
    assert (folder / kept.NAME).read_bytes() == before and not mine.exists()


def test_a_key_tells_names_parts_and_sizes(tmp_path):
    save_npz(tmp_path / "d", sizes=(4, 2))
    _, key = surveyed(tmp_path / "d")
    sizes = [path.stat().st_size for path in sorted((tmp_path / "d").iterdir())]
    assert kept.listed_in(key) == [["part-0.npz", None, sizes[0]], ["part-1.npz", None, sizes[1]]]


def test_an_index_passes_through_an_open_file(written):
    index, key, _ = written
    file = io.BytesIO()
    kept.save(file, index, key)
    file.seek(0)
    require_same(index, kept.load(file, lambda found: found == key, index.sections, None))
    file.seek(0)
    assert kept.load(file, lambda found: False, index.sections, None) is None
