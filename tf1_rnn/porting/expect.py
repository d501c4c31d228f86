"""Compare what a script prints with an old log of it, number by number.

A line of the script is compared with the line of the log that has the same words in the same
places. Numbers may differ by rounding, which grows during training. What depends on the day and
not on the model is ignored: times, dates, speeds, paths and addresses, and lines that only
TensorFlow writes.
"""

import re
import sys
import typing

from tf1_rnn import inputs
from tf1_rnn.errors import RunError, printable
from tf1_rnn.wording import counted

FIRST_TOLERANCE = 1e-4  # of the first line; the numbers before training are equal to 1e-7
GROWTH = 1.05  # per line, for what rounding does to a run of training
LAST_TOLERANCE = 0.05
LONGEST = 300  # characters of a line in a report

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|\bnan\b|\binf\b)")
# What is ignored, in this order: each match is replaced by the word after it.
_OF_THE_DAY = [
    (re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?)?"), "<date>"),
    (re.compile(r"\b\d{1,2}:\d\d(:\d\d(\.\d+)?)?\b"), "<time>"),
    (re.compile(r"0x[0-9a-fA-F]+"), "<address>"),
    (re.compile(r"(?<![\w.])[~.]?/[\w.+/-]+"), "<path>"),
    (
        re.compile(
            r"[-+]?\d+\.?\d*(?:e[-+]?\d+)?\s*"
            r"(?:s|sec|secs|seconds?|ms|msec|milliseconds?|us|min|mins|minutes?|hours?)\b"
            r"(?:\s*/\s*\w+|\s+per\s+\w+)?",
            re.IGNORECASE,
        ),
        "<duration>",
    ),
    (
        re.compile(
            r"[-+]?\d+\.?\d*(?:e[-+]?\d+)?\s*\w*\s*(?:/|per\s)\s*(?:s|sec|second)\b", re.IGNORECASE
        ),
        "<speed>",
    ),
    (
        re.compile(
            r"\b((?:\w+[ _])?(?:time|elapsed|duration|speed|wps|took|throughput|eta)\b"
            r"[^\d<]{0,12})[-+]?\d+\.?\d*(?:e[-+]?\d+)?",
            re.IGNORECASE,
        ),
        r"\1<duration>",
    ),
]
_OF_TENSORFLOW = re.compile(
    r"^(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: [IWEF] |[IWEF]\d{4} |WARNING[:\s]|INFO:tensorflow"
    r"|I tensorflow|Instructions for updating|WARNING: All log messages)"
)


class Parting(typing.NamedTuple):
    """The first difference between a script and its log: line number, both lines, and how far."""

    line: int
    expected: str
    printed: str
    error: float


class Comparison(typing.NamedTuple):
    """The result of a comparison: how many numbers are equal, and the first difference or None."""

    lines: int
    numbers: int
    largest_error: float
    parting: Parting | None


def read(log):
    """Return the lines of an old log.

    Raises:
        RunError: it cannot be read.
    """
    try:
        return inputs.read(log).decode("utf-8", "replace").splitlines()
    except inputs.Unreadable as error:
        raise RunError(f"--expect={log}: {error}") from None


def run(log, expected, run_program, name="tf1-rnn run"):
    """Run a program, and report on stderr whether it printed the numbers of a log.

    Args:
        log: path of the old log.
        expected: its lines.
        run_program: callable that runs it; returns its exit code, or ends with SystemExit.
        name: what stands before each line of the report.

    Returns:
        The program's own exit code, or 1 in place of 0 where the numbers differ.
    """
    screen, sys.stdout = sys.stdout, _Copying(sys.stdout)
    code = 0
    try:
        code = run_program()
    except SystemExit as end:
        code = end.code
    finally:
        copy, sys.stdout = sys.stdout, screen
    comparison = compare(copy.text().splitlines(), expected)
    for line in report(comparison, log):
        print(f"{name}: {line}", file=sys.stderr)
    if code not in (None, 0):
        raise SystemExit(code)
    return 0 if is_equal(comparison) else 1


class _Copying:
    """A stream that keeps a copy of what is written to it."""

    def __init__(self, stream):
        self._stream = stream
        self._written = []

    def write(self, text):
        """Write, and keep a copy."""
        self._written.append(text)
        return self._stream.write(text)

    def text(self):
        """Return all that was written."""
        return "".join(self._written)

    def __getattr__(self, name):
        return getattr(self._stream, name)


def compare(printed, expected):
    """Compare the lines a script printed with those of its log; return a `Comparison`.

    Lines without numbers need not be there; those with numbers must come in the log's order.
    """
    printed = [line for line in map(_reduced, printed) if line]
    compared = numbers = 0
    largest = 0.0
    position = 0
    for index, (text, raw) in enumerate(filter(None, map(_reduced, expected)), 1):
        wanted = _NUMBER.findall(text)
        found = _next_like(printed, position, text)
        if not wanted:
            position = position if found is None else found + 1
            continue
        if found is None:
            shown = printed[position][1] if position < len(printed) else "the end"
            return Comparison(compared, numbers, largest, Parting(index, raw, shown, float("inf")))
        error = _largest_error(_NUMBER.findall(printed[found][0]), wanted)
        if not error <= tolerance(compared):
            parting = Parting(index, raw, printed[found][1], error)
            return Comparison(compared, numbers, largest, parting)
        compared, numbers = compared + 1, numbers + len(wanted)
        largest, position = max(largest, error), found + 1
    return Comparison(compared, numbers, largest, None)


def tolerance(lines):
    """Return the relative error allowed after so many lines of numbers that were equal."""
    return min(LAST_TOLERANCE, FIRST_TOLERANCE * GROWTH**lines)


def report(comparison, log):
    """Return the lines that report a comparison with the log at the path `log`."""
    lines, numbers, largest, parting = comparison
    if parting is None and not numbers:
        return [f"expected {log}: no numbers to compare in it"]
    found = f"{counted(numbers, 'number')} in {counted(lines, 'line')}"
    equal = f"{found} {'agrees' if numbers == 1 else 'agree'} with {log} within {largest:.1e}"
    if parting is None:
        return [equal]
    far = (
        "the script did not print this line"
        if parting.error == float("inf")
        else f"by {parting.error:.1e}"
    )
    return [
        f"differs from {log} at line {parting.line}, {far}"
        + (f"; before it, {equal}" if lines else ""),
        f"  expected: {printable(parting.expected, LONGEST)}",
        f"  printed:  {printable(parting.printed, LONGEST)}",
    ]


def is_equal(comparison):
    """Return whether there were numbers, and all of them were equal."""
    return comparison.parting is None and comparison.numbers > 0


def _reduced(line):
    """Return a line without what depends on the day, and as it is; None for TensorFlow's own."""
    raw = line.rstrip("\r\n").rpartition("\r")[2]  # of a bar that was drawn over, the last
    if _OF_TENSORFLOW.match(raw):
        return None
    text = raw
    for pattern, word in _OF_THE_DAY:
        text = pattern.sub(word, text)
    text = " ".join(text.split())
    return (text, raw) if text else None


def _next_like(printed, position, text):
    """Return the number of the first line from `position` on with the words of `text`, or None."""
    words = _words(text)
    return next((k for k in range(position, len(printed)) if _words(printed[k][0]) == words), None)


def _words(text):
    return " ".join(_NUMBER.sub(" # ", text).split())


def _largest_error(got, want):
    """Return the largest error, relative to the larger of 1 and the number, past its last digit."""
    return max(_error(*pair) for pair in zip(got, want, strict=True))


def _error(got, want):
    if got.lower() == want.lower():
        return 0.0
    a, b = float(got), float(want)
    if a != a or b != b or abs(a) == float("inf") or abs(b) == float("inf"):
        return float("inf")
    unit = 10.0 ** -min(_decimals(got), _decimals(want))  # rounding to print may cross a digit
    return max(0.0, abs(a - b) - unit) / max(1.0, abs(b))


def _decimals(number):
    mantissa, _, exponent = number.lower().partition("e")
    return len(mantissa.partition(".")[2]) - int(exponent or 0)
