"""A graph without loops: each `while_loop` over time is replaced by its steps.

LiteRT takes no loop of TensorFlow 1, and none where it computes in int8. Steps past a sequence's
end are computed too; they change nothing, as TensorFlow's loops over time put out zeros there and
keep the states.
"""

import numpy as np
import tensorflow.compat.v1 as tf

from tf1_rnn.exporting import loops
from tf1_rnn.exporting.blocks import expanded
from tf1_rnn.exporting.graph_view import GraphView, with_index
from tf1_rnn.exporting.node_forms import as_constant, as_gather
from tf1_rnn.exporting.plain import plain
from tf1_rnn.exporting.whole_arrays import whole

# What may decide that a loop ends: a count, and no number that it computes.
_COUNTS = ("LogicalAnd", "Less", "Merge", "Enter", "LoopCond", "Identity")


def unrolled(graph_def, outputs, otherwise=None):
    """Return a GraphDef whose loops over time are unrolled.

    Args:
        graph_def: a frozen GraphDef.
        outputs: names of the tensors that are wanted; what they do not need is left out.
        otherwise: what to do with a loop whose number of steps is not known: a function of a
            GraphDef and the names of the loop's Enter nodes to a GraphDef without it.

    Raises:
        ValueError: in one line, if a loop's number of steps is not known.
    """
    ends = [tensor.rpartition(":")[0] for tensor in outputs]
    graph_def = expanded(plain(graph_def, outputs))
    while True:
        view = GraphView(graph_def)
        found = [[node.name for node in enters] for enters in loops.entrances(view)]
        if not found:
            arrays = [node.name for node in graph_def.node if node.op == "TensorArrayV3"]
            return whole(graph_def, arrays)
        enters = next(each for each in found if not _holds_another(view, each))
        try:
            graph_def = _Loop(graph_def, enters).unrolled()
        except ValueError:
            if not otherwise:
                raise
            graph_def = otherwise(graph_def, enters)
        graph_def = tf.graph_util.extract_sub_graph(graph_def, ends)


def _holds_another(view, enters):
    """Whether another loop is entered within a loop."""
    names = loops.inside(view, enters)
    return any(view.nodes[name].op == "Enter" for name in names.difference(enters))


class _Loop:
    """One loop of a graph."""

    def __init__(self, graph_def, enters):
        self._graph_def, self._view = graph_def, GraphView(graph_def)
        self._nodes = self._view.nodes
        self._enters = [self._nodes[name] for name in enters]
        self._added = []
        self._written = {}  # of the flow of each TensorArray, its values so far
        self._changed = {}  # tensors after the loop, by their names in it

    def unrolled(self):
        variables = self._variables()
        tests = self._tests(variables)
        inside = self._body([new for _, _, new, _ in variables])
        steps = self._steps(inside, variables, tests)
        values = {switch + ":1": with_index(initial) for initial, switch, _, _ in variables}
        for step in range(steps):
            known = dict(values)
            for name in inside:
                self._copy(self._nodes[name], step, known)
            values = {switch + ":1": self._mapped(new, known) for _, switch, new, _ in variables}
        for _, switch, _, exits in variables:
            for name in exits:
                self._changed[name + ":0"] = values[switch + ":1"]
        return self._rebuilt(variables, inside, steps)

    def _variables(self):
        """Return each loop variable's initial value, its Switch, the next value, and its Exits."""
        found, view = [], self._view
        for enter in self._enters:
            for merge, _ in view.consumers(enter.name + ":0"):
                if merge.op != "Merge":
                    continue
                (back,) = [name for name in merge.input if name != enter.name]
                after = [n for n, _ in view.consumers(merge.name + ":0")]
                switch = next((node for node in after if node.op == "Switch"), None)
                if switch is None:  # only the condition uses it
                    continue
                exits = [n.name for n, _ in view.consumers(switch.name + ":0") if n.op == "Exit"]
                new = with_index(self._nodes[back].input[0])
                found.append((enter.input[0], switch.name, new, exits))
        return found

    def _tests(self, variables):
        """Return the comparisons that decide when a loop ends, all of them of counts."""
        condition = self._nodes[variables[0][1]].input[1]
        waiting, seen, found = [condition], set(), []
        while waiting:
            node = self._nodes[waiting.pop().lstrip("^").split(":")[0]]
            if node.name in seen:
                continue
            seen.add(node.name)
            if node.op not in (*_COUNTS, "Const"):
                raise ValueError(
                    f"the loop of {condition} ends by a number it computes ({node.op}); LiteRT's "
                    "int8 needs loops of a known number of steps"
                )
            if node.op == "Less":
                found.append(node)
            if node.op not in ("Merge", "Enter"):
                waiting += node.input
        return found

    def _body(self, ends):
        """Names of the nodes of a step, each after those that it takes inputs from."""
        order, done = [], set()
        boundary = {switch for _, switch, _, _ in self._variables()}
        waiting = [(name.split(":")[0], False) for name in ends]
        while waiting:
            name, is_ready = waiting.pop()
            node = self._nodes[name]
            if name in boundary or node.op == "Enter" or (name in done and not is_ready):
                continue
            if is_ready:
                order.append(name)
                continue
            done.add(name)
            waiting.append((name, True))
            waiting += [(i.split(":")[0], False) for i in node.input if not i.startswith("^")]
        return order

    def _steps(self, inside, variables, tests):
        """Return the number of steps: what a loop's tests say, else the length of its inputs."""
        limits = [self._limit(test, variables) for test in tests]
        if limits and None not in limits:
            return min(limits)
        with tf.Graph().as_default() as graph:
            tf.import_graph_def(self._graph_def, name="")
        for name in inside:
            node = self._nodes[name]
            if node.op == "TensorArrayReadV3":
                shape = graph.get_tensor_by_name(self._read(node)).shape
                if shape.rank and shape.as_list()[0] is not None:
                    return shape.as_list()[0]
        raise ValueError(
            "a loop's number of steps is unknown, and LiteRT's int8 needs it; give --time_steps, "
            "or build the graph with a placeholder of as many steps as the longest sequence has"
        )

    def _limit(self, test, variables):
        """Return how many steps there are until a count is at its limit, None if not known."""
        view = self._view
        for initial, switch, new, _ in variables:
            first, limit = view.constant(initial), view.constant(test.input[1])
            is_count = loops.after_one(view, new) == switch + ":1"
            if is_count and view.source(test.input[0]) == with_index(view.nodes[switch].input[0]):
                if first is not None and limit is not None:
                    return max(0, int(np.ceil(limit - first)))
        return None

    def _read(self, node):
        """Return the tensor whose parts a loop reads."""
        scatter = self._view.node(node.input[2])
        if scatter.op != "TensorArrayScatterV3":
            raise ValueError(f"{node.name} reads what a loop writes, which int8 cannot")
        return with_index(scatter.input[2])

    def _mapped(self, name, known):
        """Return the name that a tensor of the body has at a step."""
        tensor = with_index(name)
        if tensor in known:
            return known[tensor]
        node = self._view.node_at(tensor)
        return with_index(node.input[0]) if node.op == "Enter" else tensor

    def _copy(self, node, step, known):
        if node.op == "Identity":
            known[node.name + ":0"] = self._mapped(node.input[0], known)
            return
        if node.op == "TensorArrayWriteV3":
            flow = self._mapped(node.input[3], known)
            values = self._written.get(flow, [])
            new = f"{node.name}/step_{step}:0"
            self._written[new] = [*values, self._mapped(node.input[2], known)]
            known[node.name + ":0"] = new
            return
        copied = self._new(f"{node.name}/step_{step}", node.op)
        for name, value in node.attr.items():
            copied.attr[name].CopyFrom(value)
        if node.op == "TensorArrayReadV3":
            self._gather(copied, node, known)
        else:
            copied.input.extend(
                self._mapped(name, known) for name in node.input if not name.startswith("^")
            )
        for index in range(loops.outputs_of(node)):
            known[f"{node.name}:{index}"] = f"{copied.name}:{index}"

    def _new(self, name, op):
        node = tf.NodeDef(name=name, op=op)
        self._added.append(node)
        return node

    def _gather(self, copied, node, known):
        axis = self._new(copied.name + "/axis", "Const")
        as_constant(axis, 0)
        inputs = [self._read(node), self._mapped(node.input[1], known), axis.name]
        as_gather(copied, inputs, node.attr["dtype"].type)

    def _rebuilt(self, variables, inside, steps):
        gone = set(inside) | {enter.name for enter in self._enters}
        for _, switch, _, exits in variables:
            gone.update([switch, self._nodes[switch].input[0], *exits])
        graph_def = tf.GraphDef()
        graph_def.versions.CopyFrom(self._graph_def.versions)
        for node in self._graph_def.node:
            if node.name in gone:
                continue
            kept = graph_def.node.add()
            kept.CopyFrom(node)
            if node.op in ("TensorArrayGatherV3", "TensorArraySizeV3"):
                self._packed(kept, steps)
            for place, name in enumerate(kept.input):
                kept.input[place] = self._changed.get(with_index(name), name)
            controls = [i for i in kept.input if i.startswith("^") and i[1:] in gone]
            for name in controls:
                kept.input.remove(name)
        graph_def.node.extend(self._added)
        return graph_def

    def _packed(self, node, steps):
        """Replace a read of a finished TensorArray by a Pack of its elements, or by its size."""
        flow = self._changed.get(with_index(node.input[-1]))
        if flow not in self._written:
            return
        values = self._written[flow]
        if node.op == "TensorArraySizeV3":
            del node.input[:]
            node.attr.clear()
            as_constant(node, steps)
            return
        dtype = node.attr["dtype"].type
        node.op = "Pack"
        del node.input[:]
        node.input.extend(values)
        node.attr.clear()
        node.attr["T"].type = dtype
        node.attr["N"].i = len(values)
