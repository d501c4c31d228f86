"""Parquet, in long and in wide form, read by pandas and pyarrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tf1_rnn import memory
from tf1_rnn.errors import RunError
from tf1_rnn.trainer.readers import library, tables, wide

if TYPE_CHECKING:
    from tf1_rnn.trainer.readers.source import Samples, Source


def read(path: str, source: Source, labels: bool) -> Samples:
    """Return the file's sequences as `Samples`."""
    form = wide if source.sequence is None else tables
    return form.samples(_table(path), source, labels)


def describe(path: str) -> list[str]:
    """Return lines on the file's columns."""
    return tables.describe(_table(path))


def _table(path):
    pandas = library.load("pandas", "Parquet")
    parquet = library.load("pyarrow.parquet", "Parquet", "pyarrow")
    with library.reading("a Parquet file"), parquet.ParquetFile(path) as file:
        metadata = file.metadata
        groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
        # Runs and dictionaries compress without end: a few bytes can declare any number of rows.
        declared = max(
            sum(group.total_byte_size for group in groups),
            8 * metadata.num_rows * metadata.num_columns,
        )
        shortage = memory.shortage(2 * declared)
        if shortage:
            raise RunError(f"too large: reading it {shortage}")
        table = file.read()
        table.validate(full=True)  # text that is no UTF-8 would be found only when it is used
        found = table.to_pandas()
    found.index = pandas.RangeIndex(1, len(found) + 1, name="row")
    return found
