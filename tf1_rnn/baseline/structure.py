"""Nested states as flat names: `final_state/c`, `initial_state/0/h`. Runs under Python 3.7 too."""

from __future__ import annotations

from typing import Any, Callable


def is_nested(value: Any) -> bool:
    """Tell whether a state has parts: tuples, lists and named tuples do."""
    return isinstance(value, (tuple, list))


def parts(value: Any) -> list[tuple[str, Any]]:
    """Return the named parts of a nested state: fields of a named tuple, else positions."""
    names = getattr(value, "_fields", None) or [str(k) for k in range(len(value))]
    return list(zip(names, value))


def flatten(prefix: str, value: Any) -> list[tuple[str, Any]]:
    """Return `(name, leaf)` for every leaf, in order."""
    if not is_nested(value):
        return [(prefix, value)]
    return [pair for name, part in parts(value) for pair in flatten(prefix + "/" + name, part)]


def rebuild(prefix: str, value: Any, make: Callable[[str, Any], Any]) -> Any:
    """Return the same structure with every leaf replaced by `make(name, leaf)`."""
    if not is_nested(value):
        return make(prefix, value)
    made = [rebuild(prefix + "/" + name, part, make) for name, part in parts(value)]
    return type(value)(*made) if hasattr(value, "_fields") else type(value)(made)


def describe(value: Any, leaf: Callable[[Any], str] = str) -> str:
    """Describe the structure, its types and leaves in one line: `LSTMStateTuple(c=3, h=3)`."""
    if not is_nested(value):
        return leaf(value)
    inner = [describe(part, leaf) for _, part in parts(value)]
    if hasattr(value, "_fields"):
        inner = [name + "=" + text for name, text in zip(value._fields, inner)]
    return type(value).__name__ + "(" + ", ".join(inner) + ")"
