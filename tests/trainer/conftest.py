"""A file of data to be loaded, a cluster in this process, and runs that draw no report."""

import sys

import numpy as np
import pytest

from tests.trainer.arrays import sequences
from tf1_rnn import files


@pytest.fixture
def save(tmp_path):
    def save(**changes):
        path = tmp_path / "data.npz"
        np.savez(path, **sequences(**changes))
        return str(path)

    return save


def write_nothing(path):
    with files.writing(path):
        pass


@pytest.fixture(autouse=True)
def empty_report(request, monkeypatch):
    """Leave report.html empty in runs of a test: drawing it takes longer than a short run.

    It is drawn in tests/trainer/report, and by runs in processes of their own.
    """
    session = sys.modules.get("tf1_rnn.trainer.session")
    if session and "tests/trainer/report" not in request.node.path.as_posix():
        monkeypatch.setattr(session.page, "write", lambda path, *_: write_nothing(path))


@pytest.fixture(scope="session")
def cluster_data(tmp_path_factory):
    from tests.trainer import clusters

    return clusters.data(tmp_path_factory.mktemp("data"))
