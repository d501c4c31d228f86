"""NumPy's old names exist for scripts, and nowhere else."""

import numpy
import pytest

from tf1_rnn.porting import numpy1


def test_numpy_has_its_old_names_and_habits_for_scripts_only():
    import numpy as np

    assert numpy1.float is float and numpy1.bool is bool and numpy1.long is int
    assert numpy1.product([2, 3]) == 6 and numpy1.Inf == np.inf and numpy1.asscalar(np.ones(1)) == 1
    assert numpy1.array([[1], [2, 3]]).dtype == object
    assert numpy1.fromstring(b"\x01\x02", dtype=np.uint8).tolist() == [1, 2]
    assert numpy1.random is np.random and numpy1.__version__ == np.__version__
    assert not hasattr(np, "float") and not hasattr(np, "asscalar")  # gone since NumPy 1.24
    with pytest.raises(ValueError, match="inhomogeneous"):
        np.array([[1], [2, 3]])


def test_rows_of_unequal_lengths_are_saved(tmp_path):
    import numpy as np

    rows = [np.zeros((3, 3)), [1.0, 2.0]]
    numpy1.save(tmp_path / "rows.npy", rows)
    numpy1.savez(tmp_path / "rows.npz", np.ones(2), rows=rows)
    for found in (
        np.load(tmp_path / "rows.npy", allow_pickle=True),
        np.load(tmp_path / "rows.npz", allow_pickle=True)["rows"],
    ):
        assert found.shape == (2,) and found[0].shape == (3, 3) and found[1] == [1.0, 2.0]
    assert np.load(tmp_path / "rows.npz")["arr_0"].tolist() == [1, 1]


@pytest.mark.parametrize("name", sorted({*numpy1._ALIASES, *numpy1._MOVED}))
def test_every_old_name_is_there(name):
    assert getattr(numpy1, name) is not None
    assert name in dir(numpy1)


def test_import_star_brings_numpys_names_and_the_old_ones_it_defines():
    names = {}
    exec("from tf1_rnn.porting.numpy1 import *", names)
    assert names["float"] is float and names["zeros"] is numpy.zeros
    assert "numpy" not in names and "functools" not in names
