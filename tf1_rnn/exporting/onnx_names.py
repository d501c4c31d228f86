"""A canonical form for ONNX graphs: same order, same names, no identities.

tf2onnx's names and the order of its nodes differ from one call to the next. Here nodes are ordered
by what the outputs are made of, and named by their place in that order.
"""

import re

from tf1_rnn.exporting.onnx_builder import Builder

KEPT = "recurrent/"  # names that begin so show which layer a node is


def canonical(model):
    """Bring a ModelProto into the form; the names of its inputs and outputs stay."""
    _Names(model.graph, {}).rename()
    for value in [*model.graph.input, *model.graph.output]:
        for axis, dimension in enumerate(value.type.tensor_type.shape.dim):
            if not dimension.HasField("dim_value"):
                dimension.dim_param = f"{value.name}_{axis}"


class _Names:
    """The new names of one graph, in which those around it are known."""

    def __init__(self, graph, outer):
        self._graph, self._outer = graph, outer
        self._unique = Builder().unique

    def rename(self):
        graph = self._graph
        for node in graph.node:
            if {attribute.name for attribute in node.attribute} in _SORTED.get(node.op_type, ()):
                _sort_states(node)
        _drop_identities(graph)
        nodes = needed_in_order(graph.node, [value.name for value in graph.output])
        new = dict(self._outer)
        inner = bool(self._outer)
        for value in graph.input:
            new[value.name] = self._input(value.name, inner)
        arrays = {array.name: array for array in graph.initializer}
        ordered = []
        for node in nodes:
            for name in all_inputs(node):
                if name in arrays:
                    array = arrays.pop(name)
                    new[name] = self._named(name, "const")
                    array.name = new[name]
                    ordered.append(array)
            own = self._named(node.name, node.op_type)
            for place, name in enumerate(node.output):
                new[name] = f"{own}:{place}" if name else ""
            node.name = own
        if not inner:  # what the graph gives keeps its names
            new.update((value.name, value.name) for value in graph.output)
        for node in nodes:
            node.doc_string = ""
            for attribute in node.attribute:
                if attribute.HasField("g"):
                    _Names(attribute.g, new).rename()
            node.input[:] = [new.get(name, name) for name in node.input]
            node.output[:] = [new[name] if name else "" for name in node.output]
        for value in [*graph.input, *graph.output]:
            value.name = new.get(value.name, value.name)
            if inner:
                for dimension in value.type.tensor_type.shape.dim:
                    dimension.ClearField("dim_param")
        graph.name, graph.doc_string = "body" if inner else "graph", ""
        _replace(graph.node, nodes)
        _replace(graph.initializer, ordered)
        _replace(graph.value_info, [])

    def _input(self, name, inner):
        return self._unique(f"{len(self._outer)}/input") if inner else name

    def _named(self, name, kind):
        if name.startswith(KEPT):
            return self._unique(name)
        return self._unique(f"{len(self._outer)}/{kind}" if self._outer else kind)


# The attributes of loops that tf2onnx writes, what they carry on in any order.
_SORTED = {"Scan": [{"body", "num_scan_inputs"}], "Loop": [{"body"}]}


def _sort_states(node):
    """Sort what a loop keeps, reads and returns in the order of TensorFlow's names."""
    attributes = {attribute.name: attribute for attribute in node.attribute}
    body = attributes["body"].g
    first = 0 if node.op_type == "Scan" else 2  # a Loop has a count and a condition before
    read = attributes["num_scan_inputs"].i if node.op_type == "Scan" else 0
    states = len(body.input) - first - read
    made = {name: each.input[0] for each in body.node if each.op_type == "Identity"
            for name in each.output}  # fmt: skip
    names = [value.name for value in body.input][first:]
    kept = sorted(range(states), key=lambda i: _natural(names[i]))
    scanned = sorted(range(read), key=lambda i: _natural(names[states + i]))
    given = [value.name for value in body.output][first // 2 + states :]
    given = sorted(range(len(given)), key=lambda i: _natural(made.get(given[i], given[i])))
    inputs = kept + [states + i for i in scanned]
    outputs = kept + [states + i for i in given]
    _permute(body.input, first, inputs)
    _permute(body.output, first // 2, outputs)
    node.input[first:] = [node.input[first + i] for i in inputs]
    node.output[:] = [node.output[i] for i in outputs]


def _permute(field, first, order):
    _replace(field, [*field[:first], *(field[first + i] for i in order)])


def _natural(name):
    """Return a sort key that puts `while_2` before `while_10`."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


def _replace(field, values):
    values = [_copied(value) for value in values]
    del field[:]
    field.extend(values)


def _copied(value):
    copied = type(value)()
    copied.CopyFrom(value)
    return copied


def _drop_identities(graph):
    """Remove identities, unless they connect an input with an output."""
    outputs = {value.name for value in graph.output}
    made = {name: (node, place) for node in graph.node for place, name in enumerate(node.output)}
    same = {}
    for node in graph.node:
        if node.op_type != "Identity":
            continue
        source, result = node.input[0], node.output[0]
        if result not in outputs:
            same[result] = source
        elif source in made and source not in outputs and made[source][0].op_type != "Identity":
            maker, place = made[source]
            maker.output[place] = result
            same[source] = result
            outputs.add(source)  # only once
            node.op_type = "Dropped"

    def root(name):
        while name in same:
            name = same[name]
        return name

    def redirect(nodes):
        for node in nodes:
            node.input[:] = [root(name) for name in node.input]
            for attribute in node.attribute:
                if attribute.HasField("g"):
                    redirect(attribute.g.node)
                    for value in attribute.g.output:
                        value.name = root(value.name)

    redirect(graph.node)
    kept = [
        node
        for node in graph.node
        if node.op_type != "Dropped" and not (node.op_type == "Identity" and node.output[0] in same)
    ]
    _replace(graph.node, kept)


def needed_in_order(nodes, outputs):
    """Return the nodes that outputs are made of, each after those that it takes inputs from."""
    made = {name: node for node in nodes for name in node.output if name}
    order, done = [], set()

    def is_done(name):
        return name not in made or id(made[name]) in done

    for output in outputs:
        waiting = [output]
        while waiting:
            name = waiting[-1]
            if is_done(name):
                waiting.pop()
                continue
            before = [each for each in all_inputs(made[name]) if not is_done(each)]
            waiting += before[::-1]
            if not before:
                done.add(id(made[name]))
                order.append(made[name])
    return order


def all_inputs(node):
    """Return what a node takes, the bodies of loops included."""
    names = list(node.input)
    for attribute in node.attribute:
        if attribute.HasField("g"):
            names += [name for inner in attribute.g.node for name in all_inputs(inner)]
            names += [value.name for value in attribute.g.output]
    return names
