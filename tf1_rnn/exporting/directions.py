"""Which recurrent layers of a graph read their sequences from the end.

TensorFlow 1 reverses the inputs before the loop, each sequence within its length, and the outputs
behind it; ONNX's operators do that themselves.
"""

from typing import NamedTuple

from tf1_rnn.exporting.recurrences import Output, Sequence


class _Origin(NamedTuple):
    """What a time-major tensor is made of by transpositions and one reversal."""

    tensor: str
    batch_major: bool
    is_reversed: bool
    lengths: str


def directed(view, found, wanted):
    """Return a `Found` whose inputs are taken from before they were reversed and transposed.

    Args:
        view: a `GraphView`.
        found: a loop, as `recurrences.find` gives it.
        wanted: names of the tensors that the graph is for.
    """
    wanted = {view.source(tensor) for tensor in wanted}
    origins = {}
    for layer in found.layers:
        for leaf in _leaves(layer.x):
            origins[leaf] = _origin(view, leaf, layer.lengths)
    for output in found.outputs:
        for leaf in _leaves(output.sequence):
            origins[leaf] = _origin(view, leaf, found.layers[0].lengths)
    is_reversed = any(origin.is_reversed for origin in origins.values())
    outputs = found.outputs
    if is_reversed:
        outputs = [
            out for each in outputs for out in _reversed_again(view, each, found.layers[0], wanted)
        ]
        if None in outputs or not all(origin.is_reversed for origin in origins.values()):
            return found
    layers = [
        layer._replace(x=_replaced(layer.x, origins), reversed=layer.reversed != is_reversed)
        for layer in found.layers
    ]
    outputs = [each._replace(sequence=_replaced(each.sequence, origins)) for each in outputs]
    return found._replace(layers=layers, outputs=outputs)


def untransposed(view, sequence):
    """Return a sequence whose tensors are taken from before they were transposed."""
    origins = {leaf: _origin(view, leaf, None) for leaf in _leaves(sequence)}
    return _replaced(sequence, origins)


def _leaves(sequence):
    """Return the parts of a sequence that are tensors."""
    if not isinstance(sequence, Sequence):
        return []
    if sequence.op in ("tensor", "batch_major"):
        return [sequence]
    return [leaf for operand in sequence.operands for leaf in _leaves(operand)]


def _replaced(sequence, origins):
    """Return a sequence with each tensor replaced by its origin."""
    if not isinstance(sequence, Sequence):
        return sequence
    if sequence.op in ("tensor", "batch_major"):
        origin = origins[sequence]
        return Sequence("batch_major" if origin.batch_major else "tensor", (origin.tensor,))
    if sequence.op in ("layer", "steps"):
        return sequence
    return sequence._replace(operands=tuple(_replaced(each, origins) for each in sequence.operands))


def _origin(view, leaf, lengths):
    """Where a tensor comes from; with `lengths` None, reversals are not followed."""
    tensor = view.source(leaf.operands[0])
    origin = _Origin(tensor, leaf.op == "batch_major", False, "")
    while True:
        node = view.node(origin.tensor)
        time_axis = int(origin.batch_major)
        if swaps_time_and_batch(view, node):
            flipped = not origin.batch_major
            origin = origin._replace(tensor=view.inputs(node)[0], batch_major=flipped)
        elif lengths is None:
            return origin
        elif not origin.is_reversed and _reverses(view, node, time_axis, lengths):
            origin = origin._replace(tensor=view.inputs(node)[0], is_reversed=True)
        else:
            return origin


def swaps_time_and_batch(view, node):
    """Whether a node transposes the first two axes of a tensor."""
    if node.op != "Transpose":
        return False
    order = view.constant(view.inputs(node)[1])
    return order is not None and list(order) == [1, 0, *range(2, len(order))]


def _reverses(view, node, time_axis, lengths):
    if node.op == "ReverseV2":
        axes = view.constant(view.inputs(node)[1])
        return axes is not None and list(axes) == [time_axis] and not lengths
    return (
        node.op == "ReverseSequence"
        and node.attr["seq_dim"].i == time_axis
        and node.attr["batch_dim"].i == 1 - time_axis
        and view.inputs(node)[1] == lengths
    )


def _reversed_again(view, output, layer, wanted):
    """Return an output's uses behind its reversal; [None] where it is also used unreversed."""
    found, waiting = [], [(output.tensor, output.batch_major)]
    while waiting:
        tensor, batch_major = waiting.pop()
        if tensor in wanted:
            return [None]
        for node, place in view.uses(tensor):
            result = node.name + ":0"
            if place == 0 and swaps_time_and_batch(view, node):
                waiting.append((result, not batch_major))
            elif place == 0 and _reverses(view, node, int(batch_major), layer.lengths):
                found.append(Output(result, output.sequence, batch_major))
            elif node.op != "Shape":
                return [None]
    return found
