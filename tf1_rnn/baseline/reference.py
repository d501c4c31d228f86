"""The recurrences in plain NumPy, right or with a chosen mistake, for the hints of `compare`.

Each mistake is one that ports really make. With none the results are TensorFlow 1's.
"""

from __future__ import annotations

import itertools
from typing import Collection

import numpy as np

from tf1_rnn.baseline.trace import Arrays, Meta

# The mistakes that are known, and what to say about each.
MISTAKES = {
    "gates_ifgo": "the gates are taken in the order i, f, c, o of Keras (PyTorch: i, f, g, o); "
    "TensorFlow 1's columns are i, j, f, o: swap the second and third quarter",
    "gates_iofc": "the gates are taken in the order i, o, f, c of ONNX; TensorFlow 1's columns "
    "are i, j, f, o",
    "no_forget_bias": "forget_bias is missing: it is added to f when the cell runs, and is not "
    "in the stored bias",
    "forget_bias_twice": "forget_bias is added twice (stored in the bias and added again, or "
    "added to both of two biases)",
    "forget_bias_on_i": "forget_bias is added to the input gate; it belongs to f, the third "
    "quarter of the columns",
    "forget_bias_on_j": "forget_bias is added to the new input; it belongs to f, the third "
    "quarter of the columns",
    "no_peepholes": "the peepholes (w_i_diag, w_f_diag, w_o_diag) are ignored",
    "peephole_o_old": "the output gate's peephole uses the old c; it uses the new one",
    "peepholes_i_f_swapped": "w_i_diag and w_f_diag are swapped",
    "no_cell_clip": "cell_clip is ignored",
    "cell_clip_after_o": "c is clipped only after the output gate has used it",
    "no_proj_clip": "proj_clip is ignored",
    "gru_gates_ur": "the gates are taken in the order u, r (Keras: z, r); TensorFlow 1's columns "
    "are r, u",
    "gru_reset_after": "the reset gate is applied after the matrix product (Keras' "
    "reset_after=True, PyTorch, cuDNN); TensorFlow 1 multiplies the state "
    "before it",
    "gru_update_inverted": "the update gate is inverted: new_h = u*h + (1-u)*c",
    "gru_bias_one_more": "1 is added to the gates' bias; it only starts at 1, and training has "
    "it already",
    "no_bias": "the bias is ignored",
    "bias_twice": "the bias is added twice (for one stored bias, set one of PyTorch's b_ih and "
    "b_hh to zero)",
    "hard_sigmoid": "hard_sigmoid(x) = clip(0.2 x + 0.5, 0, 1), Keras 1's default, is used for "
    "the gates in place of the sigmoid",
    "tanh_always": "tanh is used in place of the cell's own activation",
    "state_before_input": "the kernel's rows are taken as [state, input]; they are [input, state]",
    "kernel_flipped": "the kernel is flipped as in a mathematical convolution; TensorFlow "
    "correlates",
    "padding_first": "an even kernel's extra padding is put before the first element; SAME puts "
    "it after the last",
    "no_initial_state": "the initial state is ignored",
    "c_h_swapped": "c and h of the initial state are swapped",
    "no_lengths": "sequence_length is ignored",
    "padding_not_zeroed": "outputs beyond sequence_length are not set to zero",
    "backward_not_reversed_back": "the backward outputs are left in reversed order",
    "backward_not_reversed": "the backward direction runs forwards",
    "backward_over_padding": "the backward direction starts in the padding; each sequence is "
    "reversed within its own sequence_length",
    "reshaped": "batch and time are exchanged by a reshape, which mixes the sequences; use a "
    "transpose",
}

# The tutorial's blocks as (cell, loop) with the options that matter to the numbers.
_PEEPHOLES = ["LSTMCell", {"use_peepholes": True}]
DOCUMENT = {
    "basic_lstm": (["BasicLSTMCell", {}], "static"),
    "basic_lstm alternative": (_PEEPHOLES, "static"),
    "lstm": (_PEEPHOLES, "dynamic"),
    "lstm alternative": (["BasicLSTMCell", {}], "dynamic"),
    "gru": (["GRUCell", {}], "dynamic"),
    "multi_lstm": (["MultiRNNCell", {"cells": [["LSTMCell", {}]] * 2}], "dynamic"),
    "bilstm": ([_PEEPHOLES] * 2, "bidirectional_dynamic"),
    "conv_lstm": (["ConvLSTMCell", {"kernel_shape": [3, 3]}], "dynamic"),
}

LOOPS = (
    "dynamic",
    "static",
    "step",
    "raw",
    "state_saving",
    "bidirectional_dynamic",
    "static_bidirectional",
)


def run(case: Meta, arrays: Arrays, wrong: Collection[str] = ()) -> Arrays | None:
    """Compute outputs and final state of a trace, with the mistakes in `wrong`.

    Args:
        case: the trace's `meta["case"]`.
        arrays: the trace's arrays: inputs, initial state and variables are used.
        wrong: names out of `MISTAKES`.

    Returns:
        A dict of `outputs...` and `final_state...`, or None where there is no reference here for
        the case's cell or loop.
    """
    cell, loop = DOCUMENT.get(case["document"], (case["cell"], case["loop"]))
    if loop not in LOOPS or not _known(cell):
        return None
    two = "bidirectional" in loop
    x: np.ndarray = np.asarray(arrays["input/x"], np.float64)
    if not case["time_major"]:
        x = x.reshape(x.shape[1::-1] + x.shape[2:]) if "reshaped" in wrong else x.swapaxes(0, 1)
    steps, batch = x.shape[:2]
    lengths = arrays.get("input/sequence_length", np.full(batch, steps))
    found = {}
    for way, spec in zip(("fw", "bw"), cell) if two else [("", cell)]:
        weights = {
            name.split("/", 1)[1]: np.asarray(value, np.float64)
            for name, value in arrays.items()
            if name.startswith("variable/") and (not two or "/%s/" % way in name)
        }
        tail = "/" + way if two else ""
        state = _initial(arrays, "initial_state" + tail, spec, weights, x, wrong)
        out, state = _loop(spec, weights, x, lengths, state, way, wrong)
        found["outputs" + tail] = out if case["time_major"] else out.swapaxes(0, 1)
        _put(found, "final_state" + tail, spec, state)
    if loop == "static_bidirectional":
        found["outputs"] = np.concatenate([found.pop("outputs/fw"), found.pop("outputs/bw")], -1)
    return found


def _known(spec):
    if isinstance(spec[0], list):
        return all(_known(one) for one in spec)
    kind, options = spec
    if kind == "MultiRNNCell":
        return options.get("state_is_tuple", True) and _known(options["cells"])
    return kind in CELLS and not any("shards" in key for key in options)


def _loop(spec, weights, x, lengths, state, way, wrong):
    """Run one direction over time-major `x`."""
    steps = len(x)
    lengths = np.full_like(lengths, steps) if "no_lengths" in wrong else lengths
    turned = way == "bw" and "backward_not_reversed" not in wrong
    over = np.full_like(lengths, steps) if "backward_over_padding" in wrong else lengths
    x = _reverse(x, over) if turned else x
    outputs = []
    for t in range(steps):
        out, following = _step(spec, weights, x[t], state, wrong)
        on = t < lengths

        def pick(new, old, on=on):
            return np.where(on.reshape((-1,) + (1,) * (new.ndim - 1)), new, old)

        outputs.append(out if "padding_not_zeroed" in wrong else pick(out, np.zeros_like(out)))
        state = [pick(new, old) for new, old in zip(following, state)]
    outputs = np.stack(outputs)
    if turned and "backward_not_reversed_back" not in wrong:
        outputs = _reverse(outputs, over)
    return outputs, state


def _reverse(x, lengths):
    """Reverse time-major sequences, each within its length."""
    x = x.copy()
    for b, n in enumerate(lengths):
        x[:n, b] = x[:n, b][::-1].copy()
    return x


def _step(spec, weights, x, state, wrong):
    """One time step; the state is a flat list of tensors."""
    kind, options = spec
    if kind != "MultiRNNCell":
        return CELLS[kind](weights, options, x, state, wrong)
    new, rest = [], list(state)
    for k, layer in enumerate(options["cells"]):
        own = {n: v for n, v in weights.items() if "/cell_%d/" % k in n}
        size = _parts(layer)
        x, part = _step(layer, own, x, rest[:size], wrong)
        new, rest = new + part, rest[size:]
    return x, new


def _parts(spec) -> int:
    """Return how many tensors a cell's state has: LSTMs have c and h."""
    if spec[0] == "MultiRNNCell":
        return sum(_parts(layer) for layer in spec[1]["cells"])
    return 2 if "LSTM" in spec[0] else 1


def _initial(arrays, prefix, spec, weights, x, wrong):
    """Return the initial state as a flat list; zeros where the trace has none."""
    given = [
        np.asarray(v, np.float64)
        for n, v in arrays.items()
        if n == prefix or n.startswith(prefix + "/")
    ]
    if len(given) == 1 and _parts(spec) == 2:  # state_is_tuple=False
        units = _get(weights, "bias").shape[0] // 4
        given = [given[0][:, :units], given[0][:, units:]]
    if not given:
        given = _zeros(spec, weights, x)
    if "no_initial_state" in wrong:
        given = [np.zeros_like(part) for part in given]
    if "c_h_swapped" in wrong and len(given) % 2 == 0 and given[0].shape == given[1].shape:
        given = [given[k ^ 1] for k in range(len(given))]
    return given


def _zeros(spec, weights, x):
    kind, options = spec
    if kind == "MultiRNNCell":
        return [
            part
            for k, layer in enumerate(options["cells"])
            for part in _zeros(layer, {n: v for n, v in weights.items() if "/cell_%d/" % k in n}, x)
        ]
    around = x.shape[1:-1] if "Conv" in kind else x.shape[1:2]
    kernel = _get(weights, "candidate/kernel" if kind == "GRUCell" else "kernel")
    units = kernel.shape[-1] // (4 if "LSTM" in kind else 1)
    projection = _find(weights, "projection/kernel")
    sizes = [units, units if projection is None else projection.shape[1]][: _parts(spec)]
    return [np.zeros(around + (size,)) for size in sizes]


def _put(found, prefix, spec, state):
    """Write a flat state under the names that a trace has for it."""
    kind, options = spec
    if kind == "MultiRNNCell":
        rest = list(state)
        for k, layer in enumerate(options["cells"]):
            size = _parts(layer)
            _put(found, "%s/%d" % (prefix, k), layer, rest[:size])
            rest = rest[size:]
    elif _parts(spec) == 1:
        found[prefix] = state[0]
    elif not options.get("state_is_tuple", True):
        found[prefix] = np.concatenate(state, 1)
    else:
        found[prefix + "/c"], found[prefix + "/h"] = state


# The cells: (weights, options, x, state, wrong) -> output, new state.


def _get(weights, leaf):
    """Return the variable whose name ends in `leaf`, which must be there."""
    found = _find(weights, leaf)
    if found is None:
        raise KeyError(leaf)
    return found


def _find(weights, leaf):
    """Return the variable whose name ends in `leaf`; a plain kernel is not a projection's."""
    for name, value in weights.items():
        if name.endswith("/" + leaf) and not (leaf == "kernel" and "/projection/" in name):
            return value
    return None


def _sigmoid(x, wrong):
    return np.clip(0.2 * x + 0.5, 0, 1) if "hard_sigmoid" in wrong else 1 / (1 + np.exp(-x))


def _activation(options, wrong):
    """Return the activation that a specification names, in NumPy."""
    named = options.get("activation") or "tanh"
    named = named["tf"].split(".")[-1] if isinstance(named, dict) else named
    return {
        "tanh": np.tanh,
        "relu": lambda v: np.maximum(v, 0),
        "sigmoid": lambda v: 1 / (1 + np.exp(-v)),
        "softsign": lambda v: v / (1 + np.abs(v)),
    }["tanh" if "tanh_always" in wrong else named]


def _product(weights, x, h, scope, wrong):
    """Return [x, h] times a kernel, and its bias."""
    kernel, bias = _get(weights, scope + "kernel"), _get(weights, scope + "bias")
    joined = [h, x] if "state_before_input" in wrong else [x, h]
    return np.concatenate(joined, 1) @ kernel + bias * _times(wrong)


def _times(wrong):
    return 0 if "no_bias" in wrong else 2 if "bias_twice" in wrong else 1


def _rnn(weights, options, x, state, wrong):
    h = _activation(options, wrong)(_product(weights, x, state[0], "", wrong))
    return h, [h]


def _gru(weights, options, x, state, wrong):
    (h,) = state
    gates = _product(weights, x, h, "gates/", wrong) + ("gru_bias_one_more" in wrong)
    r, u = np.split(_sigmoid(gates, wrong), 2, 1)
    r, u = (u, r) if "gru_gates_ur" in wrong else (r, u)
    if "gru_reset_after" in wrong:
        kernel, bias = _get(weights, "candidate/kernel"), _get(weights, "candidate/bias")
        depth = x.shape[1]
        c = x @ kernel[:depth] + r * (h @ kernel[depth:]) + bias * _times(wrong)
    else:
        c = _product(weights, x, r * h, "candidate/", wrong)
    c = _activation(options, wrong)(c)
    u = 1 - u if "gru_update_inverted" in wrong else u
    h = u * h + (1 - u) * c
    return h, [h]


def _lstm(weights, options, x, state, wrong):
    c, h = state
    c, h = _lstm_gates(_product(weights, x, h, "", wrong), c, weights, options, wrong)
    projection = _find(weights, "projection/kernel")
    if projection is not None:
        h = h @ projection
        clip = options.get("proj_clip")
        h = np.clip(h, -clip, clip) if clip and "no_proj_clip" not in wrong else h
    return h, [c, h]


def _lstm_gates(z, c, weights, options, wrong):
    """Return the new c and h of an LSTM from the products."""
    i, j, f, o = np.split(z, 4, -1)
    if "gates_ifgo" in wrong:
        j, f = f, j
    elif "gates_iofc" in wrong:
        j, o = o, j
    forget = options.get("forget_bias", 1.0)
    f = f + forget * (
        0
        if {"no_forget_bias", "forget_bias_on_i", "forget_bias_on_j"} & set(wrong)
        else 2
        if "forget_bias_twice" in wrong
        else 1
    )
    i = i + forget * ("forget_bias_on_i" in wrong)
    j = j + forget * ("forget_bias_on_j" in wrong)
    w_i, w_f, w_o = (_find(weights, "w_%s_diag" % gate) for gate in "ifo")
    peep = w_i is not None and "no_peepholes" not in wrong
    if peep:
        w_i, w_f = (w_f, w_i) if "peepholes_i_f_swapped" in wrong else (w_i, w_f)
        i, f = i + w_i * c, f + w_f * c
    act = _activation(options, wrong)
    new = _sigmoid(f, wrong) * c + _sigmoid(i, wrong) * act(j)
    clip = options.get("cell_clip")
    clipped = np.clip(new, -clip, clip) if clip and "no_cell_clip" not in wrong else new
    if peep:
        seen = c if "peephole_o_old" in wrong else new if "cell_clip_after_o" in wrong else clipped
        o = o + w_o * seen
    return clipped, _sigmoid(o, wrong) * act(clipped)


def _conv_lstm(weights, options, x, state, wrong):
    c, h = state
    kernel, bias = _find(weights, "kernel"), _find(weights, "biases")
    bias = 0 if bias is None else bias * _times(wrong)
    joined = np.concatenate([h, x] if "state_before_input" in wrong else [x, h], -1)
    c, h = _lstm_gates(_convolve(joined, kernel, wrong) + bias, c, {}, options, wrong)
    return h, [c, h]


def _convolve(x, kernel, wrong):
    """Convolve over all axes between the first and the last, padded as TensorFlow's SAME."""
    window = kernel.shape[:-2]
    if "kernel_flipped" in wrong:
        kernel = kernel[tuple(slice(None, None, -1) for _ in window)]
    first = 0 if "padding_first" not in wrong else 1
    pads = [((size - 1 + first) // 2, (size - first) // 2) for size in window]
    padded = np.pad(x, [(0, 0)] + pads + [(0, 0)])
    out = 0
    for offset in itertools.product(*map(range, window)):
        part = padded[
            (slice(None),)
            + tuple(slice(start, start + size) for start, size in zip(offset, x.shape[1:-1]))
        ]
        out = out + part @ kernel[offset]
    return out


CELLS = {
    "BasicRNNCell": _rnn,
    "GRUCell": _gru,
    "BasicLSTMCell": _lstm,
    "LSTMCell": _lstm,
    "ConvLSTMCell": _conv_lstm,
    "Conv1DLSTMCell": _conv_lstm,
    "Conv2DLSTMCell": _conv_lstm,
    "Conv3DLSTMCell": _conv_lstm,
}
