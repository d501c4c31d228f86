"""HDF5: the arrays of an .npz by the same names."""

import h5py
import numpy as np
import pytest

from tests.trainer.arrays import sequences
from tf1_rnn.errors import RunError
from tf1_rnn.trainer import loading
from tf1_rnn.trainer.readers import formats, hdf5


@pytest.fixture
def write(tmp_path):
    def write(**changes):
        with h5py.File(tmp_path / "a.h5", "w") as file:
            for name, array in {**sequences(), **changes}.items():
                file[name] = array
        return str(tmp_path / "a.h5")

    return write


def test_the_same_data_as_an_npz(write, save):
    assert loading.load(write()).fingerprint() == loading.load(save()).fingerprint()


def test_text_comes_back_as_such(write):
    data = loading.load(write(y_train=list("abcabc"), y_test=list("cbaa")))
    assert data.classes == ("a", "b", "c") and data.test.y.tolist() == [2, 1, 0, 0]


def test_what_lies_elsewhere_is_named_and_never_followed(write, tmp_path):
    path = write()
    with h5py.File(path, "a") as file:
        file["elsewhere"] = h5py.ExternalLink("/etc/passwd", "/")
        file["again"] = h5py.SoftLink("/x_train")
        file["group/self"] = h5py.SoftLink("/group")
        file["group/loop"] = file["group"]
        file["compound"] = np.zeros(2, [("a", "f4"), ("b", "i4")])
        file["nothing"] = h5py.Empty("f4")
        file["ragged"] = h5py.Empty("f4")
    content = hdf5.read(path)
    assert content.left_out["elsewhere"] == content.left_out["again"] == "a link"
    assert "compound" in content.arrays and content.left_out["nothing"] == "an array of nothing"
    assert "not used: compound" in loading.load(path).notes[-1]


def test_a_data_set_of_any_declared_size_is_refused(write, monkeypatch):
    path = write()
    with h5py.File(path, "a") as file:
        file.create_dataset("huge", (10**6, 10**6), "f4", chunks=(100, 100))
    with pytest.raises(RunError, match="too large: reading it takes 8 TB"):
        loading.load(path)


def test_damaged_and_described(write, tmp_path):
    path = write()
    assert "x_train: float64 [6, 5, 3]" in formats.describe(path)
    content = (tmp_path / "a.h5").read_bytes()
    (tmp_path / "a.h5").write_bytes(content[:1500])
    with pytest.raises(RunError, match="HDF5"):
        loading.load(path)
