"""The first pass over shards: what it finds, and what it refuses with the shard's name."""

import numpy as np
import pytest

from tests.trainer.streaming.cases import save_npz, save_records
from tf1_rnn.errors import RunError
from tf1_rnn.trainer.readers.source import Source
from tf1_rnn.trainer.streaming import kept, surveying
from tf1_rnn.trainer.streaming.shards import Shard

X = np.random.RandomState(0).randn(5, 4, 2).astype(np.float32)
Y = np.arange(5) % 2


def survey(folder, labels=True, keeper=None, parts=None, **flags):
    paths = sorted(map(str, folder.iterdir()))
    shards = [Shard(path, part) for path, part in zip(paths, parts or [None] * 9, strict=False)]
    return surveying.survey(shards, Source(str(folder), **flags), labels, folder=keeper)[0]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "d").mkdir()
    return tmp_path / "d"


def save(folder, *shards):
    for i, arrays in enumerate(shards):
        np.savez(folder / f"{i}.npz", **{"x": X, "y": Y, **arrays})
    return folder


def test_what_is_known_of_arrays(folder):
    save(folder, {}, {"x": X[:, :3], "lengths": [3, 0, 1, 2, 3]}, {"x": X[:1], "y": Y[:1]})
    index = survey(folder, parts=[None, "test", "valid"])
    assert index.starts.tolist() == [0, 5, 10, 11]
    assert index.lengths.tolist() == [4] * 5 + [3, 0, 1, 2, 3] + [4]
    assert index.has_lengths and index.step_shape == (2,) and not index.is_uint8
    assert [section.part for section in index.sections] == ["train", "test", "valid"]
    assert index.labels.y.tolist() == [*Y, *Y, 0] and index.schema is None
    assert len(set(index.hashes)) == 3


def test_labels_that_are_not_wanted_need_not_be_there(folder):
    np.savez(folder / "0.npz", x=X)
    assert survey(folder, labels=False).labels is None
    with pytest.raises(RunError, match="0.npz: has no y; expected labels as well as x"):
        survey(folder)


def test_pixels_and_values_out_of_scale(folder):
    pixels = survey(save(folder, {"x": (X * 20).astype(np.uint8)}))
    assert pixels.is_uint8 and pixels.notes == ("uint8 divided by 255",)
    assert not survey(save(folder, {})).out_of_scale
    assert survey(save(folder, {"x": X * 1e6})).out_of_scale


def test_values_after_a_sequence_are_ignored(folder):
    x = X.copy()
    x[0, 2:] = np.nan
    index = survey(save(folder, {"x": x, "lengths": [2, 4, 4, 4, 4]}))
    assert index.lengths[0] == 2
    with pytest.raises(RunError, match="x holds NaN"):
        survey(save(folder, {"x": x, "lengths": [3, 4, 4, 4, 4]}))


def test_the_hash_depends_only_on_content(tmp_path):
    for name, arrays in (("a", {}), ("b", {}), ("c", {"y": 1 - Y}), ("e", {"lengths": [4] * 5})):
        (tmp_path / name).mkdir()
        save(tmp_path / name, arrays)
    np.savez_compressed(tmp_path / "b" / "0.npz", x=X, y=Y)
    a, b, c, e = (survey(tmp_path / name).hashes for name in "abce")
    assert a == b and len({a, c, e}) == 3


@pytest.mark.parametrize(
    "arrays, words",
    [
        ({"x": X[:0], "y": Y[:0]}, "holds no sequences"),
        ({"x": X[..., :1]}, r"x has steps of shape \(1,\), the first shard of \(2,\)"),
        ({"x": X.astype(np.uint8)}, "x is uint8, in .*0.npz float32: uint8 is scaled"),
        ({"x": X.astype(float) * 1e300}, "x holds NaN, infinity or what float32 cannot hold"),
        ({"lengths": [5, 1, 1, 1, 1]}, "lengths holds 5 at 0; expected 0 to 4"),
        ({"lengths": [-1, 1, 1, 1, 1]}, "lengths holds -1 at 0"),
        ({"lengths": np.array(["a"] * 5)}, "lengths holds <U1; expected numbers"),
        ({"lengths": np.full([5, 2], 1)}, r"lengths has shape \(5, 2\)"),
        ({"lengths": [0.5, 1, 1, 1, 1]}, "lengths"),
        ({"y": np.array(["a"] * 5)}, "y has shape .*the same layout as in the first shard"),
    ],
)
def test_what_is_wrong_begins_with_the_shard(folder, arrays, words):
    save(folder, {}, arrays)
    with pytest.raises(RunError, match=f"1.npz: {words}") as caught:
        survey(folder)
    assert "\n" not in str(caught.value)


def test_empty_sequences_alone_are_no_data(folder):
    with pytest.raises(RunError, match="every sequence is empty"):
        survey(save(folder, {"lengths": [0] * 5}))


def test_shards_of_one_format(folder):
    save_records(folder, sizes=(5,))
    save_npz(folder, sizes=(5,))
    with pytest.raises(RunError, match="part-0.npz: has another format than"):
        survey(folder, label="kind")


def test_a_format_that_is_no_shard(folder):
    (folder / "a.csv").write_text("a,b\n1,2\n")
    with pytest.raises(RunError, match="a.csv: .*expected shards in .npz or TFRecords"):
        survey(folder)


def test_a_kept_index_saves_the_pass(folder, tmp_path, monkeypatch):
    save(folder, {}, {})
    source, shards = Source(str(folder)), [Shard(str(folder / f"{i}.npz"), None) for i in range(2)]
    index, key = surveying.survey(shards, source, True)
    kept.write(str(tmp_path), index, key)
    monkeypatch.setattr(surveying._Surveyor, "add", None)
    again, known = surveying.survey(shards, source, True, folder=str(tmp_path))
    assert known == key and again.hashes == index.hashes
    assert [section.part for section in again.sections] == ["train", "train"]
    (folder / "1.npz").touch()
    with pytest.raises(TypeError):
        surveying.survey(shards, source, True, folder=str(tmp_path))
