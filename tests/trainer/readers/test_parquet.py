"""Parquet: a table, one that does not fit, and what is no table."""

import numpy as np
import pytest

from tf1_rnn.errors import RunError
from tf1_rnn.trainer.readers import parquet
from tf1_rnn.trainer.readers.source import Source

pandas = pytest.importorskip("pandas")
pytest.importorskip("pyarrow")


@pytest.fixture
def path(tmp_path):
    table = pandas.DataFrame({"id": ["b", "b", "a"], "v": [1.0, 2, 3], "y": [0, 0, 1]})
    table.to_parquet(tmp_path / "a.parquet")
    return str(tmp_path / "a.parquet")


def read(path):
    return parquet.read(path, Source(path, sequence="id", label="y"), True)


def test_a_table(path):
    samples = read(path)
    assert samples.ids == ["b", "a"] and [int(label) for label in samples.labels] == [0, 1]
    assert [values.ravel().tolist() for values in samples.values] == [[1, 2], [3]]
    assert parquet.describe(path)[0] == "3 rows"


def test_rows_that_a_few_bytes_declare_are_counted_beforehand(tmp_path, monkeypatch):
    pandas.DataFrame({"id": np.zeros(500_000, int), "v": 1.0}).to_parquet(tmp_path / "a.parquet")
    assert (tmp_path / "a.parquet").stat().st_size < 20_000
    monkeypatch.setattr("tf1_rnn.memory.available", lambda: 5_000_000)
    with pytest.raises(RunError, match="too large: reading it takes 16 MB, 5 MB are free"):
        parquet.describe(str(tmp_path / "a.parquet"))


@pytest.mark.parametrize("cut", [4, 50, -8])
def test_a_damaged_file_is_one_line(path, cut):
    with open(path, "rb") as file:
        content = file.read()
    with open(path, "wb") as file:
        file.write(content[:cut])
    with pytest.raises(RunError, match="damaged or not a Parquet file") as caught:
        read(path)
    assert "\n" not in str(caught.value)
