"""The cells once more, in NumPy and from the papers' equations: what the tests hold ours against.

Nothing here is shared with the package. Each step takes weights by the names that TensorFlow 1.x
gives them and works on complex numbers too, so that `gradient` can take derivatives by complex
steps, exact to the last digits where finite differences are not.
"""

import itertools

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def relu(x):
    return np.where(np.real(x) > 0, x, 0)


def clip(x, bound):
    """Clips by the real part, which keeps a complex step a derivative."""
    if bound is None:
        return x
    return np.where(np.abs(np.real(x)) > bound, bound * np.sign(np.real(x)), x)


def basic_rnn(x, h, w, activation=np.tanh):
    h = activation(np.concatenate([x, h], 1) @ w["kernel"] + w["bias"])
    return h, h


def lstm(x, state, w, forget_bias=1.0, activation=np.tanh, cell_clip=None, proj_clip=None):
    c, h = state
    i, j, f, o = np.split(np.concatenate([x, h], 1) @ w["kernel"] + w["bias"], 4, axis=1)
    if "w_f_diag" in w:
        f = f + w["w_f_diag"] * c
        i = i + w["w_i_diag"] * c
    c = clip(sigmoid(f + forget_bias) * c + sigmoid(i) * activation(j), cell_clip)
    if "w_o_diag" in w:
        o = o + w["w_o_diag"] * c
    h = sigmoid(o) * activation(c)
    if "projection/kernel" in w:
        h = clip(h @ w["projection/kernel"], proj_clip)
    return h, (c, h)


def gru(x, h, w, activation=np.tanh):
    gates = sigmoid(np.concatenate([x, h], 1) @ w["gates/kernel"] + w["gates/bias"])
    r, u = np.split(gates, 2, axis=1)
    c = np.concatenate([x, r * h], 1) @ w["candidate/kernel"] + w["candidate/bias"]
    h = u * h + (1 - u) * activation(c)
    return h, h


def convolve(x, kernel):
    """Same-padded convolution of `[batch, *space, C]` with `[*size, C, F]`, tap by tap."""
    sizes = kernel.shape[:-2]
    before = [(k - 1) // 2 for k in sizes]
    pad = [(0, 0)] + [(b, k - 1 - b) for b, k in zip(before, sizes, strict=True)] + [(0, 0)]
    padded = np.pad(x, pad)
    result = 0
    for tap in itertools.product(*map(range, sizes)):
        window = tuple(slice(t, t + n) for t, n in zip(tap, x.shape[1:-1], strict=True))
        result = result + padded[(slice(None), *window)] @ kernel[tap]
    return result


def conv_lstm(x, state, w, forget_bias=1.0, skip_connection=False):
    c, h = state
    gates = convolve(np.concatenate([x, h], -1), w["kernel"]) + w.get("biases", 0)
    i, j, f, o = np.split(gates, 4, axis=-1)
    c = sigmoid(f + forget_bias) * c + sigmoid(i) * np.tanh(j)
    h = sigmoid(o) * np.tanh(c)
    return np.concatenate([h, x], -1) if skip_connection else h, (c, h)


def flatten(state):
    """The leaves of nested tuples and lists, from left to right."""
    if isinstance(state, (tuple, list)):
        return [leaf for part in state for leaf in flatten(part)]
    return [state]


def pack(structure, leaves):
    """The reverse of `flatten`: the next of `leaves` in each place of `structure`."""
    if isinstance(structure, (tuple, list)):
        return tuple(pack(part, leaves) for part in structure)
    return next(leaves)


def unroll(step, x, state, lengths=None):
    """Runs `step(x_t, state)` over `x` `[batch, time, ...]`, as `dynamic_rnn` does.

    Past its length a sequence puts out zeros and keeps its state.
    """
    outputs = []
    for t in range(x.shape[1]):
        output, new_state = step(x[:, t], state)
        if lengths is not None:
            running = np.asarray(lengths) > t
            mask = running.reshape([-1] + [1] * (output.ndim - 1))
            output = np.where(mask, output, 0)
            leaves = [
                np.where(running.reshape([-1] + [1] * (new.ndim - 1)), new, old)
                for new, old in zip(flatten(new_state), flatten(state), strict=True)
            ]
            new_state = pack(state, iter(leaves))
        outputs.append(output)
        state = new_state
    return np.stack(outputs, 1), state


def gradient(loss, values, step=1e-30):
    """Returns the gradients of `loss(list of arrays)` by each array, through complex steps."""
    values = [np.array(value, np.complex128) for value in values]
    gradients = []
    for value in values:
        result = np.zeros(value.shape)
        for index in np.ndindex(*value.shape):
            value[index] += 1j * step
            result[index] = np.imag(loss(values)) / step
            value[index] -= 1j * step
        gradients.append(result)
    return gradients
