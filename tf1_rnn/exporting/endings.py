"""Layers over all steps, of which only those within each sequence's length are used afterwards.

`tf1_rnn.fast` computes steps past a sequence's end too, puts zeros in the place of their outputs,
and gathers the last states. Such a layer has the lengths itself, if nothing else is made of it.
"""

from tf1_rnn.exporting.directions import swaps_time_and_batch, untransposed
from tf1_rnn.exporting.graph_view import with_index
from tf1_rnn.exporting.likeness import data_inputs
from tf1_rnn.exporting.recurrences import Found, Output, Sequence, leaves


def ended(view, found, wanted):
    """Give layers the lengths of their sequences, except where later steps are used too.

    Args:
        view: a `GraphView`.
        found: a list of `Found`, as `recurrences.find` gives it.
        wanted: names of the tensors that the graph is for.

    Returns:
        A list of `Found`; layers with lengths that read each other are one.
    """
    return _Endings(view, found, wanted).chosen()


class _Endings:
    """What is decided for each `Found`, by its index."""

    def __init__(self, view, found, wanted):
        self._view, self._wanted = view, wanted
        found = _in_order([_direct(view, each) for each in found])
        self._found, self._makers = found, _makers(found)
        self._read = [_read_by(each, self._makers) for each in found]
        self._short = {}  # those with lengths
        for index, each in reversed(list(enumerate(found))):
            self._short[index] = self._short.get(index) or _shortened(view, each)
            for below in self._read[index] if self._short[index] else ():
                lengths = self._short[index].layers[0].lengths
                self._short[below] = _shortened(view, found[below], lengths)

    def chosen(self):
        """Return what remains valid, once tensors that are used otherwise stay unchanged."""
        while True:
            needed = self._needed()
            wrong = [i for i, each in enumerate(self._found) if each and self._is_wrong(i, needed)]
            if not wrong:
                self._drop_steps()
                return self._joined()
            for index in wrong:
                if not self._short.pop(index, None):
                    self._found[index] = None

    def _is_wrong(self, index, needed):
        each, short = self._found[index], self._short.get(index)
        if needed.intersection(each.memory) or any(
            self._found[below] is None and self._is_chained(index) for below in self._read[index]
        ):
            return True
        if not short:
            return False
        readers = [i for i, read in enumerate(self._read) if index in read and self._found[i]]
        lengths = short.layers[0].lengths
        return bool(needed.intersection(output.tensor for output in each.outputs)) or any(
            not self._short.get(i) or self._short[i].layers[0].lengths != lengths for i in readers
        )

    def _is_chained(self, index):
        return any(
            name in self._makers and self._makers[name] != index
            for layer in self._found[index].layers
            for name in leaves(layer.x, layers=True)
            if name not in leaves(layer.x)
        )

    def _drop_steps(self):
        """Leave out single steps that only the layer itself uses."""
        needed = self._needed(with_steps=False)
        for index, each in enumerate(self._found):
            if each and not self._short.get(index):
                kept = [o for o in each.outputs if o.step is None or o.tensor in needed]
                self._found[index] = each._replace(outputs=kept)

    def _needed(self, with_steps=True):
        """Return the tensors still made as before, by default also the outputs of single steps."""
        given, waiting = set(), [with_index(tensor) for tensor in self._wanted]
        for index, plain in enumerate(self._found):
            each = self._short.get(index) or plain
            if each is None:
                continue
            given.update(o.tensor for o in each.outputs if with_steps or o.step is None)
            for layer in each.layers:
                given.update(tensor for some in layer.final.values() for tensor in some)
                waiting += [*layer.initial.values(), *filter(None, [layer.lengths])]
                waiting += [t for t in leaves(layer.x) if not self._short.get(self._makers.get(t))]
        needed, done = set(), set()
        while waiting:
            tensor = waiting.pop()
            if tensor in given or tensor in needed:
                continue
            needed.add(tensor)
            node = self._view.node_at(tensor)
            if node.name not in done:
                done.add(node.name)
                waiting += [with_index(name) for name in data_inputs(node)]
        return needed

    def _joined(self):
        """Put the layers with lengths that read each other together."""
        stacks, place = [], {}
        for index, plain in enumerate(self._found):
            short = self._short.get(index)
            if not short:
                stacks.append(plain)
                continue
            layers = [layer._replace(x=self._of_layers(layer.x)) for layer in short.layers]
            below = [place[i] for i in sorted(self._read[index]) if i in place]
            if below:
                place[index] = below[0]
                stack = stacks[below[0]]
                layers, outputs = stack.layers + layers, stack.outputs + short.outputs
                stacks[below[0]] = Found(layers, outputs)
            else:
                place[index] = len(stacks)
                stacks.append(Found(layers, short.outputs))
        return [each for each in stacks if each]

    def _of_layers(self, x):
        """Return a sequence that is another layer's output, by that layer's name."""
        if not isinstance(x, Sequence):
            return x
        maker = self._makers.get(x.operands[0]) if x.op in ("tensor", "batch_major") else None
        if maker is not None and self._short.get(maker):
            output = next(o for o in self._found[maker].outputs if o.tensor == x.operands[0])
            return output.sequence
        if x.op in ("tensor", "batch_major", "steps", "layer"):
            return x
        return x._replace(operands=tuple(self._of_layers(each) for each in x.operands))


def _makers(found):
    """Of layers' names and of outputs, the index of the `Found` that makes them."""
    makers = {}
    for index, each in enumerate(found):
        makers.update((layer.name, index) for layer in each.layers)
        makers.update((output.tensor, index) for output in each.outputs)
    return makers


def _read_by(each, makers):
    names = [name for layer in each.layers for name in leaves(layer.x, layers=True)]
    own = {layer.name for layer in each.layers}
    return {makers[name] for name in names if name in makers and name not in own}


def _in_order(found):
    """Return a list of `Found`, each after those that it reads."""
    makers, order = _makers(found), []

    def visit(index):
        if index not in order:
            for below in sorted(_read_by(found[index], makers) - {index}):
                visit(below)
            order.append(index)

    for index in range(len(found)):
        visit(index)
    return [found[index] for index in order]


def _direct(view, found):
    """Return a `Found` whose layers read other layers' outputs untransposed."""
    layers = [layer._replace(x=untransposed(view, layer.x)) for layer in found.layers]
    return found._replace(layers=layers)


def _shortened(view, found, lengths=""):
    """Return a `Found` with the given lengths or those of its outputs' masks, else None."""
    if len(found.layers) != 1 or found.layers[0].lengths:
        return None
    (layer,) = found.layers
    known, outputs = {lengths} - {""}, []
    final = {state: list(tensors) for state, tensors in layer.final.items()}
    for output in found.outputs:
        if output.step is None:
            for tensor, batch_major, own in _masked(view, output.tensor, output.batch_major):
                known.add(own)
                outputs.append(Output(tensor, output.sequence, batch_major))
    states = [("h", o.tensor) for o in found.outputs if o.step is None and not o.batch_major]
    for state, tensor in states + [("c", tensor) for tensor in found.memory]:
        for name, own in _gathered(view, tensor):
            known.add(own)
            final.setdefault(state, []).append(name)
    if len(known) != 1:
        return None
    layer = layer._replace(lengths=known.pop(), final=final)
    return found._replace(layers=[layer], outputs=outputs)


def _masked(view, tensor, batch_major):
    """Yield tensors with zeros past the sequences' ends, whether batch-major, and the lengths."""
    for node, place in view.uses(tensor):
        result = node.name + ":0"
        if place == 0 and swaps_time_and_batch(view, node):
            yield from _masked(view, result, not batch_major)
        if node.op in ("Select", "SelectV2") and place == 1 and view.is_zero(node.input[2]):
            lengths = _mask_of(view, node.input[0])
            if lengths:
                yield result, batch_major, lengths


def _mask_of(view, tensor):
    """Return the lengths of a `tf.sequence_mask`, "" for other tensors."""
    node = view.node(tensor)
    while node.op in ("Reshape", "Transpose", "ExpandDims"):
        node = view.node(node.input[0])
    if node.op != "Less":
        return ""
    times, lengths = view.inputs(node)
    if view.node(times).op != "Range" and view.constant(times) is None:
        return ""
    return _past(view, lengths, "ExpandDims", "Cast")


def _past(view, tensor, *ops):
    while view.node(tensor).op in ops:
        tensor = view.source(view.node(tensor).input[0])
    return view.source(tensor)


def _gathered(view, tensor):
    """Yield tensors that hold what each sequence has at its end, and the lengths."""
    for node, place in view.uses(tensor):
        if node.op == "GatherNd" and place == 0:
            pairs = view.node(node.input[1])
            last = view.node(pairs.input[0]) if pairs.op == "Pack" else pairs
            if last.op == "Sub" and view.node(last.input[0]).op == "Minimum":
                lengths = view.inputs(view.node(last.input[0]))[0]
                at_least = view.node(lengths)
                if at_least.op == "Maximum":  # a sequence of no steps gets its initial state later
                    lengths = view.inputs(at_least)[0]
                yield node.name + ":0", lengths
