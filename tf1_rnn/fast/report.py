"""Which recurrent calls ran fast, and which did not and why."""

from __future__ import annotations

import collections
import contextlib
import contextvars
from collections.abc import Callable, Iterator
from typing import NamedTuple


class Call(NamedTuple):
    """One recurrent call.

    Attributes:
        loop: its name, as `dynamic_rnn`.
        where: the variable scope it was made in.
        why_not: why it did not run fast; "" if it did.
    """

    loop: str
    where: str
    why_not: str


# The report of the call in hand.
_listening: contextvars.ContextVar[Report | None] = contextvars.ContextVar(
    "listening", default=None
)


class Report:
    """The recurrent calls made in its `listening`.

    Args:
        uncounted: None, or a function to a context manager that the nodes of the fast loops are
            made in.

    Attributes:
        calls: `Call`s in their order.
    """

    def __init__(
        self, uncounted: Callable[[], contextlib.AbstractContextManager] | None = None
    ) -> None:
        self.calls: list[Call] = []
        self._uncounted = uncounted

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Be told of the calls made inside, in this thread."""
        token = _listening.set(self)
        try:
            yield
        finally:
            _listening.reset(token)

    def line(self) -> str:
        """Return it all in one line, as `run --fast` ends with."""
        if not self.calls:
            return "fast: no recurrent calls"
        fast = sum(not call.why_not for call in self.calls)
        said = f"fast: {fast} of {len(self.calls)} recurrent calls"
        others = collections.Counter(
            f"{call.loop} in {call.where or 'the outermost scope'}: {call.why_not}"
            for call in self.calls
            if call.why_not
        )
        listed = [f"{text} ({n} times)" if n > 1 else text for text, n in others.items()]
        return f"{said}; not fast: {'; '.join(listed)}" if listed else said


@contextlib.contextmanager
def uncounted() -> Iterator[None]:
    """Make nodes that the owner of the report that listens does not count."""
    report = _listening.get()
    with report._uncounted() if report and report._uncounted else contextlib.nullcontext():
        yield


def note(loop: str, where: str, why_not: str) -> None:
    """Tell the report that listens of a call."""
    report = _listening.get()
    if report:
        report.calls.append(Call(loop, where, why_not))
