"""Recognises the layers of a checkpoint by the names and shapes of its variables.

No graph is needed, and no TensorFlow.
"""

import re
from typing import NamedTuple

from tf1_rnn.checkpoints import dense, shards, slots
from tf1_rnn.checkpoints.kinds import (
    CUSTOM_LEAVES,
    DENSE,
    HIGHWAY,
    KINDS,
    classes,
    of_custom_scope,
    of_scope,
)
from tf1_rnn.checkpoints.old_names import of_today


class Layer(NamedTuple):
    """A recurrent layer, a wrapper with variables of its own, or a dense layer."""

    scope: str  # what the names of its variables begin with
    key: str  # its kind, of `kinds.KINDS`
    classes: tuple  # the names of the classes that it may be of
    is_named: bool  # whether its scope has a custom name, which reveals no kind
    sizes: dict  # by name, from the shapes: ints, bools, lists of ints, None for "has none"
    direction: str  # "forward", "backward" or ""
    depth: int | None  # its place in a stack, from 0
    variables: dict  # their names within the layer, as `gates/kernel`, to their names


class Contents(NamedTuple):
    """The contents of a checkpoint."""

    layers: list  # of `Layer`
    slots: dict  # kind of an optimiser's slot to the number of variables that have it
    optimiser: list  # names such as `global_step` and `beta1_power`
    unrecognised: list  # the other names
    names: dict  # each of these names to a list of those in the file: its shards', or an older one


def contents(shapes):
    """Sort a checkpoint's variables into layers, slots and the rest.

    Args:
        shapes: name to shape (a list of ints) of every variable.

    Returns:
        `Contents`.
    """
    kept = _names_of_today(shapes)
    found_slots, counters, model = slots.split({name: shapes[file] for name, file in kept.items()})
    groups = shards.grouped(model)
    files = {whole: [kept[name] for name in names] for whole, names in groups.items()}
    files.update({name: [file] for name, file in kept.items() if name not in model})
    model = {
        whole: shards.joined_shape([model[name] for name in names])
        for whole, names in groups.items()
    }
    scopes, rest = {}, {}
    for name, shape in model.items():
        scope = _scope(name, model)
        if scope:
            scopes.setdefault(scope, []).append(name)
        else:
            rest[name] = shape
    layers = [_layer(scope, names, model) for scope, names in scopes.items()]
    layers += [_dense(scope, own, model) for scope, own in dense.find(rest).items()]
    found = {name for layer in layers for name in layer.variables.values()}
    unrecognised = [name for name in model if name not in found]
    return Contents(layers, found_slots, counters, unrecognised, files)


def _names_of_today(names):
    """Map each current name to the one in the file."""
    found = {of_today(name): name for name in names}
    # Where it has both names of something, none is an old one.
    return found if len(found) == len(names) else {name: name for name in names}


def _scope(name, shapes):
    """Return the scope of the recurrent layer that a variable belongs to, "" for none.

    That of a HighwayWrapper, which has no scope of its own, ends with `/carry_w`.
    """
    parts = name.split("/")
    for end in range(len(parts) - 1, 0, -1):
        if of_scope(parts[end - 1]):
            return "/".join(parts[:end])
    if re.match(r"(carry|transform)_[wb]$", parts[-1]):
        return "/".join(parts[:-1] + ["carry_w"])
    for leaf in CUSTOM_LEAVES:
        if name.endswith("/" + leaf):
            scope = name[: -len(leaf) - 1]
            return scope if of_custom_scope(scope, shapes) else ""
    return ""


def _layer(scope, names, shapes):
    """Describe the layer of a scope."""
    last = scope.split("/")[-1]
    key = HIGHWAY if last == "carry_w" else of_scope(last)
    is_named = key is None
    if key == HIGHWAY:
        scope = scope.rpartition("/")[0]
    key = key or of_custom_scope(scope, shapes)
    variables = {name[len(scope) :].lstrip("/"): name for name in names}
    own = {leaf: shapes[name] for leaf, name in variables.items()}
    places = re.findall(r"(?:^|/)cell_(\d+)(?=/|$)", scope)
    return Layer(
        scope,
        key,
        classes(key, own, is_named),
        is_named,
        _sizes(key, own),
        _direction(scope),
        int(places[-1]) if places else None,
        variables,
    )


def _direction(scope):
    ways = re.findall(r"(?:^|/)(fw|bw)(?=/|$)", scope)
    return {"fw": "forward", "bw": "backward"}[ways[0]] if ways else ""


def _sizes(key, own):
    """Return the sizes of a layer, as far as they follow from the shapes of its own variables."""
    try:
        sizes = KINDS[key].sizes(own)
    except (KeyError, IndexError, ValueError):
        sizes = {}  # a variable is missing or odd: the layer is listed without sizes
    has_peepholes = any(re.search("w_[fio]_diag", leaf.lower()) for leaf in own)
    if KINDS[key].may_peep or has_peepholes:
        sizes["peepholes"] = has_peepholes
    return sizes


def _dense(scope, variables, shapes):
    own = {leaf: shapes[name] for leaf, name in variables.items()}
    return Layer(scope, DENSE, classes(DENSE, own, False), False, _sizes(DENSE, own), "", None,
                 variables)  # fmt: skip
