"""Shards of both formats give the sequences that were written, in batches; faults are one line."""

import numpy as np
import pytest

from tests.trainer.streaming.cases import save_npz, save_records, sequences
from tf1_rnn.errors import RunError
from tf1_rnn.trainer import datasets, dividing, loading
from tf1_rnn.trainer.readers.source import Source
from tf1_rnn.trainer.streaming import blocks


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Let an epoch of a few sequences have several blocks and windows."""
    from tf1_rnn.trainer.streaming import split

    monkeypatch.setattr(split, "BLOCK", 500)
    monkeypatch.setattr(split, "BUFFER", 4000)
    monkeypatch.setattr(blocks.batches_of, "__defaults__", (700,))


def load(path, **more):
    how = {key: more.pop(key) for key in ("parts", "labels", "trained") if key in more}
    return loading.load(Source(str(path), stream=True, **more), **how)


def joined(batches):
    """Return x (padded to 12 steps), lengths and y of batches in their order."""
    batches = list(batches)
    x = np.concatenate(
        [np.pad(batch.x, [(0, 0), (0, 12 - batch.x.shape[1]), (0, 0)]) for batch in batches]
    )
    y = None if batches[0].y is None else np.concatenate([batch.y for batch in batches])
    return x, np.concatenate([batch.lengths for batch in batches]), y


def ordered(x, *others):
    """Return arrays in the order of the sequences' values."""
    # Empty sequences are told apart by the rest.
    place = np.lexsort([*others, *x.reshape(len(x), -1).T])
    return [x[place], *(array[place] for array in others)]


def parts_of(data):
    return [data.train, data.test] + ([data.valid] if data.valid else [])


@pytest.mark.parametrize("kind", ["npz", "records"])
@pytest.mark.parametrize("compressed", [(), (1,)])
def test_every_sequence_is_read_as_it_was_written(tmp_path, kind, compressed):
    if kind == "npz":
        x, y, lengths = save_npz(tmp_path / "d", compressed=compressed)
        data = load(tmp_path / "d")
    else:
        x, y, lengths = save_records(tmp_path / "d", compressed=compressed)
        data = load(tmp_path / "d", label="kind", features=("wave",))
        assert data.classes == ("a", "b", "c") and data.features == ("wave",)
    x = datasets.zero_padding(x, lengths)
    found = [joined(part.in_order(7)) for part in parts_of(data)]
    found = [np.concatenate(arrays) for arrays in zip(*found, strict=True)]
    for one, other in zip(ordered(*found), ordered(x, lengths, y), strict=True):
        np.testing.assert_array_equal(one, other)
    assert (data.time_steps, data.step_shape, data.n_classes) == (12, (2,), 3)
    assert data.fed_time_steps is None and data.padded().fed_time_steps == 12


@pytest.mark.parametrize("kind", ["npz", "records"])
def test_an_epoch_has_every_training_sequence_once_and_goes_on_anywhere(tmp_path, kind):
    save_npz(tmp_path / "d") if kind == "npz" else save_records(tmp_path / "d", compressed=(2,))
    more = {} if kind == "npz" else {"label": "kind", "features": ("wave",)}
    train = load(tmp_path / "d", **more).train
    batches = list(train.batches(8, 0, 3))
    assert len(batches) == 9 and [len(batch) for batch in batches[:-1]] == [8] * 8
    for one, other in zip(
        ordered(*joined(batches)), ordered(*joined(train.in_order(100))), strict=True
    ):
        np.testing.assert_array_equal(one, other)
    for done in (1, 4, 8):
        rest = list(train.batches(8, 0, 3, done))
        assert len(rest) == 9 - done
        for one, other in zip(rest, batches[done:], strict=True):
            for name in ("x", "y", "lengths"):
                assert getattr(one, name).tobytes() == getattr(other, name).tobytes()
    another = next(train.batches(8, 0, 4))
    assert another.x.shape != batches[0].x.shape or (another.x != batches[0].x).any()


def test_a_batch_is_as_long_as_its_longest_sequence(tmp_path):
    save_npz(tmp_path / "d")
    data = load(tmp_path / "d")
    widths = set()
    for batch in data.train.batches(8, 0, 0):
        assert batch.x.shape[1] == max(1, batch.lengths.max())
        widths.add(batch.x.shape[1])
    assert len(widths) > 1
    assert {batch.x.shape[1] for batch in data.padded().train.batches(8, 0, 0)} == {12}


def test_sets_are_divided_as_those_in_memory(tmp_path):
    _, y, lengths = save_npz(tmp_path / "d")
    data = load(tmp_path / "d")
    chosen = dividing.held_out(y, lengths, loading.TEST_FRACTION, loading.TEST_SEED)
    np.testing.assert_array_equal(data.test.y, y[chosen])
    held = dividing.with_validation(data, 0.1, 3)
    rest = np.delete(y, chosen)
    np.testing.assert_array_equal(held.valid.y, rest[dividing.held_out(rest, None, 0.1, 3)])
    assert len(held.train) + len(held.valid) == len(rest)


def test_parts_by_name(tmp_path):
    save_npz(tmp_path / "d", (30, 10), "train-{}.npz")
    (tmp_path / "d" / "train-1.npz").rename(tmp_path / "d" / "test-0.npz")
    data = load(tmp_path / "d")
    assert (len(data.train), len(data.test)) == (30, 10)
    assert len(load(tmp_path / "d", parts=("test",)).test) == 10
    both = tmp_path / "both"
    both.mkdir()
    x, y, _ = sequences(9)
    for i in range(2):
        np.savez(both / f"{i}.npz", x_train=x[:6], y_train=y[:6], x_test=x[6:], y_test=y[6:])
    data = load(both)
    assert (len(data.train), len(data.test)) == (12, 6) and data.train.lengths is None
    np.testing.assert_array_equal(next(data.test.in_order(3)).x, x[6:])


def test_the_file_of_the_training_is_tested_where_it_was_held_out(tmp_path):
    save_npz(tmp_path / "d")
    data = load(tmp_path / "d")
    trained = loading.Trained("class", data.classes, None, data.fingerprint(), 3)
    again = load(tmp_path / "d", parts=("test",), trained=trained)
    np.testing.assert_array_equal(again.test.rows, data.test.rows)
    assert any("held out" in note for note in again.notes)
    assert len(load(tmp_path / "d", parts=("test",), labels=False, trained=trained).test) == 90


def test_the_fingerprint_is_that_of_the_content(tmp_path):
    save_npz(tmp_path / "a")
    save_npz(tmp_path / "b", compressed=(0, 1, 2), names="other-{}.npz")
    save_npz(tmp_path / "c", seed=1)
    a, b, c = (load(tmp_path / name).fingerprint() for name in "abc")
    assert a == b != c


def test_pixels_are_scaled_and_statistics_are_those_of_the_training_set(tmp_path):
    x = np.random.RandomState(0).randint(0, 256, [40, 3, 2]).astype(np.uint8)
    (tmp_path / "d").mkdir()
    for i in range(2):
        part = slice(20 * i, 20 * i + 20)
        np.savez(tmp_path / "d" / f"{i}.npz", x=x[part], y=np.arange(20) % 2)
    data = load(tmp_path / "d")
    train = np.concatenate([batch.x for batch in data.train.in_order(9)])
    np.testing.assert_array_equal(train, x[data.train.rows].astype(np.float32) / 255)
    standard, (mean, deviation) = datasets.standardize(data)
    flat = train.reshape(-1, 2).astype(np.float64)
    np.testing.assert_allclose(mean, flat.mean(0), rtol=1e-12)
    np.testing.assert_allclose(deviation, flat.std(0), rtol=1e-12)
    found = np.concatenate([batch.x for batch in standard.train.in_order(9)]).reshape(-1, 2)
    np.testing.assert_allclose(found.mean(0), 0, atol=1e-6)
    np.testing.assert_allclose(found.std(0), 1, atol=1e-6)


def test_standardized_padding_stays_zero(tmp_path):
    save_npz(tmp_path / "d")
    standard, _ = datasets.standardize(load(tmp_path / "d"))
    for batch in standard.train.batches(8, 0, 0):
        assert not batch.x[~batch.is_valid()].any()


def step_classes(classes):
    return (np.arange(12) + classes[:, None]) % 3


@pytest.mark.parametrize(
    "y, target, n_classes, classes",
    [
        (lambda c: np.array(["one", "two", "three"])[c], "class", 3, ("one", "three", "two")),
        (lambda c: np.eye(4)[c], "class", 4, None),
        (lambda c: c[:, None] * 1.0, "class", 3, None),
        (lambda c: c * 0.5, "number", None, None),
        (lambda c: np.stack([c, c * 0.5], 1), "number", None, None),
        (step_classes, "step classes", 3, None),
        (lambda c: np.array(["a", "bc"])[step_classes(c) % 2], "step classes", 2, ("a", "bc")),
        (lambda c: np.eye(5)[step_classes(c)], "step classes", 5, None),
        (lambda c: step_classes(c)[..., None], "step classes", 3, None),
    ],
)
def test_labels_are_those_of_one_file(tmp_path, y, target, n_classes, classes):
    x, labels, lengths = save_npz(tmp_path / "d", y=y)
    data = load(tmp_path / "d")
    assert (data.target, data.n_classes, data.classes) == (target, n_classes, classes)
    np.savez(
        tmp_path / "one.npz",
        **{"x_train": x, "y_train": labels, "lengths_train": lengths},
        **{"x_test": x, "y_test": labels, "lengths_test": lengths},
    )
    expected = loading.load(str(tmp_path / "one.npz"))
    assert (expected.target, expected.n_classes, expected.classes) == (target, n_classes, classes)
    for part in parts_of(data):
        begin = 0
        for batch in part.in_order(10):
            rows = part.rows[begin : begin + 10]
            y = expected.train.y[rows]
            y = y[:, : batch.x.shape[1]] if target == "step classes" else y
            np.testing.assert_array_equal(batch.y, y)
            begin += 10
        if target != "number":
            whole = expected.train.take(part.rows)
            counts = part.counts(target, n_classes), whole.counts(target, n_classes)
            np.testing.assert_array_equal(*counts)


def test_labels_of_steps_and_numbers_in_records(tmp_path):
    x, y, lengths = save_records(tmp_path / "d")
    data = load(tmp_path / "d", label="tag", features=("wave",))
    assert (data.target, data.classes) == ("step classes", ("down", "up"))
    for batch in data.train.batches(8, 0, 0):
        np.testing.assert_array_equal(batch.y, np.where(batch.is_valid(), batch.x[..., 0] > 0, 0))
    data = load(tmp_path / "d", label="size", features=("wave",))
    assert data.target == "number" and data.n_outputs == 1
    found = np.concatenate([batch.y for batch in data.test.in_order(8)])
    np.testing.assert_array_equal(found[:, 0], y[data.test.rows] + np.float32(0.5))


def frames(tmp_path, **changes):
    x = np.random.RandomState(0).rand(10, 3, 4, 4).astype(np.float32)
    arrays = {"x": x, "y": np.arange(10) % 2, **changes}
    np.savez(tmp_path / f"{len(list(tmp_path.iterdir()))}.npz", **arrays)
    return x


def test_frames(tmp_path):
    x = frames(tmp_path)
    frames(tmp_path)
    data = load(tmp_path)
    assert data.step_shape == (4, 4, 1) and data.fed_time_steps == 3
    np.testing.assert_array_equal(next(data.train.in_order(1)).x[0, ..., 0], x[data.train.rows[0]])


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"x": np.zeros([10, 3, 5, 4])}, r"1.npz: x has steps of shape \(5, 4, 1\), the first"),
        ({"x": np.full([10, 3, 4, 4], np.nan)}, "1.npz: x holds NaN"),
        ({"x": np.zeros([10, 3, 4, 4], np.uint8)}, "1.npz: x is uint8, in .*0.npz float32"),
        ({"y": np.zeros([10, 3])}, "1.npz: y has shape .* the same layout as in the first"),
        ({"y": np.zeros(9)}, r"1.npz: y has shape \(9,\)"),
        ({"lengths": np.full(10, 4)}, "1.npz: lengths holds 4 at 0; expected 0 to 3"),
        ({"y": np.array([None] * 10)}, "1.npz: y is pickled"),
        ({"x": np.array(["a"] * 10)}, "1.npz: x holds <U1; expected numbers"),
    ],
)
def test_shards_that_do_not_fit_are_named(tmp_path, changes, words):
    frames(tmp_path)
    frames(tmp_path, **changes)
    with pytest.raises(RunError, match=words) as caught:
        load(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_shard_of_nothing_known_and_one_without_labels(tmp_path):
    frames(tmp_path)
    np.savez(tmp_path / "1.npz", a=np.zeros(3))
    with pytest.raises(RunError, match="1.npz: no x in it; found a; expected x, y"):
        load(tmp_path)
    np.savez(tmp_path / "1.npz", x=np.zeros([3, 3, 4, 4], np.float32))
    with pytest.raises(RunError, match="1.npz: has no y"):
        load(tmp_path)
    assert len(load(tmp_path, parts=("test",), labels=False).test) == 13


def test_damaged_and_truncated_shards(tmp_path):
    frames(tmp_path)
    frames(tmp_path)
    whole = (tmp_path / "1.npz").read_bytes()
    (tmp_path / "1.npz").write_bytes(whole[:-100])
    with pytest.raises(RunError, match="1.npz: damaged .npz file"):
        load(tmp_path)
    save_records(tmp_path / "d")
    last = sorted((tmp_path / "d").iterdir())[-1]
    last.write_bytes(last.read_bytes()[:-5])
    with pytest.raises(RunError, match="00002-of-00003: damaged TFRecords"):
        load(tmp_path / "d", label="kind")


def wider(number, example):
    if number == 50:
        example.feature_lists.feature_list["wave"].feature[1].float_list.value.append(1)


def without_label(number, example):
    if number == 50:
        del example.context.feature["kind"]


def infinite(number, example):
    if number == 50:
        example.feature_lists.feature_list["wave"].feature[0].float_list.value[0] = np.inf


@pytest.mark.parametrize(
    "spoil, words",
    [
        (wider, "record 11 has steps of different sizes in wave"),
        (without_label, "record 11 has 0 values of the label kind"),
        (infinite, "x holds NaN, infinity"),
    ],
)
def test_a_record_that_differs_is_named(tmp_path, spoil, words):
    save_records(tmp_path / "d", spoil=spoil)
    with pytest.raises(RunError, match=f"00001-of-00003: {words}"):
        load(tmp_path / "d", label="kind", features=("wave",))


def test_a_shard_that_changes_while_it_is_read(tmp_path):
    save_npz(tmp_path / "d")
    data = load(tmp_path / "d")
    for path in (tmp_path / "d").iterdir():
        path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(RunError, match="part-.*npz: was changed since this run began"):
        list(data.train.batches(8, 0, 0))
