"""Nested states as flat names: `final_state/c`, `initial_state/0/h`. Runs under Python 3.7 too."""


def is_nested(value):
    """Whether a state has parts: tuples, lists and named tuples do."""
    return isinstance(value, (tuple, list))


def parts(value):
    """The named parts of a nested state: fields of a named tuple, else positions."""
    names = getattr(value, "_fields", None) or [str(k) for k in range(len(value))]
    return list(zip(names, value))


def flatten(prefix, value):
    """List `(name, leaf)` for every leaf, in order."""
    if not is_nested(value):
        return [(prefix, value)]
    return [pair for name, part in parts(value) for pair in flatten(prefix + "/" + name, part)]


def rebuild(prefix, value, make):
    """The same structure with every leaf replaced by `make(name, leaf)`."""
    if not is_nested(value):
        return make(prefix, value)
    made = [rebuild(prefix + "/" + name, part, make) for name, part in parts(value)]
    return type(value)(*made) if hasattr(value, "_fields") else type(value)(made)


def describe(value, leaf=str):
    """One line that says the structure, its types and its leaves: `LSTMStateTuple(c=3, h=3)`."""
    if not is_nested(value):
        return leaf(value)
    inner = [describe(part, leaf) for _, part in parts(value)]
    if hasattr(value, "_fields"):
        inner = [name + "=" + text for name, text in zip(value._fields, inner)]
    return type(value).__name__ + "(" + ", ".join(inner) + ")"
