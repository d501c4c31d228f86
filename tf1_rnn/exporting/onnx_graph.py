"""A TensorFlow graph as ONNX: its recurrent layers as single nodes, all else by tf2onnx.

The layers are removed from the graph: their inputs become outputs of the rest, their outputs
become inputs of it. What is left is converted, and the layers are put back.
"""

import collections
import contextlib
import io
import logging
from typing import Any, NamedTuple

import numpy as np
import onnx
import tensorflow.compat.v1 as tf

from tf1_rnn.checkpoints.recognising import Layer
from tf1_rnn.exporting import onnx_builder, onnx_cells, onnx_names, recurrences
from tf1_rnn.exporting.blocks import is_block
from tf1_rnn.exporting.directions import directed
from tf1_rnn.exporting.endings import ended
from tf1_rnn.exporting.graph_view import GraphView, with_index
from tf1_rnn.exporting.onnx_builder import Builder
from tf1_rnn.exporting.plain import plain
from tf1_rnn.exporting.recurrences import Sequence, leaves
from tf1_rnn.exporting.unrolling import unrolled

LOOPS = ("Scan", "Loop", "If")


class Converted(NamedTuple):
    """A graph as ONNX."""

    model: Any  # ModelProto
    layers: list  # a line on each recurrent node
    loops: dict  # how many of `LOOPS` it has, where it has any


def convert(graph_def, inputs, outputs, metadata=None):
    """Convert a frozen graph.

    Args:
        graph_def: a GraphDef whose variables are constants.
        inputs: a dict of names in the ONNX file to tensors of the graph, as `x:0`.
        outputs: the same for what it computes.
        metadata: names and values, both str, kept in the file.

    Returns:
        `Converted`.

    Raises:
        ValueError: in one line, if something in the graph has no counterpart in ONNX.
    """
    plain_def = plain(graph_def, outputs.values())
    loops = [node for node in plain_def.node if node.op == "Enter"]
    try:
        if any(node.attr["T"].type == tf.float64.as_datatype_enum for node in loops):
            # tf2onnx would make operators of them, which take float32 alone.
            raise ValueError("ONNX Runtime has no recurrent operators for float64")
        return _converted(plain_def, inputs, outputs, metadata)
    except ValueError as error:  # loops in loops, for instance, are too much for tf2onnx
        if not loops and not any(is_block(node) for node in plain_def.node):
            raise
        try:
            graph_def = unrolled(graph_def, outputs.values())
        except ValueError:
            raise error from None
        found = _converted(graph_def, inputs, outputs, metadata)
        return found._replace(layers=[*found.layers, "loops: unrolled"])


def _converted(graph_def, inputs, outputs, metadata):
    view = GraphView(graph_def)
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(graph_def, name="")
    found = [each for each in recurrences.find(view) if _is_float32(each) and _fits(graph, each)]
    found = ended(view, found, outputs.values())
    found = [directed(view, each, outputs.values()) for each in found]
    cut = _Cut(view, graph, found, list(outputs.values()))
    layers = _Layers(view, cut)
    for group in _pairs(view, found):
        layers.add(group)
    rest = _by_tf2onnx(cut, inputs, outputs)
    model = _joined(rest, layers.builder, inputs, outputs)
    try:
        model = onnx_builder.checked(model, metadata)
    except onnx.checker.ValidationError as error:
        raise ValueError(
            f"the graph cannot be written as ONNX: {str(error).splitlines()[0]}"
        ) from None
    counts = collections.Counter(node.op_type for node in model.graph.node)
    return Converted(model, layers.lines, {op: counts[op] for op in LOOPS if counts[op]})


def _is_float32(found):
    """Whether a layer is float32; ONNX Runtime's recurrent operators take nothing else."""
    return all(layer.step.weights["bias"].dtype == np.float32 for layer in found.layers)


def _fits(graph, found):
    """Whether inputs are as wide as the kernels; what only resembles a layer is not converted."""
    for layer in found.layers:
        for tensor in leaves(layer.x) if layer.x.op in ("tensor", "batch_major", "steps") else []:
            shape = graph.get_tensor_by_name(tensor).shape
            known = shape.as_list()[-1] if shape.rank else None
            if known not in (None, len(layer.step.weights["input_kernel"])):
                return False
    return True


def _pairs(view, found):
    """Yield lists of one `Found`, or of a forward and a backward one that become one node."""
    rest = list(found)
    while rest:
        group = [rest.pop(0)]
        for other in rest:
            if _is_pair(view, group[0], other):
                rest.remove(other)
                group.append(other)
                break
        yield sorted(group, key=lambda each: each.layers[0].reversed)


def _is_pair(view, one, other):
    if len(one.layers) != 1 or len(other.layers) != 1:
        return False
    (a,), (b,) = one.layers, other.layers
    return (
        a.reversed != b.reversed
        and a.x == b.x
        and a.lengths == b.lengths
        and _all_zero(view, a) == _all_zero(view, b)
        and _cell(a).sizes == _cell(b).sizes
        and all(onnx_cells.is_operator(_cell(layer)) for layer in (a, b))
    )


def _all_zero(view, layer):
    return all(view.is_zero(tensor) for tensor in layer.initial.values())


def _cell(layer):
    scope = layer.name.rpartition(":")[0].rpartition("/")[0]
    direction = "backward" if layer.reversed else "forward"
    return layer.step.cell(Layer(scope, "", (), False, {}, direction, None, {}))


class _Cut:
    """A graph without its recurrent layers.

    Attributes:
        graph_def: what is left.
        outputs: the names in it of what the whole computes.
        taken: the names in it of what the layers take, by tensor.
        given: pairs (placeholder, tensor) of what the layers give.
    """

    def __init__(self, view, graph, found, outputs):
        self._graph, self.graph_def = graph, graph.as_graph_def()
        self._drop_asserts()
        self.outputs = [self._identity(name, f"output/{i}") for i, name in enumerate(outputs)]
        self.taken, self.given = {}, {}
        for each in found:
            for layer in each.layers:
                for state, tensors in layer.final.items():
                    for tensor in tensors:
                        self._give(tensor, [None, _width(layer, state)])
                initial = [t for t in layer.initial.values() if not _all_zero(view, layer)]
                for tensor in [*initial, *leaves(layer.x), *filter(None, [layer.lengths])]:
                    self._take(tensor)
            for output in each.outputs:
                steps = [] if output.step is not None else [None]
                self._give(output.tensor, [*steps, None, _width_of(each, output.sequence)])
                for tensor in leaves(output.sequence):
                    self._take(tensor)
        self._point_to_given()

    def _drop_asserts(self):
        asserts = {"^" + node.name for node in self.graph_def.node if node.op == "Assert"}
        for node in self.graph_def.node:
            kept = [name for name in node.input if name not in asserts]
            del node.input[:]
            node.input.extend(kept)

    def _identity(self, tensor, name):
        node = self.graph_def.node.add(name=name, op="Identity", input=[with_index(tensor)])
        dtype = self._graph.get_tensor_by_name(with_index(tensor)).dtype
        node.attr["T"].type = dtype.as_datatype_enum
        return name + ":0"

    def _take(self, tensor):
        if tensor not in self.taken:
            self.taken[tensor] = self._identity(tensor, f"taken/{len(self.taken)}")

    def _give(self, tensor, shape):
        if tensor in self.given:
            return
        known = self._graph.get_tensor_by_name(tensor)
        node = self.graph_def.node.add(name=f"given/{len(self.given)}", op="Placeholder")
        node.attr["dtype"].type = known.dtype.as_datatype_enum
        if known.shape.rank is not None:
            node.attr["shape"].shape.CopyFrom(known.shape.as_proto())
        else:
            node.attr["shape"].shape.CopyFrom(tf.TensorShape(shape).as_proto())
        self.given[tensor] = node.name + ":0"

    def _point_to_given(self):
        for node in self.graph_def.node:
            for place, name in enumerate(node.input):
                if not name.startswith("^"):
                    node.input[place] = self.given.get(with_index(name), name)


def _width(layer, state):
    weights = layer.step.weights
    return weights["bias"].size // 4 if state == "c" else len(weights["state_kernel"])


def _width_of(found, sequence):
    """Return the width of a sequence that a layer makes, None for others."""
    widths = {layer.name: _width(layer, "h") for layer in found.layers}
    return widths.get(sequence.operands[0]) if sequence.op == "layer" else None


class _Layers:
    """The nodes of the recurrent layers.

    Attributes:
        builder: the `Builder` they are in.
        lines: what they are, a line each.
    """

    def __init__(self, view, cut):
        self._view, self._cut = view, cut
        self.builder, self.lines = Builder(onnx_names.KEPT), []
        self._outputs = {}  # of each layer, `[time, batch, width]`
        self._sequences = {}  # those that are made, by what they are made of

    def add(self, group):
        """Add the layers of one loop or chain, or of the two of a bidirectional pair."""
        if len(group) == 2:
            self._add_level([each.layers[0] for each in group])
        else:
            for layer in group[0].layers:
                self._add_level([layer])
        for each in group:
            for output in each.outputs:
                if output.tensor in self._cut.given:
                    self._give(output, each.layers[0])

    def _add_level(self, layers):
        builder, level = self.builder, [_cell(layer) for layer in layers]
        first = layers[0]
        x = self._sequence(first.x)
        lengths = self._lengths(first)
        initial = None
        if not _all_zero(self._view, first):
            initial = [
                {state: self._cut.taken[tensor] for state, tensor in layer.initial.items()}
                for layer in layers
            ]
        elif not onnx_cells.is_operator(level[0]) or lengths:
            initial = [self._zeros(x, cell) for cell in level]
        name = level[0].layer.scope
        outputs, final = onnx_cells.recurrent(builder, level, x, lengths, initial, name)
        parts = [outputs]
        if len(level) == 2:
            parts = builder.node("Split", [outputs], 2, axis=2)
        for layer, part, own in zip(layers, parts, final, strict=True):
            self._outputs[layer.name] = part
            for state, tensors in layer.final.items():
                for tensor in tensors:
                    if tensor in self._cut.given:
                        builder.node("Identity", [own[state]], [self._cut.given[tensor]])
        operator = onnx_cells.OPERATORS.get(level[0].family)
        operator = operator if onnx_cells.is_operator(level[0]) else "Scan"
        both = ", both directions" if len(level) == 2 else ""
        self.lines.append(f"{name}: {operator}, {level[0].units} units{both}")

    def _zeros(self, x, cell):
        builder, found = self.builder, {}
        batch = builder.node(
            "Slice", [builder.node("Shape", [x]), builder.ints(1), builder.ints(2)]
        )
        for state in onnx_cells.state_names(cell):
            width = cell.width if state == "h" else cell.units
            shape = builder.node("Concat", [batch, builder.ints(width)], axis=0)
            found[state] = builder.node(
                "Expand", [builder.constant(np.zeros([1, 1], np.float32), "zero"), shape]
            )
        return found

    def _lengths(self, layer):
        if not layer.lengths:
            return ""
        key = "lengths", layer.lengths
        if key not in self._sequences:
            tensor = self._cut.taken[layer.lengths]
            self._sequences[key] = self.builder.node("Cast", [tensor], to=onnx_builder.INT32)
        return self._sequences[key]

    def _sequence(self, sequence):
        """Return the name of a sequence `[time, batch, ...]`, whose nodes are made once."""
        builder = self.builder
        if not isinstance(sequence, Sequence):
            return builder.constant(sequence)
        if sequence.op == "layer":
            return self._outputs[sequence.operands[0]]
        if sequence.op == "tensor":
            return self._cut.taken[sequence.operands[0]]
        if sequence.op == "batch_major":
            if sequence not in self._sequences:
                tensor = self._cut.taken[sequence.operands[0]]
                self._sequences[sequence] = builder.node("Transpose", [tensor], perm=[1, 0, 2])
            return self._sequences[sequence]
        if sequence.op == "steps":
            steps = [
                builder.node("Unsqueeze", [self._cut.taken[tensor], builder.ints(0)])
                for tensor in sequence.operands
            ]
            return builder.node("Concat", steps, axis=0)
        return builder.node(sequence.op, [self._sequence(each) for each in sequence.operands])

    def _give(self, output, layer):
        """Add what an output of the graph takes from a sequence."""
        builder, name = self.builder, self._cut.given[output.tensor]
        sequence = self._sequence(output.sequence)
        if layer.lengths and output.sequence.op != "layer":
            sequence = self._masked(sequence, layer)
        if output.step is not None:
            step = builder.constant(np.array(output.step, np.int64), "step")
            builder.node("Gather", [sequence, step], [name], axis=0)
        elif output.batch_major:
            builder.node("Transpose", [sequence], [name], perm=[1, 0, 2])
        else:
            builder.node("Identity", [sequence], [name])

    def _masked(self, sequence, layer):
        """Zeros after the sequences' ends, as TensorFlow's loops return."""
        builder = self.builder
        steps = builder.node("Gather", [builder.node("Shape", [sequence]), builder.ints(0)], axis=0)
        limits = [builder.constant(np.array(value, np.int64)) for value in (0, 1)]
        count = builder.node("Squeeze", [steps, builder.ints(0)])
        times = builder.node("Range", [limits[0], count, limits[1]])
        times = builder.node("Unsqueeze", [times, builder.ints(1, 2)])
        lengths = builder.node("Cast", [self._lengths(layer)], to=onnx_builder.INT64)
        inside = builder.node(
            "Less", [times, builder.node("Unsqueeze", [lengths, builder.ints(1)])]
        )
        zero = builder.constant(np.zeros([], np.float32), "zero")
        return builder.node("Where", [inside, sequence, zero])


def _by_tf2onnx(cut, inputs, outputs):
    """Convert what is left, with the tensors that the layers take and give."""
    logging.getLogger("tf2onnx").setLevel(logging.ERROR)
    from tf2onnx import optimizer, tfonnx

    ends = [*cut.outputs, *cut.taken.values()]
    begins = [*inputs.values(), *cut.given.values()]
    graph_def = tf.graph_util.extract_sub_graph(
        cut.graph_def, [name.rpartition(":")[0] for name in ends]
    )
    there = {node.name for node in graph_def.node}
    begins = [name for name in map(with_index, begins) if name.rpartition(":")[0] in there]
    renamed = {with_index(tensor): name for name, tensor in inputs.items()}
    renamed.update(zip(cut.outputs, outputs, strict=True))
    try:
        # tf2onnx prints shapes of some layers to the standard output.
        with tf.Graph().as_default() as graph, contextlib.redirect_stdout(io.StringIO()):
            tf.import_graph_def(graph_def, name="")
            converted = tfonnx.process_tf_graph(
                graph,
                opset=onnx_builder.OPSET,
                input_names=begins,
                output_names=ends,
                tensors_to_rename=renamed,
            )
            converted = optimizer.optimize_graph(converted, catch_errors=False)
            return converted.make_model("graph")
    except Exception as error:  # tf2onnx has no exception of its own
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ValueError(f"tf2onnx cannot write the graph as ONNX: {reason}") from None


def _joined(rest, builder, inputs, outputs):
    """Put the recurrent layers back."""
    model = onnx.ModelProto()
    model.CopyFrom(rest)
    graph = model.graph
    graph.node.extend(builder.nodes)
    graph.initializer.extend(builder.initializers)
    for values, names in ((graph.input, inputs), (graph.output, outputs)):
        known = {value.name: value for value in values}
        kept = [known[name] for name in names if name in known]
        del values[:]
        values.extend(kept)
    model.producer_name, model.producer_version = "tf1_rnn", ""
    model.ir_version = onnx_builder.IR_VERSION
    onnx_names.canonical(model)
    return model
