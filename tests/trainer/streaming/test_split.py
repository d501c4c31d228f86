"""A part of shards is to a run what a part in memory is: the same sequences, cut and padded."""

import numpy as np
import pytest

from tests.trainer.streaming.cases import save_npz, save_records
from tf1_rnn.trainer import datasets
from tf1_rnn.trainer.readers.source import Source
from tf1_rnn.trainer.streaming import shards, surveying
from tf1_rnn.trainer.streaming.split import StreamedSplit


def split_of(path, labels=True, **flags):
    source = Source(str(path), stream=True, **flags)
    index, _ = surveying.survey(shards.find(str(path)), source, labels)
    return StreamedSplit(index, np.arange(len(index)), labels, max(1, int(index.lengths.max())))


def arrays(folder, *shards):
    folder.mkdir()
    for i, more in enumerate(shards):
        np.savez(folder / f"{i}.npz", **more)
    return folder


X = np.random.RandomState(0).randn(6, 5, 2).astype(np.float32)
Y = np.arange(6) % 2


def test_sequences_are_what_was_written(tmp_path):
    x, y, lengths = save_npz(tmp_path / "d", sizes=(6, 7))
    split = split_of(tmp_path / "d")
    assert len(split) == 13 and split.step_shape == (2,)
    np.testing.assert_array_equal(split.y, y)
    np.testing.assert_array_equal(split.lengths, lengths)
    begin = 0
    for batch in split.in_order(5):
        part = slice(begin, begin + len(batch))
        expected = datasets.zero_padding(x[part], lengths[part])[:, : max(1, lengths[part].max())]
        np.testing.assert_array_equal(batch.x, expected)
        np.testing.assert_array_equal(batch.lengths, lengths[part])
        begin += len(batch)
    assert begin == 13


def test_some_of_the_sequences(tmp_path):
    save_npz(tmp_path / "d", sizes=(6, 7))
    whole = split_of(tmp_path / "d")
    some = whole.take(np.array([1, 5, 6, 12]))
    (batch,), (all_of_it,) = some.in_order(9), whole.in_order(20)
    assert len(some) == 4 and some.take(np.array([3])).rows.tolist() == [12]
    np.testing.assert_array_equal(batch.x, all_of_it.x[[1, 5, 6, 12], : batch.x.shape[1]])
    np.testing.assert_array_equal(some.y, whole.y[[1, 5, 6, 12]])
    assert whole.take(np.array([4])).batches(3, 0, 0).__next__().y.tolist() == [whole.y[4]]


@pytest.mark.parametrize("one_width", [False, True])
@pytest.mark.parametrize("steps", [None, Y[:, np.newaxis] * np.ones(5, int)])
def test_sequences_of_one_length_are_cut_to_it(tmp_path, one_width, steps):
    """Shards of one length that are padded to widths of their own."""
    y = Y if steps is None else (np.arange(5) + Y[:, np.newaxis]) % 2
    lengths = np.full(6, 3)
    narrow = y if steps is None else y[:, :4]
    split = split_of(
        arrays(
            tmp_path / "d",
            {"x": X, "y": y, "lengths": lengths},
            {"x": X[:, :4], "y": narrow, "lengths": lengths},
        )
    )
    assert split.lengths is None and split.time_steps == 3
    if one_width:
        split = type(split)(split.index, split.rows, True, 3, one_width=True)
    (batch,) = split.in_order(12)
    np.testing.assert_array_equal(batch.x, np.tile(X[:, :3], (2, 1, 1)))
    assert batch.lengths is None
    np.testing.assert_array_equal(
        batch.y, np.tile(y if steps is None else y[:, :3], 2 if steps is None else (2, 1))
    )


def test_values_after_a_sequence_are_zero(tmp_path):
    x = X.copy()
    x[0, 2:] = np.nan
    split = split_of(arrays(tmp_path / "d", {"x": x, "y": Y, "lengths": [2, 5, 5, 5, 5, 5]}))
    for part in (split, split.standardized(np.ones(2), np.full(2, 2.0))):
        (batch,) = part.in_order(6)
        assert not batch.x[0, 2:].any()
    np.testing.assert_allclose(batch.x[1:], (X[1:] - 1) / 2, rtol=1e-6)


def test_moments_and_counts_are_of_valid_steps(tmp_path):
    lengths = np.array([2, 5, 1, 0, 3, 5])
    y = (np.arange(5) + Y[:, np.newaxis]) % 3
    split = split_of(arrays(tmp_path / "d", {"x": X, "y": y, "lengths": lengths}))
    valid = np.arange(5) < lengths[:, np.newaxis]
    assert split.y is None
    expected = np.bincount(y[valid], minlength=3)
    np.testing.assert_array_equal(split.counts("step classes", 3), expected)
    mean, deviation = datasets.standardize(_dataset(split))[1]
    np.testing.assert_allclose(mean, X[valid].astype(float).mean(0), rtol=1e-6)
    np.testing.assert_allclose(deviation, X[valid].astype(float).std(0), rtol=1e-6)


def _dataset(split):
    return datasets.Dataset("d", split, split, 3)


def test_pixels_are_divided(tmp_path):
    x = np.random.RandomState(0).randint(0, 256, [6, 5, 2]).astype(np.uint8)
    (batch,) = split_of(arrays(tmp_path / "d", {"x": x, "y": Y})).in_order(6)
    np.testing.assert_array_equal(batch.x, x.astype(np.float32) / 255)


def test_without_labels(tmp_path):
    split = split_of(arrays(tmp_path / "d", {"x": X}), labels=False)
    assert split.y is None and next(split.in_order(6)).y is None
    assert len(split.held_out(0.5, 0)) == 3


@pytest.mark.parametrize("label", ["kind", "size", "tag"])
def test_records(tmp_path, label):
    x, y, lengths = save_records(tmp_path / "d", sizes=(6, 5))
    split = split_of(tmp_path / "d", label=label, features=("wave",))
    (batch,) = split.in_order(11)
    np.testing.assert_array_equal(batch.x, datasets.zero_padding(x, lengths)[:, : lengths.max()])
    valid = np.arange(lengths.max()) < lengths[:, np.newaxis]
    expected = {
        "kind": y,
        "size": (y + np.float32(0.5))[:, np.newaxis],
        "tag": np.where(valid, batch.x[..., 0] > 0, 0),
    }[label]
    np.testing.assert_array_equal(batch.y, expected)


def test_an_epoch_goes_on_where_it_was(tmp_path):
    save_npz(tmp_path / "d", sizes=(6, 7))
    split = split_of(tmp_path / "d")
    whole = list(split.batches(4, 1, 2))
    assert sorted(np.concatenate([batch.lengths for batch in whole])) == sorted(split.lengths)
    for done in (0, 2, 4):
        rest = list(split.batches(4, 1, 2, done))
        assert [b.x.tobytes() for b in rest] == [b.x.tobytes() for b in whole[done:]]


@pytest.mark.parametrize("save, flags", [(save_npz, {}), (save_records, {"label": "kind"})])
@pytest.mark.parametrize("workers", [1, 3, 5])
def test_workers_have_the_sequences_of_each_batch(save, flags, workers, tmp_path, monkeypatch):
    save(tmp_path / "d", sizes=(13, 6, 10))
    split, read = split_of(tmp_path / "d", **flags), []
    for section in split.index.sections:
        for name in ("fill", "records"):
            if hasattr(section, name):
                monkeypatch.setattr(section, name, spy(getattr(section, name), read, section.path))
    whole = [described(batch) for batch in split.batches(4, 0, 1, 2)]
    found, files = [[] for _ in whole], []
    for worker in range(workers):
        read.clear()
        for part, share in zip(found, split.share(4, 0, 1, 2, worker, workers), strict=True):
            part.extend(described(share) if share else [])
        files.append(set(read))
    assert [sorted(part) for part in found] == [sorted(batch) for batch in whole]
    if workers == 3:  # as many as shards: each reads one and no other
        assert sorted(map(sorted, files)) == [[section.path] for section in split.index.sections]


def spy(function, calls, path):
    def spied(*arguments):
        calls.append(path)
        return function(*arguments)

    return spied


def described(batch):
    """Return the valid steps and the label of each sequence, as texts."""
    return [
        repr((x[:length].tolist(), int(y)))
        for x, length, y in zip(batch.x, batch.lengths, batch.y, strict=True)
    ]
