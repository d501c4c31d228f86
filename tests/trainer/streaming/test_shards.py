"""Which files are shards, of which part, and which are read piece by piece."""

import pytest

from tests.trainer.streaming.cases import save_npz, save_records
from tf1_rnn.errors import RunError
from tf1_rnn.trainer.readers.source import Source
from tf1_rnn.trainer.streaming import shards


@pytest.fixture
def folder(tmp_path):
    def make(*names):
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.touch()
        return str(tmp_path)

    return make


def parts(path, test_path=None):
    return [(shard.path.rpartition("/")[2], shard.part) for shard in shards.find(path, test_path)]


def test_a_folder_tells_parts_by_names_and_folders(folder):
    path = folder("a-train-1.npz", "test-0.npz", "x.val.npz", "notes.txt", "test/z.npz", "o/no.npz")
    assert parts(path) == [
        ("a-train-1.npz", "train"),
        ("test-0.npz", "test"),
        ("z.npz", "test"),
        ("x.val.npz", "valid"),
    ]
    folder("contest.npz")
    with pytest.raises(RunError, match="contest.npz is not named for training"):
        parts(path)


def test_a_pattern_finds_its_partners(folder):
    path = folder("d-train-0.npz", "d-train-1.npz", "d-test-0.npz", "d-validation-0.npz", "e.npz")
    assert parts(f"{path}/d-train-*.npz") == [
        ("d-train-0.npz", "train"),
        ("d-train-1.npz", "train"),
        ("d-test-0.npz", "test"),
        ("d-validation-0.npz", "valid"),
    ]
    assert parts(f"{path}/e*", f"{path}/d-te*") == [("e.npz", None), ("d-test-0.npz", "test")]
    with pytest.raises(RunError, match="no file matches this pattern"):
        shards.find(f"{path}/*.csv")


def test_all_shards_must_be_there(folder):
    path = folder("a-00000-of-00003.npz", "a-00002-of-00003.npz")
    with pytest.raises(RunError, match="2 of 3 shards, a-00001-of-00003.npz is missing"):
        shards.find(path)


def test_what_is_streamed(tmp_path, monkeypatch):
    save_npz(tmp_path / "n")
    save_records(tmp_path / "r")
    arrays, records, file = tmp_path / "n", tmp_path / "r", tmp_path / "n" / "part-0.npz"

    def streamed(path, stream=None):
        return shards.are_streamed(Source(str(path), stream=stream))

    assert streamed(arrays) and streamed(f"{arrays}/*") and not streamed(arrays, False)
    assert not streamed(records) and streamed(records, True)
    assert not streamed(file) and streamed(file, True)
    monkeypatch.setattr(shards, "STREAMED_FROM", 1000)
    assert streamed(records) and streamed(f"{records}/data*") and not streamed(records, False)


def test_a_folder_of_frames_is_none(tmp_path):
    (tmp_path / "train" / "cat" / "one").mkdir(parents=True)
    (tmp_path / "train" / "cat" / "one" / "0.png").touch()
    assert not shards.are_named_by(str(tmp_path))
