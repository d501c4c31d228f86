"""The search for rewrites that change results finds what it looks for, and nothing left on."""

import numpy as np
import pytest

from tools import rewrites


def test_distances():
    right = [np.array([2.0, 0.0]), np.array([np.inf])]
    assert rewrites.distances(right, [np.array([2.0, 1.0]), np.array([np.inf])]) == 0.5
    assert rewrites.distances(right, [np.array([2.0, 0.0]), np.array([1.0])]) == np.inf
    assert rewrites.distances(right, [np.array([2.0]), np.array([np.inf])]) == np.inf
    assert rewrites.distances(right, None) == np.inf
    assert rewrites.distances(None, None) == 0


@pytest.mark.timeout(300)
def test_what_the_v1_api_leaves_on_changes_no_result():
    # Among them 1004, of which the remapper makes something else where there is oneDNN.
    found = dict(rewrites.compare(["expressions"], draws=8, seed=1000))
    assert len(found) == 8
    for name, distances in found.items():
        for (setting, onednn), distance in distances.items():
            if setting != "default":
                assert distance <= rewrites.BOUND, f"{name}, {setting} {onednn}: {distance}"
