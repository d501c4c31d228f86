"""`.npz` files: their arrays, and what of them is no array."""

import zipfile

import numpy as np
import pytest

from tf1_rnn.errors import RunError
from tf1_rnn.trainer.readers import npz_file


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "data.npz"
    np.savez(path, x_train=np.ones([2, 3], np.float32), words=np.array([{}], object))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("README", "text")
    return str(path)


def test_arrays_and_what_is_left_out(path):
    content = npz_file.read(path)
    assert list(content.arrays) == ["x_train"] and content.target is None and not content.as_names
    assert content.left_out == {
        "words": "pickled Python objects, which are never loaded",
        "README": "not an array",
    }


def test_describe_tells_each_name(path):
    assert npz_file.describe(path) == [
        "x_train: float32 [2, 3]",
        "words: pickled Python objects, which are never loaded, ignored",
        "README: not an array, ignored",
    ]


def test_a_damaged_file_is_one_line(tmp_path):
    (tmp_path / "a.npz").write_bytes(b"PK\x03\x04")
    for function in (npz_file.read, npz_file.describe):
        with pytest.raises(RunError, match="damaged or not an .npz file"):
            function(str(tmp_path / "a.npz"))
