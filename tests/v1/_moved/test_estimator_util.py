"""`fn_args`, as 1.15.5 gave it."""

import functools

import pytest
from tf1_rnn.v1.python.estimator.util import fn_args


def plain(a, b, c=1, *args, **kwargs):
    pass


class Callable:
    def __call__(self, x, y=2):
        pass

    def method(self, p, q):
        pass


@pytest.mark.parametrize(
    "function, names",
    [
        (plain, ("a", "b", "c")),
        (lambda x: 1, ("x",)),
        (Callable(), ("x", "y")),
        (Callable().method, ("p", "q")),
        (functools.partial(plain, 1), ("b", "c")),
        (functools.partial(plain, b=2), ("a", "c")),
        (functools.partial(Callable().method, 3), ("q",)),
    ],
)
def test_the_arguments_that_are_left(function, names):
    assert fn_args(function) == names
