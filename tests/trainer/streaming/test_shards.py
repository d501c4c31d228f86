"""Which files are shards, and of which part."""

import pytest

from tf1_rnn.errors import RunError
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
    path = folder(
        "b.npz", "a-train-1.npz", "test-0.npz", "x.val.npz", "contest.npz", "notes.txt",
        "test/z.npz", "valid/q.npz", "other/no.npz",
    )  # fmt: skip
    assert parts(path) == [
        ("a-train-1.npz", "train"),
        ("b.npz", None),
        ("contest.npz", None),
        ("test-0.npz", "test"),
        ("x.val.npz", "valid"),
        ("z.npz", "test"),
        ("q.npz", "valid"),
    ]


def test_a_pattern_finds_its_partners(folder):
    path = folder("d-train-0.npz", "d-train-1.npz", "d-test-0.npz", "d-validation-0.npz", "e.npz")
    assert parts(f"{path}/d-train-*.npz") == [
        ("d-train-0.npz", "train"),
        ("d-train-1.npz", "train"),
        ("d-test-0.npz", "test"),
        ("d-validation-0.npz", "valid"),
    ]
    assert parts(f"{path}/e*", f"{path}/d-te*") == [("e.npz", None), ("d-test-0.npz", "test")]


def test_names_of_tensorflows_shards(folder):
    path = folder("a.tfrecord-00000-of-00002", "a.tfrecord-00001-of-00002", "a.tfrecord.gz", "_OK")
    assert len(parts(path)) == 3


def test_what_are_shards(folder):
    path = folder("a.npz")
    assert shards.are_named_by(path) and shards.are_named_by(f"{path}/*.npz")
    assert not shards.are_named_by(f"{path}/a.npz") and not shards.are_named_by(f"{path}/b.npz")
    with pytest.raises(RunError, match="no such shards"):
        shards.find(f"{path}/*.csv")


def test_a_folder_of_frames_is_none(tmp_path):
    (tmp_path / "train" / "cat" / "one").mkdir(parents=True)
    (tmp_path / "train" / "cat" / "one" / "0.png").touch()
    assert not shards.are_named_by(str(tmp_path))
