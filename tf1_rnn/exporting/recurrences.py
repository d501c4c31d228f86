"""The recurrent layers of a TensorFlow graph: loops, unrolled steps and block operators.

A loop counts only if everything it carries on is a state of a step that `steps` knows, and what it
puts out is made of such steps; any other stays what it is.
"""

from typing import Any, NamedTuple

import numpy as np

from tf1_rnn.exporting import steps
from tf1_rnn.exporting.loops import after_one, entrances, variables


class Recurrence(NamedTuple):
    """A layer over a sequence, with H units."""

    name: str
    step: Any  # its `steps.Step`
    x: Any  # `Sequence` of its inputs
    initial: dict  # the tensors of its initial state, by "h" and "c"
    lengths: str  # the tensor of the sequences' lengths `[batch]`, "" where all are as long
    final: dict  # the tensors that are its final state: lists, by "h" and "c"
    reversed: bool = False  # whether it reads each sequence from its end


class Sequence(NamedTuple):
    """A value for each step: where it comes from, or what is made of others.

    op: "tensor" with a name, `[time, batch, ...]`; "batch_major" with a name,
    `[batch, time, ...]`; "steps" with tensors, one a step; "layer" with a recurrence's name; or
    ONNX's operator with its operands, which are sequences and arrays.
    """

    op: str
    operands: tuple


class Output(NamedTuple):
    """A tensor of the graph that holds a sequence."""

    tensor: str
    sequence: Sequence
    batch_major: bool = False  # `[batch, time, ...]`, else `[time, batch, ...]`
    step: Any = None  # only this step of it; None for all


class Found(NamedTuple):
    """A replacement in a graph: layers, and the tensors that they take the place of."""

    layers: list  # of `Recurrence`, each after those it takes its inputs from
    outputs: list  # of `Output`
    memory: tuple = ()  # tensors of all steps' c, which no output can give


def leaves(sequence, layers=False):
    """Return the tensors of the graph that a sequence is made of, and the names of layers."""
    if not isinstance(sequence, Sequence) or (sequence.op == "layer" and not layers):
        return []
    if sequence.op in ("tensor", "batch_major", "steps", "layer"):
        return list(sequence.operands)
    return [name for operand in sequence.operands for name in leaves(operand, layers)]


# What may lie between the layers of a loop, and ONNX's name of it.
_LIFTED = {
    "Add": "Add",
    "AddV2": "Add",
    "BiasAdd": "Add",
    "Sub": "Sub",
    "Mul": "Mul",
    "RealDiv": "Div",
    "MatMul": "MatMul",
    **steps.ACTIVATIONS,
}


def find(view):
    """Return the recurrent layers of a graph.

    Args:
        view: a `GraphView` of a frozen graph.

    Returns:
        A list of `Found`, one for each loop, chain of steps, or block operator.
    """
    found = [_loop(view, enters) for enters in entrances(view)]
    return [each for each in found if each] + _chains(view) + _blocks(view)


def _loop(view, enters):
    carried = variables(view, enters)
    arrays, states, time = {}, [], None
    for variable in carried:
        new = view.node(variable.new)
        if new.op == "TensorArrayWriteV3":
            arrays[variable.inside] = (variable, new)
            time = view.inputs(new)[1]
        elif not _is_counter(view, variable):
            states.append(variable)
    if time is None and states:
        time = _time_of_reads(view, enters)
    clock = next((v for v in carried if v.inside == time), None)
    if clock is None or not view.is_zero(clock.initial) or not _is_counter(view, clock):
        return None
    return _Loop(view, time, states, list(arrays.values())).found()


def _time_of_reads(view, enters):
    """Return the index at which a loop without outputs reads its inputs."""
    for enter in enters:
        for node, _ in view.consumers(enter.name + ":0"):
            if node.op == "TensorArrayReadV3":
                return view.inputs(node)[1]
    return None


def _is_counter(view, variable):
    return after_one(view, variable.new) == variable.inside


class _Loop:
    """A loop over time, while it is analysed."""

    def __init__(self, view, time, states, arrays):
        self._view, self._time, self._states, self._arrays = view, time, states, arrays
        self._lengths = set()
        self._layers = {}  # of the tensor of each layer's output in the body

    def found(self):
        """Return the loop as `Found`, None unless it consists only of layers."""
        new = {each.inside: self._unmasked(each.new, each.inside) for each in self._states}
        owned = set()
        for variable in self._states:
            step = steps.match(self._view, new[variable.inside], variable.inside)
            if not step or step.states["h"] != variable.inside:
                continue
            if any(new.get(inside) != step.after[s] for s, inside in step.states.items()):
                continue
            owned.update(step.states.values())
            self._layers[step.after["h"]] = step
        if owned != set(new) or not owned or len(self._lengths) > 1:
            return None
        lengths = next(iter(self._lengths), "")
        layers = self._recurrences(lengths)
        if layers is None:
            return None
        outputs, memory = [], []
        for variable, write in self._arrays:
            gathers = self._gathers(variable)
            sequence = self._written(write)
            if gathers is None or sequence is None:
                return None
            if sequence.op == "memory":
                memory += gathers
            else:
                outputs += [Output(tensor, sequence) for tensor in gathers]
        return Found(layers, outputs, tuple(memory))

    def _unmasked(self, tensor, kept):
        """Return a value before the Select that keeps or zeroes it past a sequence's length."""
        node = self._view.node(tensor)
        if node.op not in ("Select", "SelectV2"):
            return tensor
        ended, before, new = self._view.inputs(node)
        test = self._view.node(ended)
        while test.op in ("Tile", "Reshape", "ExpandDims", "BroadcastTo", "StridedSlice"):
            test = self._view.node(test.input[0])
        if test.op == "Less":  # than the length: the step is inside
            before, new = new, before
        if test.op not in ("GreaterEqual", "Less") or self._view.inputs(test)[0] != self._time:
            return tensor
        if before != kept and not (kept == "zero" and self._view.is_zero(before)):
            return tensor
        self._lengths.add(self._view.inputs(test)[1])
        return new

    def _recurrences(self, lengths):
        by_state = {variable.inside: variable for variable in self._states}
        found, waiting = {}, dict(self._layers)
        while waiting:
            ready = [h for h in waiting if self._lifted(waiting[h].x, found) is not None]
            if not ready:
                return None
            for h in ready:
                step = waiting.pop(h)
                own = {state: by_state[inside] for state, inside in step.states.items()}
                found[h] = Recurrence(
                    h,
                    step,
                    self._lifted(step.x, found),
                    {state: variable.initial for state, variable in own.items()},
                    lengths,
                    {state: variable.exits for state, variable in own.items()},
                )
        return list(found.values())

    def _lifted(self, tensor, layers):
        """Return a value of the loop's body as a `Sequence`, None where it cannot be one."""
        view = self._view
        tensor = view.source(tensor)
        if tensor in layers:
            return Sequence("layer", (tensor,))
        node = view.node(tensor)
        if node.op == "TensorArrayReadV3":
            return self._read(node)
        if node.op == "GatherV2":
            whole, index, axis = view.inputs(node)
            is_step = index == self._time and view.is_zero(axis) and not self._is_inside(whole)
            return Sequence("tensor", (whole,)) if is_step else None
        value = view.constant(tensor)
        if value is not None:
            return value
        if node.op not in _LIFTED or node.attr["transpose_a"].b or node.attr["transpose_b"].b:
            return None
        operands = tuple(self._lifted(name, layers) for name in view.inputs(node))
        if any(operand is None for operand in operands):
            return None
        return Sequence(_LIFTED[node.op], operands)

    def _is_inside(self, tensor):
        """Whether a tensor is made of what the loop carries on."""
        waiting, seen = [tensor], set()
        while waiting:
            node = self._view.node(waiting.pop())
            if node.op == "Switch":
                return True
            if node.op != "Exit" and node.name not in seen:
                seen.add(node.name)
                waiting += self._view.inputs(node)
        return False

    def _read(self, node):
        """Return what a loop reads at each step: the tensor that was unstacked."""
        _, index, flow = self._view.inputs(node)
        scatter = self._view.node(flow)
        if index != self._time or scatter.op != "TensorArrayScatterV3":
            return None
        return Sequence("tensor", (self._view.inputs(scatter)[2],))

    def _written(self, write):
        """Return what the loop writes into a TensorArray, None if that is unclear."""
        _, index, value, _ = self._view.inputs(write)
        if index != self._time:
            return None
        value = self._unmasked(value, "zero")
        if any(step.after.get("c") == value for step in self._layers.values()):
            return Sequence("memory", (value,))
        sequence = self._lifted(value, self._layers)
        return sequence if isinstance(sequence, Sequence) else None

    def _gathers(self, variable):
        """Return the tensors that hold all of a TensorArray, None if it is used differently."""
        found = []
        for tensor in variable.exits:
            for node, _ in self._view.uses(tensor):
                if node.op == "TensorArraySizeV3":
                    continue
                if node.op != "TensorArrayGatherV3":
                    return None
                found.append(node.name + ":0")
        return found


def _blocks(view):
    """Find TensorFlow's operators that run an LSTM over a whole sequence."""
    found = []
    for node in view.nodes.values():
        if node.op not in ("BlockLSTM", "BlockLSTMV2"):
            continue
        _, x, c, h, *arrays = view.inputs(node)
        weights = steps.block_weights(node, *map(view.constant, arrays))
        if weights is None:
            continue
        name = node.name + ":6"
        step = steps.Step(x, {"h": h, "c": c}, {}, weights)
        memory = node.name + ":1"
        final = {"h": _last(view, name), "c": _last(view, memory)}
        layer = Recurrence(name, step, Sequence("tensor", (x,)), {"h": h, "c": c}, "", final)
        found.append(Found([layer], [Output(name, Sequence("layer", (name,)))], (memory,)))
    return found


def _last(view, tensor):
    """Return the tensors that are the last step of a tensor, `tensor[-1]`."""
    found = []
    for node, place in view.uses(tensor):
        if node.op == "StridedSlice" and place == 0 and node.attr["shrink_axis_mask"].i == 1:
            begin = view.constant(node.input[1])
            if begin is not None and list(begin) == [-1]:
                found.append(node.name + ":0")
    return found


def _chains(view):
    """Find steps that follow each other in the graph itself, as `static_rnn` makes them."""
    by_state = {}
    for node in view.nodes.values():
        if node.op not in _STEP_ENDS:
            continue
        step = steps.match(view, f"{node.name}:{_STEP_ENDS[node.op]}")
        if step and not _is_in_loop(view, step):
            # A projected step holds one without a projection, which is none of its own.
            known = by_state.get(_key(step.states))
            if known is None or known.weights.get("projection") is None:
                by_state[_key(step.states)] = step
    after = {_key(step.after) for step in by_state.values()}
    chains = []
    for states, step in by_state.items():
        if states in after:
            continue
        chain = [step]
        while _key(chain[-1].after) in by_state:
            chain.append(by_state[_key(chain[-1].after)])
        is_same = all(_has_weights_of(chain[0], other) for other in chain[1:])
        if len(chain) > 1 and is_same and not _reads_itself(view, chain):
            chains.append(chain)
    return [_chain(view, chain, chains) for chain in _in_order(chains)]


def _reads_itself(view, chain):
    """Whether inputs are made of the chain's own states, as with attention or in a decoder."""
    own = {tensor for step in chain for tensor in step.after.values()}
    waiting, seen = [step.x for step in chain], set()
    while waiting:
        tensor = waiting.pop()
        if tensor in own:
            return True
        if tensor not in seen:
            seen.add(tensor)
            waiting += view.inputs(view.node(tensor))
    return False


# What a step can end with, and which of its outputs h is.
_STEP_ENDS = {
    **dict.fromkeys(("Mul", "Add", "AddV2", "MatMul", *steps.ACTIVATIONS), 0),
    "LSTMBlockCell": 6,
    "GRUBlockCell": 3,
}


def _key(states):
    return states["h"], states.get("c")


def _is_in_loop(view, step):
    return any(view.node(tensor).op == "Switch" for tensor in step.states.values())


def _has_weights_of(one, other):
    return one.activation == other.activation and all(
        np.array_equal(value, other.weights[name]) for name, value in one.weights.items()
    )


def _in_order(chains):
    """Chains, each after those that its inputs are made of."""
    made = {step.after["h"]: index for index, chain in enumerate(chains) for step in chain}
    order = []

    def visit(index):
        if index in order:
            return
        for step in chains[index]:
            if made.get(step.x, index) != index:
                visit(made[step.x])
        order.append(index)

    for index in range(len(chains)):
        visit(index)
    return [chains[index] for index in order]


def _chain(view, chain, chains):
    every = [step.after["h"] for step in chain]
    x, is_reversed = _stacked(view, [step.x for step in chain], chains)
    final = {state: [tensor] for state, tensor in chain[-1].after.items() if state != "h"}
    layer = Recurrence(every[-1], chain[0], x, dict(chain[0].states), "", final, is_reversed)
    sequence = Sequence("layer", (layer.name,))
    in_time = every[::-1] if is_reversed else every
    outputs = [Output(h, sequence, step=index) for index, h in enumerate(in_time)]
    outputs += [
        Output(pack, sequence, is_batch_major) for pack, is_batch_major in _packs(view, in_time)
    ]
    memory = [step.after.get("c") for step in chain]
    memory = [] if None in memory else _packs(view, memory[::-1] if is_reversed else memory)
    return Found([layer], outputs, tuple(pack for pack, _ in memory))


def _packs(view, steps):
    """Pairs of a tensor that holds all steps, and whether it is batch-major."""
    return [
        (node.name + ":0", node.attr["axis"].i == 1)
        for node, place in view.uses(steps[0])
        if node.op == "Pack" and view.inputs(node) == steps and node.attr["axis"].i in (0, 1)
        and place == 0
    ]  # fmt: skip


def _stacked(view, tensors, chains):
    """Return the inputs of a chain of steps as one sequence, and whether it is read backwards."""
    for chain in chains:
        if [step.after["h"] for step in chain] == tensors:
            return Sequence("layer", (chain[-1].after["h"],)), False
    node = view.node(tensors[0])
    if node.op == "Unpack" and node.attr["axis"].i in (0, 1):
        in_order = [f"{node.name}:{index}" for index in range(node.attr["num"].i)]
        if tensors in (in_order, in_order[::-1]):
            layout = "batch_major" if node.attr["axis"].i else "tensor"
            return Sequence(layout, (view.inputs(node)[0],)), tensors != in_order
    return Sequence("steps", tuple(tensors)), False
