"""Libraries that only some formats need: imported when used, with errors of one line."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator
from typing import Any

from tf1_rnn import npz
from tf1_rnn.errors import RunError

EXTRA = "pip install 'tf1_rnn[data]'"


def load(name: str, what: str, package: str | None = None) -> Any:
    """Return a module that is not installed with this package.

    Args:
        name: the module, as "pandas".
        what: what needs it, as "CSV".
        package: what the installer calls it, if otherwise than the module.

    Raises:
        RunError: it is not installed; the message has the command that installs it.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise RunError(
            f"reading {what} needs {package or name}, which cannot be loaded "
            f"({npz.first_line(error)}): {EXTRA}"
        ) from None


@contextlib.contextmanager
def reading(what: str) -> Iterator[None]:
    """Turn whatever a library raises over a file into one line.

    A parser raises nearly anything over damaged bytes, so nothing is let through but what is said
    in our own words already.
    """
    try:
        yield
    except RunError:
        raise
    except MemoryError:
        raise RunError("larger than the memory") from None
    except OSError as error:
        raise RunError(
            f"cannot be read as {what}: {error.strerror or npz.first_line(error)}"
        ) from None
    except Exception as error:
        raise RunError(f"damaged or not {what} ({npz.first_line(error)})") from None
