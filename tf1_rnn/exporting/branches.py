"""The branches of TensorFlow 1, `tf.cond`, with both computed and one chosen.

Other formats have no Switch and Merge. A branch may read past the end of what a loop reads, since
it is only taken before: such a read is kept within.
"""

import tensorflow.compat.v1 as tf

from tf1_rnn.exporting.graph_view import GraphView, followed, with_index
from tf1_rnn.exporting.node_forms import INT32, as_constant, as_gather


def chosen(graph_def):
    """Return a GraphDef without branches; its loops stay.

    Args:
        graph_def: a frozen GraphDef in TensorFlow 1's control flow.
    """
    view = GraphView(graph_def)
    merges = [node for node in graph_def.node if node.op == "Merge" and not _is_of_loop(view, node)]
    if not merges:
        return graph_def
    found = tf.GraphDef(versions=graph_def.versions, library=graph_def.library)
    found.node.extend(graph_def.node)
    decided = {}  # of each Merge, the Switch that decides
    for node in merges:
        _decide(view, node, decided)
    predicates = {view.source(switch.input[1]) for switch, _ in decided.values()}
    same = {}
    for node in list(found.node):
        if node.op == "Merge" and node.name in decided:
            switch, is_true_first = decided[node.name]
            first, second = list(node.input)[:2]
            pair = (first, second) if is_true_first else (second, first)
            node.op, node.input[:] = "SelectV2", [switch.input[1], *pair]
            node.attr.pop("N")
        elif node.op == "Switch" and view.source(node.input[1]) in predicates:
            same.update({f"{node.name}:{i}": with_index(node.input[0]) for i in (0, 1)})
            node.op = "Identity"
            del node.input[1:]
        elif node.op == "TensorArrayReadV3":
            _keep_within(view, found, node, predicates)
    for node in found.node:
        node.input[:] = [followed(name, same) for name in node.input]
    return found


def _is_of_loop(view, merge):
    return any(view.node_at(with_index(name)).op == "NextIteration" for name in merge.input)


def _is_loops_switch(view, switch):
    return view.node(switch.input[1]).op == "LoopCond"


def _decide(view, merge, decided):
    """Find the Switch that decides a Merge, those of the Merges within its branches first."""
    if merge.name in decided:
        return
    for place, name in enumerate(merge.input):
        waiting, seen = [name], set()
        while waiting:
            name = waiting.pop().lstrip("^")
            node = view.node_at(with_index(name))
            if node.op == "Switch" and not _is_loops_switch(view, node):
                predicate = view.source(node.input[1])
                if predicate in {view.source(s.input[1]) for s, _ in _inner(decided, seen)}:
                    waiting.append(node.input[0])  # of a branch in this one
                    continue
                decided[merge.name] = node, (place == 0) == (with_index(name).endswith(":1"))
                return
            if node.name in seen or node.op in ("Switch", "Enter"):
                continue
            seen.add(node.name)
            if node.op == "Merge":
                _decide(view, node, decided)
            waiting += node.input


def _inner(decided, seen):
    return [decided[name] for name in seen if name in decided]


def _is_chosen(view, tensor, predicates):
    """Whether a tensor comes out of a branch's Switch."""
    node = view.node(tensor)
    return node.op == "Switch" and view.source(node.input[1]) in predicates


def _keep_within(view, found, read, predicates):
    """Make a read of a TensorArray one of the tensor that it was filled with, within its steps."""
    index, flow = with_index(read.input[1]), with_index(read.input[2])
    while view.node_at(flow).op in ("Switch", "Identity"):
        flow = with_index(view.node_at(flow).input[0])
    enter = view.node_at(flow)
    scatter = view.node(flow)
    is_inside = enter.op == "Enter"
    if scatter.op != "TensorArrayScatterV3" or (
        is_inside and not _is_chosen(view, index, predicates)
    ):
        return
    dtype, name = read.attr["dtype"].type, read.name

    def new(suffix, op, inputs, **types):
        node = found.node.add(name=f"{name}/{suffix}", op=op, input=inputs)
        for key, value in types.items():
            node.attr[key].type = value
        return node

    def number(suffix, value):
        node = new(suffix, "Const", ["^" + whole.split(":")[0]])
        as_constant(node, value)
        return node.name

    whole = scatter.input[2]
    if is_inside:
        entered = new("whole", "Enter", [whole], T=dtype)
        for attribute in ("frame_name", "parallel_iterations"):
            entered.attr[attribute].CopyFrom(enter.attr[attribute])
        entered.attr["is_constant"].b = True
        whole = entered.name
    shape = new("shape", "Shape", [whole], T=dtype, out_type=INT32).name
    ends = [number(f"slice_{at}", [at]) for at in (0, 1)]
    count = new("count", "StridedSlice", [shape, *ends, ends[1]], T=INT32, Index=INT32)
    count.attr["shrink_axis_mask"].i = 1
    last = new("last", "Sub", [count.name, number("one", 1)], T=INT32).name
    place = new("place", "Minimum", [index, last], T=INT32).name
    as_gather(read, [whole, place, number("axis", 0)], dtype)
