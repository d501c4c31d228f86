"""Files of other kinds: one line that says what they look like and how to convert them."""

import gzip
import io
import json
import os
import pickle
import zipfile

import numpy as np
import pytest

from tf1_rnn.errors import RunError
from tf1_rnn.trainer import loading
from tf1_rnn.trainer.readers import formats
from tf1_rnn.trainer.readers.source import Source


def single_array():
    file = io.BytesIO()
    np.save(file, np.ones(3))
    return file.getvalue()


def excel():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("xl/workbook.xml"), "<x/>")
    return file.getvalue()


IDX = b"\0\0\x08\x03" + b"".join(n.to_bytes(4, "big") for n in (5, 28, 28)) + bytes(5 * 28 * 28)


@pytest.mark.parametrize(
    "content, words",
    [
        (b"", "an empty file"),
        (pickle.dumps({"x": 1}), "a Python pickle.*pickle.load.*np.savez"),
        (pickle.dumps({"x": 1}, 2), "a Python pickle"),
        (single_array(), r"a single array .*np.load\('.*'\); np.savez"),
        (b"MATLAB 5.0 MAT-file, Platform: GLNXA64", "a MATLAB file.*scipy.io.loadmat"),
        (json.dumps({"x": [1]}).encode(), "JSON.*json.load"),
        (b"[1, 2]", "JSON"),
        (excel(), "an Excel file.*pandas.read_excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel file"),
        (IDX, r"idx-ubyte images.*offset=16\).reshape\(5, 28, 28\)"),
        (gzip.compress(IDX, mtime=0), "idx-ubyte images"),
        (b"\0\0\x08\x01\0\0\0\x05abcde", r"idx-ubyte labels.*offset=8\).reshape\(5\)"),
        (b"<!DOCTYPE html>\n<html>", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer"),
        (b"\x89PNG\r\n\x1a\n", "a single image"),
        (b"a,b\n1,2\n", "a table; give it a name that ends in .csv"),
        (b"hello\n", "text other than a table; expected .npz, "),
        (bytes(range(256)), "a binary file of an unknown kind"),
        (b"BZh91AY", "compressed by bzip2.*bunzip2"),
        (b"\x1f\x8b\x08garbage", "damaged gzip file"),
        (b"PK\x03\x04", "a damaged zip archive"),
    ],
)
def test_one_line_says_what_to_do(tmp_path, content, words):
    path = tmp_path / "data.bin"
    path.write_bytes(content)
    with pytest.raises(RunError, match=words) as error:
        loading.load(str(path))
    assert "\n" not in str(error.value) and str(error.value).startswith(str(path))


@pytest.mark.parametrize(
    "text, encoding",
    [
        ("id x y\n" + "a 0.5 no\n" * 3, "utf-8"),
        ("id,x,y\n" + "a,0.5,no\n" * 3, "utf-8"),
        ("id,x,y\n" + "a,0.5,no\n" * 3, "utf-16"),
    ],
)
def test_the_line_for_a_table_in_text_makes_one_that_is_read(tmp_path, monkeypatch, text, encoding):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.txt").write_text(text, encoding)
    with pytest.raises(RunError) as error:
        loading.load("data.txt")
    if "convert it: " in str(error.value):
        exec(str(error.value).split("convert it: ")[1], {"pandas": pytest.importorskip("pandas")})
    else:
        assert str(error.value).startswith(
            "data.txt: looks like a table; give it a name that ends in .csv"
        )
        os.rename("data.txt", "data.csv")
    samples = formats.reader("csv_file").read("data.csv", Source("data.csv", "id", "y"), True)
    assert samples.values[0].tolist() == [[0.5]] * 3


def test_the_line_for_idx_reads_it(tmp_path):
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(IDX)
    with pytest.raises(RunError) as error:
        loading.load(str(path))
    line = str(error.value).split("convert it: ")[1].split("; np.savez")[0]
    names = {"np": np}
    exec(line, names)
    assert names["x"].shape == (5, 28, 28)
