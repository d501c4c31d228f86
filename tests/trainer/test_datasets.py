"""The digits, moving and still, and every way in which a user's file can be wrong."""

import io
import pathlib
import sys

import numpy as np
import pytest

from tf1_rnn import digits
from tf1_rnn.errors import RunError
from tf1_rnn.trainer import datasets

ROOT = pathlib.Path(__file__).parent.parent.parent


def sequences(**changes):
    """Return arrays of a good file: 6 and 4 sequences of up to 5 steps of 3; None leaves out."""
    random = np.random.RandomState(0)
    arrays = {
        "x_train": random.rand(6, 5, 3),
        "y_train": np.array([0, 1, 2, 0, 1, 2]),
        "x_test": random.rand(4, 5, 3),
        "y_test": np.array([2, 1, 0, 0]),
        "lengths_train": np.array([5, 4, 3, 2, 1, 0]),
        "lengths_test": np.array([5, 5, 1, 2]),
    }
    arrays.update(changes)
    return {name: array for name, array in arrays.items() if array is not None}


@pytest.fixture
def save(tmp_path):
    def save(**changes):
        path = tmp_path / "data.npz"
        np.savez(path, **sequences(**changes))
        return str(path)

    return save


def replaced(array, where, value):
    array = array.copy()
    array[where] = value
    return array


def test_the_embedded_digits_are_the_ones_of_scikit_learn():
    pytest.importorskip("sklearn")
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        import make_digits
    finally:
        sys.path.pop(0)
    images, labels = make_digits.make_digits()
    data = datasets.embedded_digits()
    np.testing.assert_array_equal(np.concatenate([data.train.x, data.test.x]) * 16, images)
    np.testing.assert_array_equal(np.concatenate([data.train.y, data.test.y]), labels)


def test_digits_split_and_size():
    data = datasets.embedded_digits()
    assert (data.train.x.shape, data.test.x.shape) == ((1437, 8, 8), (360, 8, 8))
    assert data.train.x.dtype == np.float32 and (data.train.x.min(), data.train.x.max()) == (0, 1)
    # Every digit is about as frequent in one half as in the other.
    np.testing.assert_allclose(np.bincount(data.train.y) / 1437, 0.1, atol=0.02)
    np.testing.assert_allclose(np.bincount(data.test.y) / 360, 0.1, atol=0.04)
    assert digits.FILE.stat().st_size < 60_000
    assert "CC BY 4.0" in digits.FILE.with_name("DIGITS.txt").read_text()


def test_moving_digits_are_the_digits_moved_by_at_most_a_pixel():
    still, moving = datasets.embedded_digits(), datasets.moving_digits(6)
    assert moving.train.x.shape == (1437, 6, 28, 28, 1)
    np.testing.assert_array_equal(moving.test.y, still.test.y)
    for n in (0, 100, 359):
        image = still.test.x[n].repeat(3, 0).repeat(3, 1)
        places = []
        for frame in moving.test.x[n, ..., 0]:
            here = [
                (r, c)
                for r in range(5)
                for c in range(5)
                if np.array_equal(frame[r : r + 24, c : c + 24], image)
            ]
            assert len(here) == 1 and np.isclose(frame.sum(), image.sum())
            places += here
        assert np.abs(np.diff(places, axis=0)).max() <= 1
    # Some drift, some stand still, none leaves the canvas: the numbers of this very set.
    assert datasets.moving_digits(2).fingerprint() == datasets.moving_digits(2).fingerprint()
    assert datasets.moving_digits(2).fingerprint() != datasets.moving_digits(3).fingerprint()


def test_a_good_file(save):
    data = datasets.load_npz(save())
    assert data.n_classes == 3 and data.time_steps == 5 and data.step_shape == (3,)
    assert data.train.x.dtype == np.float32 and data.train.lengths.dtype == np.int32
    np.testing.assert_array_equal(data.test.y, [2, 1, 0, 0])


def test_labels_may_be_one_hot_and_whole_floats(save):
    one_hot = datasets.load_npz(
        save(y_train=np.eye(4)[[0, 1, 2, 0, 1, 2]], y_test=np.eye(4, dtype=bool)[[2, 1, 0, 0]])
    )
    assert one_hot.n_classes == 4
    np.testing.assert_array_equal(one_hot.train.y, [0, 1, 2, 0, 1, 2])
    columns = datasets.load_npz(save(y_train=np.array([[0.0], [1], [2], [0], [1], [2]])))
    np.testing.assert_array_equal(columns.train.y, [0, 1, 2, 0, 1, 2])


def test_what_lies_behind_a_sequence_is_never_read(save):
    junk = sequences()["x_train"].copy()
    for row, length in zip(junk, sequences()["lengths_train"], strict=True):
        row[length:] = np.nan
    data, clean = datasets.load_npz(save(x_train=junk)), datasets.load_npz(save())
    np.testing.assert_array_equal(data.train.x, clean.train.x)
    assert not data.train.x[5].any()


def test_shorter_half_is_padded_and_gets_lengths(save):
    data = datasets.load_npz(save(x_test=np.ones([4, 2, 3]), lengths_train=None, lengths_test=None))
    assert data.test.x.shape == (4, 5, 3) and not data.test.x[:, 2:].any()
    assert list(data.test.lengths) == [2] * 4 and list(data.train.lengths) == [5] * 6


def test_types_and_ranks(save):
    image = np.full([6, 5, 3], 255, np.uint8)
    data = datasets.load_npz(save(x_train=image, x_test=image[:4]))
    assert data.train.x[0].max() == 1 and "uint8 divided by 255" in data.notes
    flat = datasets.load_npz(save(x_train=np.ones([6, 5], int), x_test=np.ones([4, 5], int)))
    assert flat.train.x.shape == (6, 5, 1)
    frames = datasets.load_npz(save(x_train=np.ones([6, 5, 4, 3]), x_test=np.ones([4, 5, 4, 3])))
    assert frames.step_shape == (4, 3, 1)


def test_notes_tell_the_scale_and_what_is_not_used(save):
    data = datasets.load_npz(save(x_train=sequences()["x_train"] * 500, names=np.ones(3)))
    assert "taken as they are" in data.notes[0] and "not used: names" in data.notes
    assert data.out_of_scale and not datasets.load_npz(save()).out_of_scale


def test_one_feature_out_of_scale_is_told(save):
    told = [
        datasets.load_npz(save(x_train=sequences()["x_train"] * scale)).out_of_scale
        for scale in ([1, 1, 1], [1, 1, 100], [1e-4, 1e-4, 1e-4], [1, 1e-4, 1e-4])
    ]
    assert told == [False, True, True, False]


def test_padding_without_lengths_is_told(save):
    padded = sequences()["x_train"].copy()
    padded[:3, 3:] = 0
    none = {"lengths_train": None, "lengths_test": None}
    notes = datasets.load_npz(save(x_train=padded, **none)).notes
    assert "3 of 6 sequences end in zeros" in notes[1] and "lengths_train" in notes[1]
    padded[0, 4] = 1
    assert len(datasets.load_npz(save(x_train=padded, **none)).notes) == 1
    assert len(datasets.load_npz(save(x_train=padded)).notes) == 1


def test_classes_without_a_sample_are_told(save):
    counted_from_1 = {"y_train": sequences()["y_train"] + 1, "y_test": sequences()["y_test"] + 1}
    data = datasets.load_npz(save(**counted_from_1))
    assert data.n_classes == 4 and "no training sample of class 0:" in data.notes[1]
    rows = {name: np.eye(9)[y] for name, y in counted_from_1.items()}
    assert "class 0, 4, 5, 6, 7, ...:" in datasets.load_npz(save(**rows)).notes[1]


@pytest.mark.parametrize(
    "halves, labels, names",
    [(("test",), True, ("x_test", "y_test")), (("test",), False, ("x_test",))],
)
def test_a_trained_model_needs_the_test_half_alone(tmp_path, halves, labels, names):
    path = tmp_path / "data.npz"
    np.savez(path, **{name: sequences()[name] for name in names})
    data = datasets.load_npz(str(path), halves, labels)
    assert data.train is None and data.n_classes is None and len(data.test) == 4
    assert (data.test.y is None) == (not labels)


X, Y = sequences()["x_train"], sequences()["y_train"]


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"x_train": None, "y_test": None}, "no x_train, y_test in it; found y_train, x_test"),
        ({"lengths_test": None}, "lengths_train without the other"),
        ({"x_train": replaced(X, (0, 1, 2), np.nan)}, "first at (0, 1, 2)"),
        ({"x_train": replaced(X, (0, 1, 2), np.inf)}, "NaN, infinite"),
        (
            {"x_train": replaced(X, (0, 1), np.nan), "lengths_train": None, "lengths_test": None},
            "leave out those samples",
        ),
        (
            {
                "x_train": replaced(X, (0, slice(3, None)), np.nan),
                "lengths_train": None,
                "lengths_test": None,
            },
            "if that is padding, give lengths_train and lengths_test",
        ),
        ({"x_train": replaced(X, (0, 1, 2), 1e300)}, "beyond float32"),
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
        ({"y_train": Y + 0.5}, "not whole"),
        ({"y_train": np.where(Y > 0, Y, np.nan)}, "not whole"),
        ({"y_train": np.array(list("abcabc"))}, "expected numbers: number the labels, as numpy"),
        ({"y_train": np.eye(3)[Y] * 2}, "not one-hot"),
        ({"y_train": replaced(np.eye(3)[Y], 4, 1)}, "row 4 is not one-hot"),
        ({"y_test": np.array([0, 1, 2, 3])}, "the label 3; expected 0 to 2"),
        ({"y_train": np.eye(3)[Y], "y_test": np.eye(4)[[0, 1, 2, 3]]}, "4 classes, y_train 3"),
        ({"lengths_train": np.array([5, 4, 6, 2, 1, 0])}, "holds 6 at 2; expected 0 to 5"),
        ({"lengths_train": np.array([5, 4, -1, 2, 1, 0])}, "holds -1 at 2"),
        ({"lengths_train": np.array([5, 4])}, "expected (6,)"),
        ({"lengths_train": np.full(6, 1.5)}, "not whole"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(save, changes, words):
    path = save(**changes)
    with pytest.raises(RunError) as error:
        datasets.load_npz(path)
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
        "a byte wrong": (bytes(flipped), "damaged or not an .npz"),
        "empty": (b"", "damaged or not an .npz"),
        "text": (b"x_train,y_train\n1,2\n", "not an .npz file .pickles are never loaded"),
        "pickled": (pickled.getvalue(), "pickled Python objects"),
        "single array": (single.getvalue(), "a single array"),
    }


@pytest.mark.parametrize("name", damaged_files())
def test_damaged_files(tmp_path, name):
    content, words = damaged_files()[name]
    path = tmp_path / "data.npz"
    path.write_bytes(content)
    with pytest.raises(RunError, match=words):
        datasets.load_npz(str(path))


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(RunError, match="no such file"):
        datasets.load_npz(str(tmp_path / "none.npz"))
    with pytest.raises(RunError, match="cannot be read"):
        datasets.load_npz(str(tmp_path))


def test_standardize_takes_its_numbers_from_valid_training_steps_alone(save):
    data = datasets.load_npz(save(x_train=X * [1, 100, 0] + [0, 50, 7]))
    standard, (mean, deviation) = datasets.standardize(data)
    valid = np.concatenate(
        [row[:length] for row, length in zip(data.train.x, data.train.lengths, strict=True)]
    )
    np.testing.assert_allclose(mean, valid.mean(0), rtol=1e-6)
    np.testing.assert_allclose(deviation, [*valid.std(0)[:2], 1], rtol=1e-5)
    np.testing.assert_allclose(
        standard.test.x[0], (data.test.x[0] - mean) / deviation, rtol=1e-4, atol=1e-5
    )
    assert data.out_of_scale and not standard.out_of_scale
    assert not standard.train.x[5].any() and not standard.train.x[2, 3:].any()
    again, _ = datasets.standardize(data, (mean, deviation))
    assert again.fingerprint() == standard.fingerprint() != data.fingerprint()
    with pytest.raises(RunError, match="of 2 features"):
        datasets.standardize(data, ([0, 0], [1, 1]))
