"""One step of a recurrence, recognised in a graph only by its operations.

It does not matter who wrote it: this package, TensorFlow 1.15's cells, or a user's own code.
"""

from typing import Any, NamedTuple

import numpy as np

from tf1_rnn.exporting.cells import GRU_GATES, LSTM_GATES, Cell, reordered

# TensorFlow's activations, and ONNX's.
ACTIVATIONS = {
    "Tanh": "Tanh",
    "Relu": "Relu",
    "Sigmoid": "Sigmoid",
    "Softsign": "Softsign",
    "Softplus": "Softplus",
}


class Step(NamedTuple):
    """A step: tensors in and out, and its weights."""

    x: str  # inputs `[batch, D]`
    states: dict  # "h" and "c", the tensors before the step
    after: dict  # the same, after it
    weights: dict  # fields of `Cell`
    activation: str = "Tanh"

    def cell(self, layer):
        """Return the `Cell` of a layer."""
        return Cell(layer, activation=self.activation, **self.weights)


def match(view, h):
    """Return the `Step` whose new state or output is a tensor; None if it is not one.

    Args:
        view: a `GraphView`.
        h: a tensor.
    """
    h = view.source(h)
    op = view.node(h).op
    if op == "MatMul":
        return _projected(view, h)
    if op == "Mul":
        return _lstm(view, h)
    if op in ("Add", "AddV2"):
        return _gru(view, h)
    if op in ACTIVATIONS:
        return _rnn(view, h)
    if op in ("LSTMBlockCell", "GRUBlockCell"):
        return _block(view, h)
    return None


def _pairs(view, tensor, *ops):
    """Yield both orders of the two operands of a node that is one of the operators."""
    node = view.node(tensor)
    if node.op in ops:
        a, b = view.inputs(node)[:2]
        yield a, b
        yield b, a


def _applied(view, tensor, *ops):
    """Return the operand of an operator of one input, or None."""
    node = view.node(tensor)
    return view.inputs(node)[0] if node.op in ops else None


def _lstm(view, h):
    for gate, squashed in _pairs(view, h, "Mul"):
        activation = view.node(squashed).op
        o, c = _applied(view, gate, "Sigmoid"), _applied(view, squashed, *ACTIVATIONS)
        if o is None or c is None:
            continue
        for kept, new in _pairs(view, c, "Add", "AddV2"):
            for f_gate, c_old in _pairs(view, kept, "Mul"):
                for i_gate, j_squashed in _pairs(view, new, "Mul"):
                    gates = {
                        "i": _applied(view, i_gate, "Sigmoid"),
                        "j": _applied(view, j_squashed, activation),
                        "f": _applied(view, f_gate, "Sigmoid"),
                        "o": o,
                    }
                    step = _lstm_of(view, gates, h, c, c_old, activation)
                    if step:
                        return step
    return None


def _lstm_of(view, gates, h, c, c_old, activation):
    if None in gates.values():
        return None
    parts, biases, peepholes = {}, {}, {}
    for name, gate in gates.items():
        looks_at = c if name == "o" else c_old
        found = _terms(view, gate, looks_at)
        if found is None:
            return None
        parts[name], biases[name], peepholes[name] = found
    product = _gates(view, parts, 4)
    if product is None or (peepholes["j"] is not None):
        return None
    x, h_old, kernel, bias, order = product
    kernel, bias = reordered(kernel, order, LSTM_GATES), reordered(bias, order, LSTM_GATES)
    for index, name in enumerate(LSTM_GATES):
        bias.reshape(4, -1)[index] += biases[name]
    units = bias.size // 4
    seen = [peepholes[name] for name in "ifo"]
    if any(each is not None for each in seen):
        seen = [np.zeros(units, bias.dtype) if each is None else each for each in seen]
        peepholes = np.stack(seen)
    else:
        peepholes = None
    weights = _split(kernel, bias, units)
    if weights is None:
        return None
    weights.update(family="lstm", peepholes=peepholes)
    return Step(x, {"h": h_old, "c": c_old}, {"h": h, "c": c}, weights, activation)


def _terms(view, tensor, c):
    """Split a gate into its terms: the part of the product, what is added, the peephole at c."""
    node = view.node(tensor)
    if node.op not in ("Add", "AddV2"):
        return tensor, 0, None
    for part, added in _pairs(view, tensor, "Add", "AddV2"):
        value = view.constant(added)
        if value is not None and value.ndim == 0:
            inner = _terms(view, part, c)
            return inner and (inner[0], inner[1] + value, inner[2])
        for weight, state in _pairs(view, added, "Mul"):
            peephole = view.constant(weight)
            if peephole is not None and peephole.ndim == 1 and state == c:
                inner = _terms(view, part, c)
                return inner and (inner[0], inner[1], peephole)
    return None


def _gates(view, parts, count):
    """Return x, h, kernel, bias and the order of the gates, which are parts of one product."""
    nodes = {view.node(part).name for part in parts.values()}
    if len(nodes) != 1:
        return None
    node = view.nodes[nodes.pop()]
    if node.op != "Split" or node.attr["num_split"].i != count:
        return None
    places = {int(part.rpartition(":")[2]): name for name, part in parts.items()}
    if sorted(places) != list(range(count)):
        return None
    product = _product(view, view.inputs(node)[1])
    return product and (*product, "".join(places[place] for place in range(count)))


def _product(view, tensor):
    """Return x, h, kernel and bias of `[x, h] @ kernel + bias`."""
    node, bias = view.node(tensor), None
    if node.op in ("BiasAdd", "Add", "AddV2"):
        for product, added in _pairs(view, tensor, node.op):
            bias = view.constant(added)
            if bias is not None and bias.ndim == 1 and view.node(product).op == "MatMul":
                node = view.node(product)
                break
        else:
            return None
    if node.op != "MatMul" or node.attr["transpose_a"].b or node.attr["transpose_b"].b:
        return None
    joined, kernel = view.inputs(node)
    kernel, joined = view.constant(kernel), view.node(joined)
    if kernel is None or joined.op != "ConcatV2" or len(view.inputs(joined)) != 3:
        return None
    if bias is None:
        bias = np.zeros(kernel.shape[1], kernel.dtype)
    return *view.inputs(joined)[:2], kernel, bias


def _split(kernel, bias, width):
    rows = kernel.shape[0] - width
    if rows <= 0:
        return None
    return {"input_kernel": kernel[:rows], "state_kernel": kernel[rows:], "bias": bias}


def _projected(view, h):
    node = view.node(h)
    inner, kernel = view.inputs(node)
    projection = view.constant(kernel)
    step = match(view, inner) if view.node(inner).op == "Mul" else None
    if projection is None or step is None or step.weights["family"] != "lstm":
        return None
    weights = dict(step.weights, projection=projection)
    kernel = np.concatenate([weights["input_kernel"], weights["state_kernel"]])
    weights.update(_split(kernel, weights["bias"], projection.shape[1]) or {})
    return step._replace(after={"h": h, "c": step.after["c"]}, weights=weights)


def _gru(view, h):
    return _gru_of_sum(view, h) or _gru_of_difference(view, h)


def _gru_of_difference(view, h):
    """`candidate + u * (h - candidate)`."""
    for candidate, change in _pairs(view, h, "Add", "AddV2"):
        activation = view.node(candidate).op
        c = _applied(view, candidate, *ACTIVATIONS)
        for u, difference in _pairs(view, change, "Mul") if c else ():
            node = view.node(difference)
            if node.op != "Sub" or view.inputs(node)[1] != candidate:
                continue
            h_old = view.inputs(node)[0]
            for find in (_reset_before, _reset_after):
                step = find(view, h, h_old, u, c, activation)
                if step:
                    return step
    return None


def _gru_of_sum(view, h):
    """`u * h + (1 - u) * candidate`."""
    for kept, new in _pairs(view, h, "Add", "AddV2"):
        for u, h_old in _pairs(view, kept, "Mul"):
            for rest, candidate in _pairs(view, new, "Mul"):
                activation = view.node(candidate).op
                c = _applied(view, candidate, *ACTIVATIONS)
                if c is None or not _is_complement(view, rest, u):
                    continue
                for find in (_reset_before, _reset_after):
                    step = find(view, h, h_old, u, c, activation)
                    if step:
                        return step
    return None


def _is_complement(view, tensor, gate):
    node = view.node(tensor)
    if node.op != "Sub":
        return False
    one, taken = view.inputs(node)
    value = view.constant(one)
    return taken == gate and value is not None and value.ndim == 0 and value == 1


def _gate_parts(view, r, u):
    """Return x, h, kernel and bias of two gates, each a part of one sigmoid or a sigmoid of one."""
    parts = {"r": r, "u": u}
    split = view.node(u)
    if split.op == "Sigmoid":
        parts = {name: _applied(view, part, "Sigmoid") for name, part in parts.items()}
        product = None if None in parts.values() else _gates(view, parts, 2)
        return product
    if split.op != "Split" or view.node(r).name != split.name:
        return None
    squashed = view.inputs(split)[1]
    inner = _applied(view, squashed, "Sigmoid")
    product = inner and _product(view, inner)
    if not product or split.attr["num_split"].i != 2:
        return None
    return *product, "ru" if r.endswith(":0") else "ur"


def _reset_before(view, h, h_old, u, c, activation):
    product = _product(view, c)
    if product is None:
        return None
    x, reset_state, kernel_c, bias_c = product
    for r, state in _pairs(view, reset_state, "Mul"):
        gates = _gate_parts(view, r, u) if state == h_old else None
        if gates is None or gates[:2] != (x, h_old):
            continue
        kernel, bias = (reordered(array, gates[4], GRU_GATES) for array in gates[2:4])
        weights = _split(
            np.concatenate([kernel, kernel_c], 1), np.concatenate([bias, bias_c]), len(bias_c)
        )
        if weights:
            weights["family"] = "gru"
            return Step(x, {"h": h_old}, {"h": h}, weights, activation)
    return None


def _reset_after(view, h, h_old, u, c, activation):
    for of_inputs, reset in _pairs(view, c, "Add", "AddV2"):
        inputs = _linear(view, of_inputs)
        for r, of_state in _pairs(view, reset, "Mul"):
            state = _linear(view, of_state)
            gates = _gate_parts(view, r, u)
            if not inputs or not state or not gates:
                continue
            if gates[:2] != (inputs[0], h_old) or state[0] != h_old:
                continue
            kernel, bias = (reordered(array, gates[4], GRU_GATES) for array in gates[2:4])
            rows = len(inputs[1])
            weights = {
                "family": "gru_reset_after",
                "input_kernel": np.concatenate([kernel[:rows], inputs[1]], 1),
                "state_kernel": np.concatenate([kernel[rows:], state[1]], 1),
                "bias": np.concatenate([bias, inputs[2]]),
                "state_bias": np.concatenate([np.zeros_like(bias), state[2]]),
            }
            return Step(inputs[0], {"h": h_old}, {"h": h}, weights, activation)
    return None


def _linear(view, tensor):
    """Return x, kernel and bias of `x @ kernel + bias`."""
    node = view.node(tensor)
    if node.op not in ("BiasAdd", "Add", "AddV2"):
        return None
    product, bias = view.inputs(node)
    product = view.node(product)
    if product.op != "MatMul":
        return None
    x, kernel = view.inputs(product)
    kernel, bias = view.constant(kernel), view.constant(bias)
    return None if kernel is None or bias is None else (x, kernel, bias)


def _rnn(view, h):
    activation = view.node(h).op
    product = _product(view, view.inputs(view.node(h))[0])
    if product is None:
        return None
    x, h_old, kernel, bias = product
    weights = _split(kernel, bias, len(bias))
    if weights is None:
        return None
    weights["family"] = "rnn"
    return Step(x, {"h": h_old}, {"h": h}, weights, activation)


def _block(view, h):
    """Return the step that a single operator of TensorFlow computes."""
    node = view.node(h)
    inputs = view.inputs(node)
    if node.op == "GRUBlockCell" and h.endswith(":3"):
        x, h_old, *arrays = inputs
        w_ru, w_c, b_ru, b_c = (view.constant(name) for name in arrays)
        if any(array is None for array in (w_ru, w_c, b_ru, b_c)):
            return None
        kernel, bias = reordered(w_ru, "ru", GRU_GATES), reordered(b_ru, "ru", GRU_GATES)
        weights = _split(np.concatenate([kernel, w_c], 1), np.concatenate([bias, b_c]), b_c.size)
        weights["family"] = "gru"
        return Step(x, {"h": h_old}, {"h": h}, weights)
    if node.op == "LSTMBlockCell" and h.endswith(":6"):
        x, c_old, h_old, *arrays = inputs
        arrays = [view.constant(name) for name in arrays]
        weights = block_weights(node, *arrays)
        if weights is None:
            return None
        return Step(x, {"h": h_old, "c": c_old}, {"h": h, "c": f"{node.name}:1"}, weights)
    return None


def block_weights(node, kernel, w_i, w_f, w_o, bias):
    """Return the weights of TensorFlow's block LSTM operators, None where ONNX has no such thing.

    Args:
        node: an LSTMBlockCell, whose gates lie in the order i, j, f, o, or a BlockLSTM.
        kernel: `[D + H, 4*H]`.
        w_i: the peepholes of the input gate, `[H]`.
        w_f: those of the forget gate, `[H]`.
        w_o: those of the output gate, `[H]`.
        bias: `[4*H]`.
    """
    arrays = (kernel, w_i, w_f, w_o, bias)
    if any(array is None for array in arrays) or node.attr["cell_clip"].f > 0:
        return None
    order = "ifjo" if node.op == "BlockLSTMV2" else "ijfo"
    kernel, bias = reordered(kernel, order, LSTM_GATES), reordered(bias, order, LSTM_GATES)
    bias.reshape(4, -1)[LSTM_GATES.index("f")] += node.attr["forget_bias"].f
    weights: Any = _split(kernel, bias, bias.size // 4)
    has_peepholes = node.attr["use_peephole"].b
    weights.update(family="lstm", peepholes=np.stack([w_i, w_f, w_o]) if has_peepholes else None)
    return weights
