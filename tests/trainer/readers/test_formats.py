"""Which reader takes a file: told by its content, and by its name only where that must be."""

import gzip
import io
import shutil

import numpy as np
import pytest

from tf1_rnn.errors import RunError
from tf1_rnn.trainer.readers import formats

FIXTURES = "tests/fixtures/data"


def npz():
    file = io.BytesIO()
    np.savez(file, a=np.ones(1))
    return file.getvalue()


@pytest.mark.parametrize(
    "name, content, reader",
    [
        ("a.npz", npz(), "npz_file"),
        ("a.dat", npz(), "npz_file"),
        ("a.dat", b"\x89HDF\r\n\x1a\n", "hdf5"),
        ("a.dat", bytes(512) + b"\x89HDF\r\n\x1a\n", "hdf5"),
        ("a.csv", b"PAR1", "parquet"),
        ("a.txt", b"# comment\n% another\n\n@RELATION x\n", "arff"),
        ("a.txt", b"\xef\xbb\xbf@problemName x\n", "ts"),
        ("a.csv", b"id,a\n", "csv_file"),
        ("A.TSV", b"id\ta\n", "csv_file"),
        ("a.csv.gz", gzip.compress(b"id,a\n", mtime=0), "csv_file"),
        ("a.tfrecord", b"anything", "tfrecord"),
    ],
)
def test_content_comes_before_the_name(tmp_path, name, content, reader):
    (tmp_path / name).write_bytes(content)
    assert formats.format_of(str(tmp_path / name)) == reader


@pytest.mark.parametrize("name", ["waves.tfrecord", "tags.tfrecord.gz"])
def test_records_need_no_name(tmp_path, name):
    shutil.copy(f"{FIXTURES}/{name}", tmp_path / "anything")
    assert formats.format_of(str(tmp_path / "anything")) == "tfrecord"


def test_a_folder_is_frames(tmp_path):
    assert formats.format_of(str(tmp_path)) == "frames"


@pytest.mark.parametrize(
    "name, content, words",
    [
        ("a.csv", b" \n\n", "an empty file"),
        ("a.csv", b"a\0b", "expects|looks like"),
        ("a.csv.gz", gzip.compress(b"x" * 99, mtime=0)[:-9], "damaged gzip file"),
        ("a.zip", b"PK\x03\x04", "looks like|damaged"),
        ("a", b"@", None),
    ],
)
def test_what_no_reader_takes(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    if words is None:
        assert formats.format_of(str(tmp_path / name)) == "ts"
        return
    with pytest.raises(RunError, match=words):
        formats.format_of(str(tmp_path / name))


def test_no_file(tmp_path):
    with pytest.raises(RunError, match="no such file; --data expects .npz"):
        formats.format_of(str(tmp_path / "none"))


@pytest.mark.parametrize("name", formats.READERS)
def test_every_reader_reads_and_describes(name):
    module = formats.reader(name)
    assert callable(module.read) and callable(module.describe)


def test_a_description_names_the_file_and_its_kind(tmp_path):
    path = tmp_path / "a\nb.npz"
    path.write_bytes(npz())
    lines = formats.describe(str(path))
    assert lines == [f"{tmp_path}/a\\nb.npz: arrays by name (.npz)", "a: float64 [1]"]


@pytest.mark.parametrize(
    "error, words",
    [(RunError("is odd\nindeed"), "is odd\\nindeed"), (MemoryError(), "larger than the memory")],
)
def test_every_error_begins_with_its_file_once(error, words):
    with pytest.raises(RunError) as caught, formats.saying("outer"), formats.saying("inner"):
        raise error
    assert str(caught.value) == f"inner: {words}"
