"""Files of comma-separated values as data sets; the results are those of 1.15.5."""

import numpy as np
import pytest

from tf1_rnn.v1.contrib.learn.datasets import base


@pytest.mark.parametrize("header", [True, False])
def test_a_column_is_the_target(tmp_path, header):
    path = tmp_path / "rows.csv"
    path.write_text("3,2,x,y\n" * header + "1.5,2,0\n3,4,1\n5,6.5,2\n")
    load = base.load_csv_with_header if header else base.load_csv_without_header
    last = load(str(path), np.int32, np.float32)
    np.testing.assert_array_equal(last.data, [[1.5, 2], [3, 4], [5, 6.5]])
    assert last.data.dtype == np.float32 and last.target.dtype == np.int32
    assert last.target.tolist() == [0, 1, 2]
    first = load(str(path), np.float64, np.float32, 0)
    np.testing.assert_array_equal(first.data, [[2, 0], [4, 1], [6.5, 2]])
    assert first.target.tolist() == [1.5, 3, 5]
    with pytest.raises(ValueError, match=r"1\.5"):
        load(str(path), np.int32, np.float32, 0)
