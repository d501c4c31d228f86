"""How many nodes 1.15.5 made for what a cell builds more plainly.

Under a graph's seed they decide what the random operations after it draw. Nothing counts them here:
the v1 API registers a counter (`tf1_rnn/v1/_seeds.py`).
"""

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

_counters: list[Callable[[int], AbstractContextManager[None]]] = []


def count_with(counter: Callable[[int], AbstractContextManager[None]]) -> None:
    """Register a function of a number of nodes to a context manager, once."""
    if counter not in _counters:
        _counters.append(counter)


@contextlib.contextmanager
def counted_as(nodes: int) -> Iterator[None]:
    """Count `nodes`, as many as 1.15.5 made, in the place of those made inside."""
    with contextlib.ExitStack() as stack:
        for counter in _counters:
            stack.enter_context(counter(nodes))
        yield


def leave_out(nodes: int) -> None:
    """Count nodes that 1.15.5 made here, without making them."""
    with counted_as(nodes):
        pass
