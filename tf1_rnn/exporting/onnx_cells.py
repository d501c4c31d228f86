"""A cell over a sequence as one LSTM, GRU or RNN node; as a Scan where ONNX has no such operator.

ONNX's gates lie in the order i, o, f, c (which is j here), and z, r, h (u, r, c). Its LSTM has
peepholes, for i, o and f; its GRU resets before the product with the state as TensorFlow 1's does,
or after it as cuDNN's. What it has no operator for is a projection, and convolutions.
"""

import numpy as np
from onnx import TensorProto

from tf1_rnn.exporting.cells import GRU_GATES, LSTM_GATES, reordered
from tf1_rnn.exporting.onnx_builder import Builder, value

_THERE = {"lstm": (LSTM_GATES, "iofj"), "gru": (GRU_GATES + "c", GRU_GATES + "c")}
OPERATORS = {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU", "gru_reset_after": "GRU"}
DIRECTIONS = {"": "forward", "forward": "forward", "backward": "reverse"}


def is_operator(cell):
    """Whether ONNX has an operator for a cell."""
    return cell.family in OPERATORS and cell.projection is None


def state_names(cell):
    """Return the names of a cell's states."""
    return ("h", "c") if cell.family in ("lstm", "conv") else ("h",)


def recurrent(builder, level, x, lengths, states, name):
    """Add a layer, or both directions of one.

    Args:
        builder: the `Builder` of the graph.
        level: a list of one `Cell`, or of a forward and a backward one of equal sizes.
        x: name of the inputs `[time, batch, D]`, for a convolution `[time, batch, C, *space]`.
        lengths: name of the sequences' lengths `[batch]`, int32; "" where all are as long.
        states: for each cell, the names of its initial states by "h" and "c", `[batch, H]`; None
            for zeros, where `lengths` is "" and all cells have operators.
        name: what the node is called.

    Returns:
        The name of the outputs `[time, batch, width]`, both directions' joined along the last
        axis (axis 2 for a convolution), and for each cell a dict of its final states.
    """
    if all(is_operator(cell) for cell in level):
        return _operator(builder, level, x, lengths, states, name)
    ways = [
        _scan(builder, cell, x, lengths, initial, f"{name}/{way or 'scan'}")
        for cell, initial, way in zip(level, states, ("fw", "bw"), strict=False)
    ]
    outputs = [outputs for outputs, _ in ways]
    joined = outputs[0] if len(outputs) == 1 else builder.node("Concat", outputs, axis=2)
    return joined, [final for _, final in ways]


def _operator(builder, level, x, lengths, states, name):
    cell = level[0]
    inputs = [x, *_weights(builder, level, name), lengths]
    for state in state_names(cell) if states else []:
        parts = [builder.node("Unsqueeze", [own[state], builder.ints(0)]) for own in states]
        inputs.append(parts[0] if len(parts) == 1 else builder.node("Concat", parts, axis=0))
    if cell.peepholes is not None:
        peepholes = np.stack([each.peepholes[[0, 2, 1]].ravel() for each in level])
        inputs += [""] * (7 - len(inputs))
        inputs.append(builder.constant(_float32(peepholes), name + "/P"))
    both = len(level) == 2
    attributes = {}
    if cell.family.startswith("gru"):
        attributes["linear_before_reset"] = int(cell.family == "gru_reset_after")
    if cell.activation != "Tanh":
        attributes["activations"] = _activations(cell) * len(level)
    direction = "bidirectional" if both else DIRECTIONS[cell.layer.direction]
    outputs = builder.node(
        OPERATORS[cell.family],
        inputs,
        1 + len(state_names(cell)),
        name,
        hidden_size=cell.units,
        direction=direction,
        **attributes,
    )
    final = [dict() for _ in level]
    for state, of_all in zip(state_names(cell), outputs[1:], strict=True):
        parts = builder.node("Split", [of_all], 2, axis=0) if both else [of_all]
        for index, (own, part) in enumerate(zip(final, parts, strict=True)):
            own[state] = builder.node("Squeeze", [part, builder.ints(0)])
            if lengths:
                own[state] = _of_no_steps(builder, lengths, states[index][state], own[state])
    if not both:
        return builder.node("Squeeze", [outputs[0], builder.ints(1)]), final
    # [time, 2, batch, H] to [time, batch, 2 * H].
    transposed = builder.node("Transpose", [outputs[0]], perm=[0, 2, 1, 3])
    return builder.node("Reshape", [transposed, builder.ints(0, 0, -1)]), final


def _activations(cell):
    gates = {"rnn": 0}.get(cell.family, 1)
    return ["Sigmoid"] * gates + [cell.activation] * (2 if cell.family == "lstm" else 1)


def _of_no_steps(builder, lengths, initial, final):
    """Give sequences of length 0 their initial state; ONNX Runtime's operators give zeros."""
    zero = builder.constant(np.zeros([1], np.int32), "zero")
    is_empty = builder.node("Equal", [lengths, zero])
    by_row = builder.node("Unsqueeze", [is_empty, builder.ints(1)])
    return builder.node("Where", [by_row, initial, final])


def _weights(builder, level, name):
    """Add W `[directions, n*H, D]`, R `[directions, n*H, H]` and B `[directions, 2*n*H]`."""
    arrays = {"W": [], "R": [], "B": []}
    for cell in level:
        state_bias = np.zeros_like(cell.bias) if cell.state_bias is None else cell.state_bias
        here, there = _THERE.get(cell.family.split("_")[0], ("h", "h"))
        kernels = [reordered(k, here, there) for k in (cell.input_kernel, cell.state_kernel)]
        biases = [reordered(bias, here, there) for bias in (cell.bias, state_bias)]
        arrays["W"].append(kernels[0].T)
        arrays["R"].append(kernels[1].T)
        arrays["B"].append(np.concatenate(biases))
    return [
        builder.constant(_float32(np.stack(parts)), f"{name}/{letter}")
        for letter, parts in arrays.items()
    ]


def _float32(array):
    return np.asarray(array, np.float32)


# What there is no operator for: a Scan, whose body is one step.


def _scan(builder, cell, x, lengths, initial, name):
    """Add a Scan; return the name of its outputs, and its final states."""
    states = state_names(cell)
    steps = builder.node("Gather", [builder.node("Shape", [x]), builder.ints(0)], axis=0)
    limits = [builder.constant(np.array(v, np.int64)) for v in (0, 1)]
    count = builder.node("Squeeze", [steps, builder.ints(0)])
    times = builder.node("Range", [limits[0], count, limits[1]])
    body = Builder(name + "/")
    time, x_t = body.unique("time"), body.unique("x_t")
    before = {state: body.unique(state) for state in states}
    after, output = _step(body, cell, x_t, before)
    if lengths:
        lengths_64 = builder.node("Cast", [lengths], to=TensorProto.INT64)
        ones = [1] * (cell.input_kernel.ndim - 1)
        by_row = builder.node("Reshape", [lengths_64, builder.ints(-1, *ones)])
        is_inside = body.node("Less", [time, by_row])
        zero = body.constant(np.zeros([], np.float32))
        output = body.node("Where", [is_inside, output, zero])
        after = {s: body.node("Where", [is_inside, after[s], before[s]]) for s in states}
    # The outputs of a body must be no outputs of each other's, nor its inputs.
    results = [body.node("Identity", [n]) for n in [*(after[s] for s in states), output]]
    types = [value(n, np.dtype("float32"), None) for n in (*before.values(), x_t)]
    types.insert(len(states), value(time, np.dtype("int64"), []))
    graph = body.graph(name, types, [value(n, np.dtype("float32"), None) for n in results])
    way = int(cell.layer.direction == "backward")
    outputs = builder.node(
        "Scan",
        [*(initial[s] for s in states), times, x],
        len(states) + 1,
        name,
        body=graph,
        num_scan_inputs=2,
        scan_input_directions=[way, way],
        scan_output_directions=[way],
    )
    return outputs[-1], dict(zip(states, outputs[:-1], strict=True))


def _step(body, cell, x_t, before):
    """Add one step of an LSTM with a projection, or of a convolutional one."""
    parts = [_product(body, cell, x_t, cell.input_kernel)]
    parts.append(_product(body, cell, before["h"], cell.state_kernel))
    bias = cell.bias.reshape(-1, *[1] * (cell.input_kernel.ndim - 2))
    gates = body.node("Add", [body.node("Add", parts), body.constant(_float32(bias), "bias")])
    i, f, j, o = body.node("Split", [gates], 4, axis=1)
    if cell.peepholes is not None:
        i, f = (_look(body, gate, cell.peepholes[n], before["c"]) for n, gate in ((0, i), (1, f)))
    i, f = body.node("Sigmoid", [i]), body.node("Sigmoid", [f])
    new = body.node("Mul", [i, body.node(cell.activation, [j])])
    c = body.node("Add", [body.node("Mul", [f, before["c"]]), new])
    if cell.peepholes is not None:
        o = _look(body, o, cell.peepholes[2], c)
    h = body.node("Mul", [body.node("Sigmoid", [o]), body.node(cell.activation, [c])])
    if cell.projection is not None:
        h = body.node("MatMul", [h, body.constant(_float32(cell.projection), "projection")])
    return {"h": h, "c": c}, h


def _look(body, gate, peephole, c):
    looked = body.node("Mul", [c, body.constant(_float32(peephole), "peephole")])
    return body.node("Add", [gate, looked])


def _product(body, cell, x, kernel):
    if cell.family != "conv":
        return body.node("MatMul", [x, body.constant(_float32(kernel), "kernel")])
    space = kernel.ndim - 2
    filters = np.transpose(kernel, [space + 1, space, *range(space)])
    return body.node("Conv", [x, body.constant(_float32(filters), "kernel")], auto_pad="SAME_UPPER")
