"""The loops of a graph in TensorFlow 1's control flow: the variables of each."""

from typing import NamedTuple


class Variable(NamedTuple):
    """A variable of a loop."""

    initial: str  # the tensor it begins with
    merged: str  # its value where the loop is entered, which its condition sees
    inside: str  # its value in the body; `merged` where only the condition uses it
    back: str  # the NextIteration that takes its next value
    new: str  # its value after a step
    exits: list  # the tensors of its last value


def entrances(view):
    """Return lists of the Enter nodes of each loop of a graph.

    Args:
        view: a `GraphView`.
    """
    frames = {}
    for node in view.nodes.values():
        if node.op == "Enter":
            frames.setdefault(node.attr["frame_name"].s, []).append(node)
    return list(frames.values())


def inside(view, enters):
    """Return the names of a loop's nodes, and of the Enter nodes of loops within it.

    Args:
        view: a `GraphView`.
        enters: names of the loop's Enter nodes.
    """
    waiting, found = list(enters), set(enters)
    while waiting:
        node = view.nodes[waiting.pop()]
        if node.op != "Exit" and (node.op != "Enter" or node.name in enters):
            places = range(outputs_of(node))
            after = {n.name for i in places for n, _ in view.consumers(f"{node.name}:{i}")}
            waiting += after - found
            found |= after
    return found


def outputs_of(node):
    """Return how many outputs a node may have."""
    sizes = [node.attr[key].i for key in ("num_split", "num") if key in node.attr]
    types = len(node.attr["T"].list.type) if "T" in node.attr else 0
    return max(8, types, *sizes)


def variables(view, enters):
    """Return the `Variable`s of a loop.

    Args:
        view: a `GraphView`.
        enters: the loop's Enter nodes.
    """
    found = []
    for enter in enters:
        merges = [n for n, _ in view.consumers(enter.name + ":0") if n.op == "Merge"]
        if not merges:
            continue
        merge = merges[0]
        back = view.nodes[next(n for n in merge.input if n.split(":")[0] != enter.name)]
        switch = next((n for n, _ in view.consumers(merge.name + ":0") if n.op == "Switch"), merge)
        exits = [n.name + ":0" for n, _ in view.consumers(switch.name + ":0") if n.op == "Exit"]
        found.append(
            Variable(
                view.source(enter.input[0]),
                merge.name + ":0",
                switch.name + (":1" if switch.op == "Switch" else ":0"),
                back.name,
                view.source(back.input[0]),
                exits,
            )
        )
    return found


def after_one(view, tensor):
    """Return what a tensor is one more than; "" for others."""
    node = view.node(tensor)
    if node.op in ("Add", "AddV2"):
        for value, one in (view.inputs(node), view.inputs(node)[::-1]):
            known = view.constant(one)
            if known is not None and known.ndim == 0 and known == 1:
                return value
    return ""
