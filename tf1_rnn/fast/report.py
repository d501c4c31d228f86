"""Which recurrent calls ran fast, and which did not and why."""

import collections
import contextlib
import contextvars

Call = collections.namedtuple("Call", "loop where why_not")

_listening = contextvars.ContextVar("listening", default=None)  # the report of the call in hand


class Report:
    """The recurrent calls made in its `listening`.

    Args:
        uncounted: None, or a context manager that the nodes of the fast loops are made in.

    Attributes:
        calls: `Call`s in their order: the loop's name, the variable scope it was called in, and
            why it did not run fast, "" if it did.
    """

    def __init__(self, uncounted=None):
        self.calls, self._uncounted = [], uncounted

    @contextlib.contextmanager
    def listening(self):
        """Be told of the calls made inside, in this thread."""
        token = _listening.set(self)
        try:
            yield
        finally:
            _listening.reset(token)

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
    """Make nodes that the owner of the report that listens does not count."""
    report = _listening.get()
    with report._uncounted() if report and report._uncounted else contextlib.nullcontext():
        yield


def note(loop, where, why_not):
    """Tell the report that listens of a call."""
    report = _listening.get()
    if report:
        report.calls.append(Call(loop, where, why_not))
