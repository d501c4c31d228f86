"""Packages by the names that people know."""

import pytest

from tf1_rnn.errors import UsageError
from tf1_rnn.porting import packages


def test_names_that_are_imported_and_names_that_pip_knows():
    assert packages.import_names(["numpy", "absl-py"]) == ["numpy", "absl"]
    assert packages.import_names(["numpy.linalg"]) == ["numpy"]
    assert packages.import_names([]) == []


@pytest.mark.parametrize("name", ["no-such-package", "no_such_package", "..", "-", " "])
def test_a_package_that_is_not_installed(name):
    with pytest.raises(UsageError, match="no package of that name is installed"):
        packages.import_names([name])
