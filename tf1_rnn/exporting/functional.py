"""Loops of TensorFlow 1's control flow as loops of functions, which LiteRT has.

For loops whose number of steps is open, or ends by what they compute. What a loop carries from step
to step, and what stays the same, are its functions' arguments; constants are inside them.
"""

import tensorflow.compat.v1 as tf

from tf1_rnn.exporting import loops, whole_arrays
from tf1_rnn.exporting.graph_view import GraphView, followed, with_index
from tf1_rnn.exporting.likeness import data_inputs
from tf1_rnn.exporting.splicing import built


def functional(graph_def, enters):
    """Return a GraphDef in which one loop is a loop of functions.

    Args:
        graph_def: a frozen GraphDef.
        enters: names of the loop's Enter nodes; no other loop of TensorFlow 1 is in it.

    Raises:
        ValueError: in one line, if the loop has something that functions cannot have.
    """
    view = GraphView(graph_def)
    flows = {whole_arrays.origin(view, name) for name in enters} - {""}
    graph_def = whole_arrays.whole(graph_def, sorted(flows))
    return _Loop(graph_def, enters).graph_def()


class _Loop:
    """One loop of a graph."""

    def __init__(self, graph_def, enters):
        self._graph_def, self._view = graph_def, GraphView(graph_def)
        self._enters = [self._view.nodes[name] for name in enters]
        self._carried = loops.variables(self._view, self._enters)
        self._new = [with_index(self._view.nodes[v.back].input[0]) for v in self._carried]
        switch = next(v.inside for v in self._carried if v.inside != v.merged)
        decides = self._view.node_at(with_index(self._view.node_at(switch).input[1]))
        self._condition = with_index(decides.input[0])
        merged = {v.merged: i for i, v in enumerate(self._carried)}
        inside = {v.inside: i for i, v in enumerate(self._carried)}
        self._places = {**merged, **inside}  # tensors of the loop to the arguments they are
        self._kept = []  # tensors outside that are the same in all steps
        self._body, self._test = self._part(self._new), self._part([self._condition])

    def graph_def(self):
        """Return the graph with the loop replaced."""
        starts = [self._start(v.merged) for v in self._carried]
        made = {i: self._view.node(name) for i, name in enumerate(starts)}
        empty = [i for i, node in made.items() if node.op == "TensorArrayV3"]
        for i in empty:
            starts[i] = with_index(made[i].input[0])  # the size
        written = {i: self._written(self._new[i]) for i in empty}
        firsts = {i: self._part([tensor]) for i, tensor in written.items()}
        given = starts + self._kept

        def build(*tensors):
            values = [None if i in empty else tensor for i, tensor in enumerate(tensors)]
            for i in empty:  # zeros, shaped as what the first step writes
                (first,) = self._call(firsts[i], [written[i]], values)
                values[i] = whole_arrays.zeros(tensors[i], first)
            return self._while(values)

        before = [name.rpartition(":")[0] for name in given]
        with tf.Graph().as_default() as graph:
            part = tf.graph_util.extract_sub_graph(self._graph_def, before)
            tf.import_graph_def(part, name="")
        known = [graph.get_tensor_by_name(name) for name in given]
        scope = self._enters[0].attr["frame_name"].s.decode() + "/functional"
        return self._with(*built(scope, build, given, known), scope)

    def _start(self, merged):
        """Return the tensor that a variable begins with."""
        nodes = [self._view.node_at(with_index(n)) for n in self._view.node_at(merged).input]
        return with_index(next(node for node in nodes if node.op == "Enter").input[0])

    def _written(self, tensor):
        """Return what a step writes to an array, which `whole_arrays` has named."""
        node = self._view.node_at(tensor)
        while f"{node.name.rpartition('/')[0]}/{whole_arrays.VALUE}" not in self._view.nodes:
            if node.op != "Identity":
                raise ValueError(f"{node.name} is an array in a loop, for which LiteRT has no form")
            node = self._view.node_at(with_index(node.input[0]))
        return f"{node.name.rpartition('/')[0]}/{whole_arrays.VALUE}:0"

    def _part(self, ends):
        """Return the nodes of a step that make tensors."""
        part, waiting, seen = tf.GraphDef(versions=self._graph_def.versions), list(ends), set()
        part.library.CopyFrom(self._graph_def.library)
        while waiting:
            tensor = with_index(waiting.pop())
            node = self._view.node_at(tensor)
            if tensor in self._places or node.name in seen:
                continue
            seen.add(node.name)
            if node.op in ("Switch", "Merge"):
                raise ValueError(f"{node.name} is a branch in a loop, for which LiteRT has no form")
            own = tf.NodeDef()
            if node.op == "Enter":
                outside = self._view.node(tensor)
                if outside.op != "Const":
                    self._places[tensor] = len(self._carried) + len(self._kept)
                    self._kept.append(with_index(node.input[0]))
                    continue
                own.CopyFrom(outside)
            else:
                own.CopyFrom(node)
            own.name = node.name
            own.input[:] = data_inputs(own)
            part.node.append(own)
            waiting += own.input
        return part

    def _call(self, part, ends, values):
        """Compute tensors of a step from what it begins with; values are the arguments'."""
        used = {with_index(name) for node in part.node for name in node.input}
        own = {node.name for node in part.node}
        fed = {name: values[i] for name, i in self._places.items() if name in used}
        if any(value is None for value in fed.values()):
            raise ValueError("a loop reads what it has not written yet, which LiteRT cannot")
        wanted = [name for name in ends if name.rpartition(":")[0] in own]
        found = tf.import_graph_def(part, fed, wanted, name="step") if wanted or fed else []
        found = dict(zip(wanted, found, strict=True))
        return [found[n] if n in found else values[self._places[n]] for n in ends]

    def _while(self, values):
        """Build the loop; return its variables' last values."""
        count = len(self._carried)
        specs = [tf.TensorSpec(value.shape, value.dtype) for value in values]
        body, wider = None, None
        while wider != specs:
            specs = wider or specs
            body = _function(
                lambda *args: [*self._call(self._body, self._new, args), *args[count:]], specs
            )
            wider = [_wider(spec, after) for spec, after in zip(specs, body.outputs, strict=True)]
        test = _function(lambda *args: self._call(self._test, [self._condition], args)[0], specs)
        return tf.raw_ops.StatelessWhile(
            input=values, cond=test, body=body, output_shapes=[spec.shape for spec in specs]
        )[:count]

    def _with(self, nodes, outputs, functions, scope):
        """Return the graph with new nodes in the loop's place."""
        found = tf.GraphDef(versions=self._graph_def.versions, library=self._graph_def.library)
        inside = loops.inside(self._view, [enter.name for enter in self._enters])
        changed = {
            exit_: outputs[i]
            for i, variable in enumerate(self._carried)
            for exit_ in variable.exits
        }
        for node in self._graph_def.node:
            if node.name in inside:
                continue
            kept = found.node.add()
            kept.CopyFrom(node)
            names = [n for n in node.input if not n.startswith("^") or n[1:] not in inside]
            kept.input[:] = [followed(name, changed) for name in names]
        found.node.extend(nodes)
        there = {function.signature.name for function in found.library.function}
        added = [each for each in functions if each.signature.name not in there]
        (loop,) = [node for node in nodes if node.op == "StatelessWhile"]
        names = {loop.attr[part].func.name: f"{scope}/{part}" for part in ("cond", "body")}
        found.library.function.extend(sorted(added, key=lambda each: names[each.signature.name]))
        _rename(found, names)
        return found


def _function(function, specs):
    return tf.function(function, specs, autograph=False).get_concrete_function()


def _wider(spec, after):
    """Return the spec that holds for a tensor before and after a step."""
    before, after = spec.shape, after.shape
    if before.rank is None or before.rank != after.rank:
        return tf.TensorSpec(None, spec.dtype)
    sizes = zip(before.as_list(), after.as_list(), strict=True)
    return tf.TensorSpec([a if a == b else None for a, b in sizes], spec.dtype)


def _rename(graph_def, names):
    """Name functions by their loops: TensorFlow counts them through the process."""
    for function in graph_def.library.function:
        function.signature.name = names.get(function.signature.name, function.signature.name)
    bodies = [function.node_def for function in graph_def.library.function]
    for node in [node for nodes in (graph_def.node, *bodies) for node in nodes]:
        for value in node.attr.values():
            if value.HasField("func"):
                value.func.name = names.get(value.func.name, value.func.name)
