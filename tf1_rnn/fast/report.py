"""Which recurrent calls ran fast, and which did not and why."""

import collections
import contextlib

Call = collections.namedtuple("Call", "loop where why_not")

_open = []  # the reports that are told


class Report:
    """The recurrent calls made while it is open.

    Args:
        uncounted: None, or a context manager that the nodes of the fast loops are made in.

    Attributes:
        calls: `Call`s in their order: the loop's name, the variable scope it was called in, and
            why it did not run fast, "" if it did.
    """

    def __init__(self, uncounted=None):
        self.calls, self._uncounted = [], uncounted

    def open(self):
        """Be told of calls from now on."""
        _open.append(self)

    def close(self):
        """Be told no more."""
        if self in _open:
            _open.remove(self)

    def line(self):
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
def uncounted():
    """Make nodes that the open reports' owners do not count."""
    with contextlib.ExitStack() as stack:
        for report in _open:
            if report._uncounted:
                stack.enter_context(report._uncounted())
        yield


def note(loop, where, why_not):
    """Tell the open reports of a call."""
    for report in _open:
        report.calls.append(Call(loop, where, why_not))
