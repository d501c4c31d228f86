"""From a file to checked data, and every way in which a user's file can be wrong."""

import io

import numpy as np
import pytest

from tests.trainer.arrays import replaced, sequences
from tf1_rnn.errors import RunError
from tf1_rnn.trainer import loading


def test_a_good_file(save):
    data = loading.load(save())
    assert data.n_classes == 3 and data.time_steps == 5 and data.step_shape == (3,)
    assert data.train.x.dtype == np.float32 and data.train.lengths.dtype == np.int32
    np.testing.assert_array_equal(data.test.y, [2, 1, 0, 0])


def test_labels_may_be_one_hot_and_whole_floats(save):
    one_hot = loading.load(
        save(y_train=np.eye(4)[[0, 1, 2, 0, 1, 2]], y_test=np.eye(4, dtype=bool)[[2, 1, 0, 0]])
    )
    assert one_hot.n_classes == 4
    np.testing.assert_array_equal(one_hot.train.y, [0, 1, 2, 0, 1, 2])
    columns = loading.load(save(y_train=np.array([[0.0], [1], [2], [0], [1], [2]])))
    np.testing.assert_array_equal(columns.train.y, [0, 1, 2, 0, 1, 2])


def test_values_after_a_sequence_are_never_read(save):
    junk = sequences()["x_train"].copy()
    for row, length in zip(junk, sequences()["lengths_train"], strict=True):
        row[length:] = np.nan
    data, clean = loading.load(save(x_train=junk)), loading.load(save())
    np.testing.assert_array_equal(data.train.x, clean.train.x)
    assert not data.train.x[5].any()


def test_shorter_half_is_padded_and_gets_lengths(save):
    data = loading.load(save(x_test=np.ones([4, 2, 3]), lengths_train=None, lengths_test=None))
    assert data.test.x.shape == (4, 5, 3) and not data.test.x[:, 2:].any()
    assert list(data.test.lengths) == [2] * 4 and list(data.train.lengths) == [5] * 6


def test_types_and_ranks(save):
    image = np.full([6, 5, 3], 255, np.uint8)
    data = loading.load(save(x_train=image, x_test=image[:4]))
    assert data.train.x[0].max() == 1 and "uint8 divided by 255" in data.notes
    flat = loading.load(save(x_train=np.ones([6, 5], int), x_test=np.ones([4, 5], int)))
    assert flat.train.x.shape == (6, 5, 1)
    frames = loading.load(save(x_train=np.ones([6, 5, 4, 3]), x_test=np.ones([4, 5, 4, 3])))
    assert frames.step_shape == (4, 3, 1)


def test_notes_tell_the_scale_and_what_is_not_used(save):
    data = loading.load(save(x_train=sequences()["x_train"] * 500, names=np.ones(3)))
    assert "used unchanged" in data.notes[0] and "not used: names" in data.notes
    assert data.out_of_scale and not loading.load(save()).out_of_scale


def test_one_feature_out_of_scale_is_told(save):
    told = [
        loading.load(save(x_train=sequences()["x_train"] * scale)).out_of_scale
        for scale in ([1, 1, 1], [1, 1, 100], [1e-4, 1e-4, 1e-4], [1, 1e-4, 1e-4])
    ]
    assert told == [False, True, True, False]


def test_padding_without_lengths_is_told(save):
    padded = sequences()["x_train"].copy()
    padded[:3, 3:] = 0
    none = {"lengths_train": None, "lengths_test": None}
    notes = loading.load(save(x_train=padded, **none)).notes
    assert "3 of 6 sequences end in zeros" in notes[1] and "lengths_train" in notes[1]
    padded[0, 4] = 1
    assert len(loading.load(save(x_train=padded, **none)).notes) == 1
    assert len(loading.load(save(x_train=padded)).notes) == 1


def test_classes_without_a_sample_are_told(save):
    counted_from_1 = {"y_train": sequences()["y_train"] + 1, "y_test": sequences()["y_test"] + 1}
    data = loading.load(save(**counted_from_1))
    assert data.n_classes == 4 and "no training sample of class 0:" in data.notes[1]
    rows = {name: np.eye(9)[y] for name, y in counted_from_1.items()}
    assert "class 0, 4, 5, 6, 7, ...:" in loading.load(save(**rows)).notes[1]


@pytest.mark.parametrize(
    "parts, labels, names",
    [(("test",), True, ("x_test", "y_test")), (("test",), False, ("x_test",))],
)
def test_a_trained_model_needs_only_the_test_half(tmp_path, parts, labels, names):
    path = tmp_path / "data.npz"
    np.savez(path, **{name: sequences()[name] for name in names})
    data = loading.load(str(path), parts, labels)
    assert data.train is None and data.n_classes is None and len(data.test) == 4
    assert (data.test.y is None) == (not labels)


X, Y = sequences()["x_train"], sequences()["y_train"]


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"x_train": None, "y_test": None}, "no x_train, y_test in it; found y_train, x_test"),
        ({"lengths_test": None}, "lengths_train without lengths_test; give"),
        (
            {"x_train": replaced(X, (0, 1, 2), np.nan)},
            "x_train[0, 1, 2] is nan (NaN, infinite or beyond float32: 1 value); expected",
        ),
        ({"x_train": replaced(X, (0, 1, 2), np.inf)}, "x_train[0, 1, 2] is inf (NaN"),
        (
            {"x_train": replaced(X, (0, 1), np.nan), "lengths_train": None, "lengths_test": None},
            "leave out the samples without np.isfinite(np.float32(x_train)).all((1, 2))",
        ),
        (
            {
                "x_train": replaced(X, (0, slice(3, None)), np.nan),
                "lengths_train": None,
                "lengths_test": None,
            },
            "if that is padding, give lengths_train and lengths_test",
        ),
        ({"x_train": replaced(X, (0, 1, 2), 1e300)}, "x_train[0, 1, 2] is 1e+300 (NaN"),
        ({"x_train": X.astype(str)}, "expected numbers"),
        ({"x_train": X.astype(complex)}, "expected numbers"),
        ({"x_train": X[:0], "y_train": Y[:0], "lengths_train": Y[:0]}, "no samples"),
        ({"x_train": X[:, :0]}, "samples of nothing"),
        ({"x_train": X[:, 0, 0]}, "expected [n, time_steps, length]"),
        ({"x_train": X[..., :2]}, "expected the same"),
        ({"x_train": X.astype(np.uint8)}, "expected one type"),
        ({"y_train": Y[:5]}, "shape (5,); expected (6,)"),
        ({"y_train": np.eye(3)[Y][:5]}, "5 rows; expected 6"),
        ({"y_train": Y - 1}, "the label -1; expected classes from 0: number the labels, as numpy"),
        ({"y_train": Y * 0}, "a single class"),
        ({"y_train": Y * 5000}, "number the labels"),
        ({"y_test": np.array([0, 1, 0.5, 2])}, "y_test holds fractional numbers"),
        ({"y_train": np.where(Y > 0, Y, np.nan)}, "y_train[0] is nan (NaN, infinite or"),
        ({"y_train": np.where(Y > 0, Y, np.inf)}, "y_train[0] is inf (NaN"),
        ({"y_train": Y.astype(np.uint64) + 2**63}, "holds 9223372036854775810; expected small"),
        ({"y_train": np.array(list("abcabc"))}, "not both text or both numbers"),
        ({"y_train": Y.astype(complex)}, "expected numbers or text: number the labels, as numpy"),
        (
            {"lengths_train": np.full(6, np.inf)},
            "lengths_train[0] is inf (NaN, infinite or beyond float32: 6 values)",
        ),
        ({"lengths_train": np.zeros(6)}, "every sequence is empty"),
        ({"lengths_test": np.zeros(4, int)}, "lengths_test holds only zeros"),
        ({"lengths_train": np.full(6, 2**64 - 1, np.uint64)}, "expected small whole numbers"),
        ({"x_valid": X}, "no y_valid in it"),
        ({"x_valid": X, "y_valid": Y}, "lengths_train without lengths_valid"),
        ({"y_train": np.eye(3)[Y] * 2}, "not one-hot"),
        ({"y_train": replaced(np.eye(3)[Y], 4, 1)}, "row 4 is not one-hot"),
        ({"y_test": np.array([0, 1, 2, 3])}, "the label 3; expected 0 to 2"),
        ({"y_train": np.eye(3)[Y], "y_test": np.eye(4)[[0, 1, 2, 3]]}, "4 classes, y_train 3"),
        ({"lengths_train": np.array([5, 4, 6, 2, 1, 0])}, "holds 6 at 2; expected 0 to 5"),
        ({"lengths_train": np.array([5, 4, -1, 2, 1, 0])}, "holds -1 at 2"),
        ({"lengths_train": np.array([5, 4])}, "expected (6,)"),
        ({"lengths_train": np.full(6, 1.5)}, "fractional numbers"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(save, changes, words):
    path = save(**changes)
    with pytest.raises(RunError) as error:
        loading.load(path)
    assert words in str(error.value) and "\n" not in str(error.value)
    assert str(error.value).startswith(path)


def damaged_files():
    """Return names and contents of files that are no data."""
    good = io.BytesIO()
    np.savez(good, **sequences())
    compressed = io.BytesIO()
    np.savez_compressed(compressed, **sequences(x_train=np.random.RandomState(0).rand(60, 50, 3)))
    flipped = bytearray(compressed.getvalue())
    flipped[2000:2010] = bytes(10)
    pickled, single = io.BytesIO(), io.BytesIO()
    np.savez(pickled, **sequences(x_train=np.array([[1, 2], [3]], dtype=object)))
    np.save(single, X)
    return {
        "truncated": (good.getvalue()[:-200], "damaged or not an .npz"),
        "a byte wrong": (bytes(flipped), "damaged .npz"),
        "empty": (b"", "looks like an empty file"),
        "text": (b"x_train,y_train\n1,2\n", "a table; give it a name that ends in .csv"),
        "pickled": (pickled.getvalue(), "pickled Python objects"),
        "single array": (single.getvalue(), "a single array .* x = np.load.*np.savez"),
    }


@pytest.mark.parametrize("name", damaged_files())
def test_damaged_files(tmp_path, name):
    content, words = damaged_files()[name]
    path = tmp_path / "data.npz"
    path.write_bytes(content)
    with pytest.raises(RunError, match=words):
        loading.load(str(path))


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(RunError, match="no such file"):
        loading.load(str(tmp_path / "none.npz"))
    with pytest.raises(RunError, match="a folder without shards .* and without frames"):
        loading.load(str(tmp_path))
