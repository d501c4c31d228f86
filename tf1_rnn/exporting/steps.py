"""One step of a recurrence, recognised in a graph only by its operations.

It does not matter who wrote it: this package, TensorFlow 1.15's cells, or a user's own code.
"""

from typing import Any, NamedTuple

import numpy as np

from tf1_rnn.exporting.affine import Affine, affine, part_of
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


def match(view, h, h_old=None):
    """Return the `Step` whose new state or output is a tensor; None where it is none.

    Args:
        view: a `GraphView`.
        h: a tensor.
        h_old: the tensor that h is after a step, where that is known.
    """
    h = view.source(h)
    op = view.node(h).op
    if op == "MatMul":
        return _projected(view, h, h_old)
    if op == "Mul":
        return _lstm(view, h, h_old)
    if op in ("Add", "AddV2"):
        return _gru(view, h, h_old)
    if op in ACTIVATIONS:
        return _rnn(view, h, h_old)
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


def _lstm(view, h, h_old, width=None):
    """Match an LSTM whose state has a width other than its units if it is projected."""
    for gate, squashed in _pairs(view, h, "Mul"):
        activation = view.node(squashed).op
        c = _applied(view, squashed, *ACTIVATIONS)
        if view.node(gate).op not in _GATES or c is None:
            continue
        for kept, new in _pairs(view, c, "Add", "AddV2"):
            for f, c_old in _pairs(view, kept, "Mul"):
                for i, j in _pairs(view, new, "Mul"):
                    gates = {
                        name: part_of(view, each, "Sigmoid")
                        for name, each in (("i", i), ("f", f), ("o", gate))
                    }
                    gates["j"] = part_of(view, j, activation)
                    step = _lstm_of(gates, h_old, width, c, c_old)
                    if step:
                        x, old, weights = step
                        states = {"h": old, "c": c_old}
                        return Step(x, states, {"h": h, "c": c}, weights, activation)
    return None


# What a gate is: a sigmoid, or a part of one.
_GATES = ("Sigmoid", "Split", "SplitV", "StridedSlice")


def _lstm_of(gates, h_old, width, c, c_old):
    """Return x, h and the weights of an LSTM's gates, None where they are none."""
    if None in gates.values():
        return None
    seen, parts = {}, []
    for name in LSTM_GATES:
        looks_at = c if name == "o" else c_old
        form, seen[name] = _without_peephole(gates[name], looks_at)
        parts.append(form)
    if seen["j"] is not None:
        return None
    found = _kernels(parts, h_old, width)
    if found is None:
        return None
    x, old, weights = found
    peepholes = [seen[name] for name in "ifo"]
    if any(each is not None for each in peepholes):
        units = weights["bias"].size // 4
        zeros = np.zeros(units, weights["bias"].dtype)
        peepholes = np.stack([zeros if each is None else each for each in peepholes])
    else:
        peepholes = None
    return x, old, dict(weights, family="lstm", peepholes=peepholes)


def _without_peephole(form, c):
    """Return a gate without its peephole at c, and the peephole, None where there is none."""
    looks = [t for t in form.terms if t.sources == (c,) and np.ndim(t.kernel) == 1]
    if len(looks) != 1:
        return form, None
    rest = tuple(term for term in form.terms if term is not looks[0])
    return form._replace(terms=rest), looks[0].kernel


def _kernels(parts, h_old, width=None, others=None):
    """Return x, h and the weights of gates that are sums of products with both.

    Args:
        parts: an `Affine` for each gate.
        h_old: the tensor that is h, None to find out.
        width: the size of h; by default that of a gate.
        others: instead of h, what a gate is made of, by its place.

    Returns:
        None where they are something else.
    """
    found = [
        _rows(part, (others or {}).get(place, h_old), width) for place, part in enumerate(parts)
    ]
    if None in found:
        return None
    xs, states, inputs, recurrent = zip(*found, strict=True)
    states = [each for place, each in enumerate(states) if place not in (others or {})]
    if len(set(xs)) > 1 or len(set(states)) > 1 or len({each.shape for each in inputs}) > 1:
        return None
    biases = [
        np.broadcast_to(np.asarray(part.bias, kernel.dtype), kernel.shape[1:])
        for part, kernel in zip(parts, recurrent, strict=True)
    ]
    weights = {
        "input_kernel": np.concatenate(inputs, 1),
        "state_kernel": np.concatenate(recurrent, 1),
        "bias": np.concatenate(biases),
    }
    return xs[0], states[0], weights


def _rows(part, h_old, width):
    """Return x, h and the kernel of each, of a gate that is made of nothing else."""
    if any(np.ndim(term.kernel) != 2 for term in part.terms):
        return None
    pairs = []
    for sources, kernel in part.terms:
        if len(sources) == 2:  # [x, h] as a rule; [h, x] where it is known
            units = width or kernel.shape[1]
            is_first = sources[0] == h_old
            cut = units if is_first else len(kernel) - units
            if not 0 < cut < len(kernel):
                return None
            pairs += zip(sources, np.split(kernel, [cut]), strict=True)
        else:
            pairs.append((sources[0], kernel))
    if len(pairs) != 2 or any(isinstance(source, tuple) for source, _ in pairs):
        return None
    if h_old is None:
        units = width or pairs[1][1].shape[1]
        could_be = [source for source, kernel in pairs[::-1] if len(kernel) == units]
        h_old = could_be[0] if could_be else None
    if pairs[0][0] == h_old:
        pairs.reverse()
    (x, of_x), (h, of_h) = pairs
    return (x, h, of_x, of_h) if h == h_old and len(of_h) == (width or of_h.shape[1]) else None


def _projected(view, h, h_old):
    node = view.node(h)
    inner, kernel = view.inputs(node)
    projection = view.constant(kernel)
    if projection is None or projection.ndim != 2 or node.attr["transpose_b"].b:
        return None
    step = _lstm(view, inner, h_old, projection.shape[1]) if view.node(inner).op == "Mul" else None
    if step is None:
        return None
    weights = dict(step.weights, projection=projection)
    return step._replace(after={"h": h, "c": step.after["c"]}, weights=weights)


def _gru(view, h, h_old):
    for u, candidate, old in _updates(view, h):
        activation = view.node(candidate).op
        if activation not in ACTIVATIONS or h_old not in (None, old):
            continue
        new = affine(view, view.inputs(view.node(candidate))[0])
        update = part_of(view, u, "Sigmoid")
        step = update and (
            _reset_before(view, old, update, new) or _reset_after(view, old, update, new)
        )
        if step:
            x, weights = step
            return Step(x, {"h": old}, {"h": h}, weights, activation)
    return None


def _updates(view, h):
    """Yield an update gate, the candidate and the state before that a tensor may be made of."""
    for kept, new in _pairs(view, h, "Add", "AddV2"):
        for u, h_old in _pairs(view, kept, "Mul"):  # u * h + (1 - u) * candidate
            for rest, candidate in _pairs(view, new, "Mul"):
                if _is_complement(view, rest, u):
                    yield u, candidate, h_old
    for candidate, change in _pairs(view, h, "Add", "AddV2"):
        for u, difference in _pairs(view, change, "Mul"):  # candidate + u * (h - candidate)
            node = view.node(difference)
            if node.op == "Sub" and view.inputs(node)[1] == candidate:
                yield u, candidate, view.inputs(node)[0]


def _is_complement(view, tensor, gate):
    node = view.node(tensor)
    if node.op != "Sub":
        return False
    one, taken = view.inputs(node)
    value = view.constant(one)
    return taken == gate and value is not None and value.ndim == 0 and value == 1


def _reset_before(view, h_old, update, new):
    """Return x and weights where the reset gate multiplies the state before the product."""
    for reset_state in {source for term in new.terms for source in term.sources}:
        for r, state in _pairs(view, reset_state, "Mul"):
            reset = part_of(view, r, "Sigmoid") if state == h_old else None
            found = reset and _kernels([update, reset, new], h_old, None, {2: reset_state})
            if found:
                return found[0], dict(found[2], family="gru")
    return None


def _reset_after(view, h_old, update, new):
    """Return x and weights where the reset gate multiplies the product with the state."""
    for term in new.terms if len(new.terms) == 2 else ():
        for r, of_state in _pairs(view, term.sources[0], "Mul") if term.kernel is None else ():
            reset, inner = part_of(view, r, "Sigmoid"), affine(view, of_state)
            if reset is None or len(inner.terms) != 1 or inner.terms[0].sources != (h_old,):
                continue
            rest = tuple(other for other in new.terms if other is not term)
            whole = Affine(rest + inner.terms, new.bias)
            found = _kernels([update, reset, whole], h_old)
            if found:
                units = len(found[2]["state_kernel"])
                state_bias = np.zeros_like(found[2]["bias"])
                state_bias[2 * units :] = inner.bias
                weights = dict(found[2], family="gru_reset_after", state_bias=state_bias)
                return found[0], weights
    return None


def _rnn(view, h, h_old):
    node = view.node(h)
    found = _kernels([affine(view, view.inputs(node)[0])], h_old)
    if found is None:
        return None
    x, old, weights = found
    return Step(x, {"h": old}, {"h": h}, dict(weights, family="rnn"), node.op)


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


def _split(kernel, bias, width):
    rows = kernel.shape[0] - width
    return {"input_kernel": kernel[:rows], "state_kernel": kernel[rows:], "bias": bias}
