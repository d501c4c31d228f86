"""An `.npz` shard gives its rows from where they lie, and refuses what it cannot be."""

import zipfile

import numpy as np
import pytest

from tests.trainer.streaming.cases import save_npz
from tf1_rnn.errors import RunError
from tf1_rnn.trainer.streaming import npz_shards
from tf1_rnn.trainer.streaming.npz_shards import sections

X = np.random.RandomState(0).randn(7, 4, 3).astype(np.float32)
Y = np.arange(7)


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "a.npz")


def section(path, save=np.savez, **arrays):
    save(path, **{"x": X, "y": Y, **arrays})
    (only,) = sections(path, "train")
    return only


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("order", "CF")
def test_blocks_are_the_arrays(path, save, order, monkeypatch):
    monkeypatch.setattr(npz_shards.batches_of, "__defaults__", (150,))
    one = section(path, save, x=np.asarray(X, order=order), lengths=Y % 5)
    assert (len(one), one.time_steps, one.dtype, one.part) == (7, 4, np.float32, "train")
    assert one.is_whole == (save is np.savez_compressed or order == "F")
    found = list(one.blocks())
    assert len(found) > 1
    np.testing.assert_array_equal(np.concatenate([block.x for block in found]), X)
    np.testing.assert_array_equal(np.concatenate([block.y for block in found]), Y)
    np.testing.assert_array_equal(np.concatenate([block.lengths for block in found]), Y % 5)


@pytest.mark.parametrize("small", [0, 2**12])  # read row by row, or what lies between too
@pytest.mark.parametrize("rows", [[0], [6], [0, 1, 2, 5], [1, 3, 6], list(range(7))])
def test_rows_are_filled_in(path, rows, small, monkeypatch):
    monkeypatch.setattr(npz_shards, "SMALL_ROW", small)
    one, rows = section(path), np.array(rows)
    x = np.full([len(rows), 4, 3], 9, np.float32)
    one.fill(x, rows)
    np.testing.assert_array_equal(x, X[rows])
    np.testing.assert_array_equal(one.labels(rows), rows)


@pytest.mark.parametrize("dtype", [">f4", "f8", "i2", "f4"])
def test_values_of_any_type_and_zeros_after_them(path, dtype):
    values = (X * 50).astype(dtype)
    one, x = section(path, x=values), np.full([2, 6, 3], 9, np.float32)
    one.fill(x, np.array([2, 4]))
    np.testing.assert_array_equal(x[:, :4], values[[2, 4]].astype(np.float32))
    assert not x[:, 4:].any()


def test_a_step_of_one_number_has_an_axis_of_its_own(path):
    one = section(path, x=X[..., 0])
    assert next(one.blocks()).x.shape == (7, 4, 1)
    x = np.empty([1, 4, 1], np.float32)
    one.fill(x, np.array([3]))
    np.testing.assert_array_equal(x[0, :, 0], X[3, :, 0])


def test_a_shard_of_one_sequence_and_one_of_none(path):
    assert next(section(path, x=X[:1], y=Y[:1]).blocks()).x.shape == (1, 4, 3)
    empty = section(path, x=X[:0], y=Y[:0])
    assert len(empty) == 0 and list(empty.blocks()) == []


def test_arrays_tell_their_part(path):
    np.savez(path, x_train=X, y_train=Y, x_test=X[:2], y_test=Y[:2])
    found = sections(path, "valid")
    assert [(one.part, len(one)) for one in found] == [("train", 7), ("test", 2)]
    np.savez(path, x=X)
    assert [one.part for one in sections(path, None)] == [None]


@pytest.mark.parametrize(
    "arrays, words",
    [
        ({"a": X}, "no x in it; found a; expected x, y"),
        ({}, "no x in it; found nothing"),
        ({"y_test": Y}, "x_test is missing; found y"),
        ({"x": X, "y": Y[:6]}, r"y has shape \(6,\), x \(7, 4, 3\)"),
        ({"x": X, "lengths": 3}, r"lengths has shape \(\)"),
        ({"x": np.float32(3)}, r"x has shape \(\)"),
        ({"x": X[:, 0, 0]}, r"x has shape \(7,\); expected \[n, time_steps, length\]"),
        ({"x": X[:, :0]}, r"x has shape \(7, 0, 3\)"),
        ({"x": np.zeros([2] * 6)}, r"x has shape \(2, 2, 2, 2, 2, 2\)"),
        ({"x": X.astype(complex)}, "x holds complex64|x holds complex128"),
        ({"x": X.astype(str)}, "x holds <U"),
        ({"x": X, "y": np.array([None] * 7)}, "y is pickled, which is never loaded"),
    ],
)
def test_a_layout_that_is_none_is_one_line(path, arrays, words):
    np.savez(path, **arrays)
    with pytest.raises(RunError, match=words) as caught:
        sections(path, None)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"x" * 500])
def test_what_is_no_archive(path, content):
    with open(path, "wb") as file:
        file.write(content)
    with pytest.raises(RunError, match="damaged .npz file"):
        sections(path, None)


def test_a_member_that_is_not_as_long_as_it_says(path):
    np.savez(path, y=Y)
    with zipfile.ZipFile(path, "a") as archive:
        with archive.open("x.npy", "w") as member:
            header = {"descr": "<f4", "fortran_order": False, "shape": (7, 4, 3)}
            np.lib.format.write_array_header_1_0(member, header)
            member.write(b"12345678")
    with pytest.raises(RunError, match=r"x.npy is not as long as its header says"):
        sections(path, None)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_a_bit_that_flipped_is_found(path, save):
    # More than is read to see what it is.
    save(path, x=np.random.RandomState(0).randn(7, 90, 30), y=Y)
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo("x.npy")
        place = entry.header_offset + 30 + len("x.npy") + entry.compress_size - 5
    with open(path, "r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ 1]))
    (one,) = sections(path, None)
    with pytest.raises(RunError, match="damaged .npz file"):
        list(one.blocks())


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_a_shard_that_was_replaced_is_not_read(path, save):
    one, x = section(path, save), np.empty([1, 4, 3], np.float32)
    save(path, x=X[:2] + 1, y=Y[:2])
    with pytest.raises(RunError, match="was changed since this run began to read it"):
        one.fill(x, np.array([5]))


def test_a_shard_that_is_gone(path, tmp_path):
    one = section(path)
    (tmp_path / "a.npz").unlink()
    with pytest.raises(RunError, match="cannot be read: No such file"):
        one.labels(np.array([0]))
    with pytest.raises(RunError, match="cannot be read: No such file"):
        sections(path, None)


def test_a_compressed_shard_must_be_small(tmp_path, monkeypatch):
    monkeypatch.setattr(npz_shards, "LARGEST_WHOLE", 1000)
    save_npz(tmp_path / "d", compressed=(1,))
    assert sections(str(tmp_path / "d" / "part-0.npz"), None)
    with pytest.raises(RunError, match="is compressed and larger than"):
        sections(str(tmp_path / "d" / "part-1.npz"), None)
