"""A file of data to be loaded."""

import numpy as np
import pytest

from tests.trainer.arrays import sequences


@pytest.fixture
def save(tmp_path):
    def save(**changes):
        path = tmp_path / "data.npz"
        np.savez(path, **sequences(**changes))
        return str(path)

    return save
