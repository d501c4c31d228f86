"""What the archives of time series in text (.ts, .arff) have in common."""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np

from tf1_rnn import memory
from tf1_rnn.errors import RunError
from tf1_rnn.trainer.readers.source import is_unusable, unusable


def lines(path: str, comment: str) -> Iterator[tuple[int, str]]:
    """Yield the number and text of every line that is neither empty nor a comment.

    Raises:
        RunError: the file does not fit in memory or is no UTF-8 text.
    """
    # A value takes at least two characters, and eight bytes once it is read.
    shortage = memory.shortage(4 * os.path.getsize(path))
    if shortage:
        raise RunError(f"too large: reading it {shortage}")
    try:
        with open(path, encoding="utf-8-sig") as file:
            for number, line in enumerate(file, 1):
                line = line.strip()
                if line and not line.startswith(comment):
                    yield number, line
    except UnicodeDecodeError as error:
        raise RunError(f"is not UTF-8 text (at byte {error.start})") from None
    except OSError as error:
        raise RunError(f"cannot be read: {error.strerror or error}") from None


def numbers(text: str, number: int, separator: str = ",") -> np.ndarray:
    """Return the numbers of a line as float64, NaN for those that are missing (`?`)."""
    parts = text.split(separator) if text.strip() else []
    try:
        return np.array([np.nan if part.strip() == "?" else float(part) for part in parts])
    except ValueError:
        wrong = next(part.strip() for part in parts if not _is_number(part))
        raise RunError(
            f"line {number} holds {wrong[:40]!r}; expected numbers separated by {separator!r}"
        ) from None


def require_finite(values: np.ndarray, number: int) -> None:
    """Refuse missing and infinite values of a line's sequence, `[steps, features]`."""
    bad = is_unusable(values)
    if bad.any():
        step, feature = (int(i) + 1 for i in np.argwhere(bad)[0])
        what, how = unusable(values[bad][0])
        raise RunError(
            f"line {number} has {what} at step {step} of dimension {feature}; expected numbers: "
            f"{how}, or leave that line out"
        )


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return text.strip() == "?"
    return True
