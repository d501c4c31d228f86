"""Which cells become one module of the target: both directions, and for PyTorch a whole stack."""

import collections
import re
from typing import NamedTuple

from tf1_rnn.checkpoints import describing
from tf1_rnn.exporting.cells import WRAPPERS

_FORWARD = re.compile(r"(^|/)fw/")
_IN_STACK = re.compile(r"(multi_rnn_cell(?:_\d+)?|stack_bidirectional_rnn)/cell_\d+/")


class Module(NamedTuple):
    """One layer of the target."""

    name: str  # the scope of its cells, without the parts by which they differ
    levels: list  # [[cell]], [[forward, backward]], or more of them where it is a whole stack
    notes: list  # what it was, and what to know about it


def group(cells, layers, target):
    """Join cells into modules.

    Args:
        cells: a list of `Cell`, in the order of their scopes.
        layers: every layer of the checkpoint; a wrapper around a cell keeps it apart.
        target: the module that knows it, such as `keras3`.

    Returns:
        A list of `Module`.
    """
    groups = _pairs(cells, layers, target)
    if target.STACKS:
        groups = _stacks(groups, layers, target)
    return [Module(name, levels, _notes(levels, layers, target)) for name, levels in groups]


def _pairs(cells, layers, target):
    """Pairs (name, levels) of one level each: [forward, backward] where they belong together."""
    by_scope = {cell.layer.scope: cell for cell in cells}
    backward = {}
    for scope, cell in by_scope.items():
        other = by_scope.get(_FORWARD.sub(r"\1bw/", scope, count=1))
        if other and other is not cell and _is_pair(cell, other, layers, target):
            backward[scope] = other
    taken = [cell.layer.scope for cell in backward.values()]
    return [
        (_FORWARD.sub(r"\1", scope, count=1), [[cell, backward[scope]]])
        if scope in backward
        else (scope, [[cell]])
        for scope, cell in by_scope.items()
        if scope not in taken
    ]


def _is_pair(forward, backward, layers, target):
    """Whether two directions read the same and nothing lies between them and their outputs."""
    behind = _FORWARD.split(forward.layer.scope, maxsplit=1)[-1]
    if re.search(r"(^|/)cell_\d+/", behind):
        return False  # two stacks, joined at their ends: the upper layers see only one direction
    if _around(forward, layers) or _around(backward, layers):
        return False
    if target.EQUAL_DIRECTIONS and forward.sizes != backward.sizes:
        return False
    return forward.inputs == backward.inputs and forward.dtype == backward.dtype


def _stacks(groups, layers, target):
    """Join levels that the target has as one module."""
    stacks = collections.defaultdict(list)
    for name, levels in groups:
        stack = _IN_STACK.search(name)
        if stack and target.STACKS == "any":
            name_of_stack = name[: stack.end(1)]  # its cells may be of several kinds
        else:
            name_of_stack = _IN_STACK.sub(r"\1/", name)
        stacks[name_of_stack].append((name, levels))
    joined = []
    for name, members in stacks.items():
        levels = [level for _, (level,) in members]
        joined += [(name, levels)] if _is_one_stack(levels, layers, target) else members
    return joined


def _is_one_stack(levels, layers, target):
    """Whether each level reads the outputs of the one below, and other sizes agree where needed."""
    cells = [cell for level in levels for cell in level]
    outputs = [sum(cell.width for cell in level) for level in levels]
    return (
        len(levels) > 1
        and [level[0].layer.depth for level in levels] == list(range(len(levels)))
        and len({len(level) for level in levels}) == 1
        and (target.STACKS == "any" or len({cell.sizes for cell in cells}) == 1)
        and [level[0].inputs for level in levels[1:]] == outputs[:-1]
        and not any(_around(cell, layers) for cell in cells)
    )


def _around(cell, layers):
    """Return the wrapper around a cell that has variables of its own, None if there is none."""
    for layer in layers:
        inside = cell.layer.scope.startswith(layer.scope + "/" if layer.scope else "")
        if inside and layer.key in WRAPPERS:
            return layer
    return None


def _notes(levels, layers, target):
    cells = [cell for level in levels for cell in level]
    first, first_dtype = cells[0].layer, cells[0].dtype.name
    notes = [" and ".join(dict.fromkeys(describing.kind(cell.layer) for cell in cells))]
    for value in sorted({cell.forget_bias for cell in cells} - {None}):
        notes.append(f"forget_bias {value:g} is in its bias")
    if len(levels) > 1:
        notes.append(f"a stack of {len(levels)} layers")
    elif first.depth is not None:
        notes.append(f"layer {first.depth} of its stack")
    if len(levels[0]) == 2:
        notes.append("both directions, outputs joined as by tf.concat(outputs, 2)")
    elif first.direction == "forward":
        notes.append("only the forward direction")
    elif first.direction == "backward":
        advice = "" if target.REVERSES else ": reverse each sequence, and its outputs again"
        notes.append("only the backward direction" + advice)
    if first.key == "lstm_fused_cell":
        notes.append("its inputs were [time, batch, D], these are [batch, time, D]")
    if target.ONLY_FLOAT32 and first_dtype != "float32":
        notes.append(f"its numbers were {first_dtype}, these are float32")
    around = _around(cells[0], layers)
    if around:
        notes.append(f"inside the {describing.classes(around)} {describing.scope(around)}")
    if "attention" in first.scope:
        notes.append("its inputs depend on the step before (attention): run it a step at a time")
    return notes
