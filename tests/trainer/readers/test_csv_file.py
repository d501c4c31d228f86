"""CSV and TSV: what separates, what is missing, what is compressed, what does not fit."""

import gzip

import pytest

from tf1_rnn.errors import RunError
from tf1_rnn.trainer.readers import csv_file
from tf1_rnn.trainer.readers.source import Source

pytest.importorskip("pandas")


@pytest.fixture
def write(tmp_path):
    def write(content, name="a.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write


def read(path):
    return csv_file.read(path, Source(path, sequence="id", label="y"), True)


TABLE = "id,a,y\n01,0.5,None\n01,1.5,None\n1,2,x\n"


@pytest.mark.parametrize("separator", [",", "\t", ";", ", "])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff", "\n\n"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_forms_of_one_table(write, separator, end, start, pack):
    text = start + TABLE.replace(",", separator).replace("\n", end)
    samples = read(write(pack(text.encode())))
    # 01 and 1 are two sequences, and None is the name of a class.
    assert samples.ids == ["01", "1"] and list(samples.labels) == ["None", "x"]
    assert [values[:, 0].tolist() for values in samples.values] == [[0.5, 1.5], [2]]
    assert tuple(samples.features) == ("a",)


@pytest.mark.parametrize("missing", ["", "?", "NA", "nan", "NULL"])
def test_missing_numbers_have_many_names(write, missing):
    with pytest.raises(RunError, match="column a has no value in line 3"):
        read(write(f"id,a,y\n1,2,x\n1,{missing},x\n"))


@pytest.mark.parametrize(
    "content, words",
    [
        ("", "is empty"),
        (",,\n", "is empty; expected a line of column names"),
        ("id,a,a\n1,2,3\n", "two columns named 'a'"),
        ("id,a,y\n1,2,x,4\n", "line 2 has 4 values; expected 3, as the first line has"),
        ("id,a,y\n\n1,2,x\n1,2,x,4,5\n", "line 4 has 5 values; expected 3"),
        ('id,a,y\n1,"2\n3",x\n1,2,"x,y"\n1,2,x,4\n', "line 5 has 4 values; expected 3"),
        ('id,a,y\n1,2,x\n1,2,"x\n1,3,x\n', "line 3 has a quotation mark that is never closed"),
        (b"id,a,y\n1,2,\xff\n", r"is not UTF-8 text \(at byte"),
    ],
)
def test_what_is_wrong_is_one_line(write, content, words):
    with pytest.raises(RunError, match=words):
        read(write(content))


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize(
    "text, line",
    [
        ("id,a,y\n1,2,x\n1,?,x", 3),
        ("\n\nid,a,y\n\n1,2,x\n  \n1,?,x\n\n", 7),
        ('id,a,y\n1,2,"x\nz"\n1,?,x\n', 4),
        ("id,a,y\r1,2,x\r1,?,x\r", 3),
        ("\ufeffid\ta\ty\r\n1\t2\tx\r\n\r\n1\t?\tx\r\n", 4),
    ],
)
def test_a_line_is_counted_as_an_editor_counts_it(write, text, line, pack):
    with pytest.raises(RunError, match=f"column a has no value in line {line} "):
        read(write(pack(text.encode())))


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_what_does_not_fit_is_told_while_it_is_read(write, monkeypatch, pack):
    path = write(pack(b"id,a,y\n" + b"1,1,0\n" * 200_000))
    monkeypatch.setattr("tf1_rnn.memory.available", lambda: 1_000_000)
    with pytest.raises(RunError, match="too large: its text does not fit in the free memory"):
        read(path)


def test_describe_needs_no_columns(write):
    assert csv_file.describe(write(TABLE))[0] == "3 rows"
