"""`tf1_rnn.porting.install`, for a program that embeds the rule."""

import pytest

from tf1_rnn import porting
from tf1_rnn.errors import UsageError
from tf1_rnn.porting import process


@pytest.fixture(autouse=True)
def clean():
    yield
    porting.uninstall()


@pytest.mark.parametrize("names", ["absl-py,numpy", ["absl", "numpy"], ("numpy", "absl-py")])
def test_packages_are_named_as_people_know_them(names):
    porting.install(packages=names)
    assert set(process.ported_packages()) == {"absl", "numpy"}
    porting.uninstall()
    assert process.ported_packages() == ()


def test_a_package_that_is_not_installed_changes_nothing():
    with pytest.raises(UsageError, match="chiron_of_nowhere: no package of that name"):
        porting.install(packages=["chiron_of_nowhere"])
    assert process.ported_packages() == () and not process._undoing
