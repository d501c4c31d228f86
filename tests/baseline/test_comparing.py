"""Comparing a port: what is reported, and each known mistake made on purpose and found.

Wherever it can, a mistake is made without the code that looks for it: the right recurrence is run
on weights, states or lengths changed as the mistake would change them.
"""

import numpy as np
import pytest

from tf1_rnn.baseline import comparing, reference, trace


def load(name):
    return trace.load(trace.path(name))


def port_of(name, change=None, **options):
    """What a port computes that is right but for a change of its weights or options."""
    arrays, meta = load(name)
    if change:
        change(arrays)
    case = dict(meta["case"])
    if options:
        case["cell"] = [case["cell"][0], dict(case["cell"][1], **options)]
    return reference.run(case, arrays)


def found_hints(name, port):
    return comparing.hints(*load(name), port)


def quarters(order):
    """Exchange the gates' columns of every kernel and bias."""

    def change(arrays):
        for key in arrays:
            if key.startswith("variable/") and key.endswith(("kernel", "bias", "biases")):
                parts = np.split(arrays[key], len(order), -1)
                arrays[key] = np.concatenate([parts[k] for k in order], -1)

    return change


def bias(add=(0,), times=1.0):
    def change(arrays):
        for key in arrays:
            if key.startswith("variable/") and key.endswith(("bias", "biases")):
                arrays[key] = arrays[key] * times + np.repeat(add, arrays[key].size // len(add))

    return change


def peepholes(**new):
    def change(arrays):
        old = {key: value for key, value in arrays.items() if key.endswith("_diag")}
        for key in old:
            if key.startswith("variable/"):
                source = new[key[-6]]
                arrays[key] = old[key[:-6] + source + "_diag"] if source else 0 * old[key]

    return change


def initial(make):
    def change(arrays):
        arrays.update(
            make({key: value for key, value in arrays.items() if key.startswith("initial_state")})
        )

    return change


def flipped(arrays):
    for key in arrays:
        if key.startswith("variable/") and key.endswith("kernel"):
            arrays[key] = arrays[key][::-1, ::-1]


def gates_half_negated(arrays):
    """sigmoid(-u) is 1 - sigmoid(u)."""
    for leaf in ("kernel", "bias"):
        key = "variable/rnn/gru_cell/gates/" + leaf
        r, u = np.split(arrays[key], 2, -1)
        arrays[key] = np.concatenate([r, -u], -1)


def full_lengths(arrays):
    arrays["input/sequence_length"] = np.full_like(
        arrays["input/sequence_length"], arrays["input/x"].shape[1]
    )


def reshaped(arrays):
    x = arrays["input/x"]
    arrays["input/x"] = x.reshape((x.shape[1], x.shape[0]) + x.shape[2:]).swapaxes(0, 1)


def gates_only(change):
    """Apply a change to the gates' weights of a GRU and not to its candidate's."""

    def changed(arrays):
        part = {key: value for key, value in arrays.items() if "/gates/" in key}
        change(part)
        arrays.update(part)

    return changed


MADE = [
    ("gates_ifgo", "lstm_plain", port_of("lstm_plain", quarters([0, 2, 1, 3]))),
    ("gates_ifgo", "conv_2d", port_of("conv_2d", quarters([0, 2, 1, 3]))),
    ("gates_ifgo", "multi_lstm", port_of("multi_lstm", quarters([0, 2, 1, 3]))),
    ("gates_iofc", "basic_random_state", port_of("basic_random_state", quarters([0, 3, 2, 1]))),
    ("no_forget_bias", "basic_lstm", port_of("basic_lstm", bias((0, 0, -1, 0)))),
    ("no_forget_bias", "conv_2d", port_of("conv_2d", bias((0, 0, -1, 0)))),
    ("forget_bias_twice", "lstm_plain", port_of("lstm_plain", bias((0, 0, 1, 0)))),
    (
        "forget_bias_twice",
        "lstm_forget_bias_half",
        port_of("lstm_forget_bias_half", bias((0, 0, 0.5, 0))),
    ),
    ("forget_bias_on_i", "lstm_plain", port_of("lstm_plain", bias((1, 0, -1, 0)))),
    ("forget_bias_on_j", "lstm_plain", port_of("lstm_plain", bias((0, 1, -1, 0)))),
    ("no_peepholes", "lstm", port_of("lstm", peepholes(i="", f="", o=""))),
    ("no_peepholes", "bilstm", port_of("bilstm", peepholes(i="", f="", o=""))),
    (
        "peepholes_i_f_swapped",
        "lstm_peepholes",
        port_of("lstm_peepholes", peepholes(i="f", f="i", o="o")),
    ),
    ("no_cell_clip", "lstm_cell_clip_hit", port_of("lstm_cell_clip_hit", cell_clip=None)),
    ("no_proj_clip", "lstm_proj_clip_hit", port_of("lstm_proj_clip_hit", proj_clip=None)),
    ("gru_gates_ur", "gru", port_of("gru", gates_only(quarters([1, 0])))),
    ("gru_update_inverted", "gru", port_of("gru", gates_half_negated)),
    ("gru_bias_one_more", "gru", port_of("gru", gates_only(bias((1, 1))))),
    ("no_bias", "lstm_plain", port_of("lstm_plain", bias(times=0.0))),
    ("bias_twice", "gru_random_state", port_of("gru_random_state", bias(times=2.0))),
    ("tanh_always", "gru_relu", port_of("gru_relu", activation="tanh")),
    ("kernel_flipped", "conv_2d", port_of("conv_2d", flipped)),
    (
        "no_initial_state",
        "lstm_plain",
        port_of("lstm_plain", initial(lambda s: {k: 0 * v for k, v in s.items()})),
    ),
    (
        "c_h_swapped",
        "lstm_plain",
        port_of("lstm_plain", initial(lambda s: dict(zip(s, list(s.values())[::-1], strict=True)))),
    ),
    ("no_lengths", "lstm_lengths", port_of("lstm_lengths", full_lengths)),
    ("reshaped", "lstm_plain", port_of("lstm_plain", reshaped)),
]


@pytest.mark.parametrize("mistake, name, port", MADE, ids=["-".join(made[:2]) for made in MADE])
def test_a_mistake_made_by_hand_is_found(mistake, name, port):
    assert reference.MISTAKES[mistake] in found_hints(name, port)


# What no change of weights can make: the recurrence itself is wrong.


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def wrong_gru(x, h, w):
    """Keras' and PyTorch's GRU: the reset gate after the product."""
    outputs = []
    depth = x.shape[2]
    for x_t in x.swapaxes(0, 1):
        r, u = np.split(
            sigmoid(np.concatenate([x_t, h], 1) @ w["gates/kernel"] + w["gates/bias"]), 2, 1
        )
        kernel = w["candidate/kernel"]
        c = np.tanh(x_t @ kernel[:depth] + r * (h @ kernel[depth:]) + w["candidate/bias"])
        h = u * h + (1 - u) * c
        outputs.append(h)
    return {"outputs": np.stack(outputs, 1), "final_state": h}


def wrong_lstm(x, c, h, w, gate=sigmoid, o_looks_at="old", clip=None):
    """A peephole LSTM whose parts can be wrong."""
    outputs = []
    for x_t in x.swapaxes(0, 1):
        i, j, f, o = np.split(np.concatenate([x_t, h], 1) @ w["kernel"] + w["bias"], 4, 1)
        i, f = gate(i + w["w_i_diag"] * c), gate(f + 1 + w["w_f_diag"] * c)
        new = f * c + i * np.tanh(j)
        clipped = new if clip is None else np.clip(new, -clip, clip)
        seen = {"old": c, "new": clipped, "before the clip": new}[o_looks_at]
        c = clipped
        h = gate(o + w["w_o_diag"] * seen) * np.tanh(c)
        outputs.append(h)
    return {"outputs": np.stack(outputs, 1), "final_state/c": c, "final_state/h": h}


def weights(arrays, scope):
    return {key[len(scope) :]: value for key, value in arrays.items() if key.startswith(scope)}


def test_reset_after_the_product_is_found():
    arrays, _ = load("gru_random_state")
    port = wrong_gru(
        arrays["input/x"], arrays["initial_state"], weights(arrays, "variable/rnn/gru_cell/")
    )
    assert found_hints("gru_random_state", port) == [reference.MISTAKES["gru_reset_after"]]


@pytest.mark.parametrize(
    "mistake, name, how",
    [
        ("peephole_o_old", "lstm_peepholes", {"o_looks_at": "old"}),
        ("cell_clip_after_o", "lstm_cell_clip_hit", {"o_looks_at": "before the clip", "clip": 0.1}),
        (
            "hard_sigmoid",
            "lstm_peepholes",
            {"o_looks_at": "new", "gate": lambda x: np.clip(0.2 * x + 0.5, 0, 1)},
        ),
    ],
)
def test_a_wrong_recurrence_is_found(mistake, name, how):
    arrays, _ = load(name)
    port = wrong_lstm(
        arrays["input/x"],
        arrays["initial_state/c"],
        arrays["initial_state/h"],
        weights(arrays, "variable/rnn/lstm_cell/"),
        **how,
    )
    assert reference.MISTAKES[mistake] in found_hints(name, port)


def test_torch_lstm_with_weights_as_they_lie_is_found():
    torch = pytest.importorskip("torch")
    arrays, _ = load("basic_lstm")
    kernel, bias_ = (
        torch.tensor(arrays["variable/rnn/basic_lstm_cell/" + leaf]) for leaf in ("kernel", "bias")
    )
    layer = torch.nn.LSTM(3, 4, batch_first=True)
    outputs, _ = torch.func.functional_call(
        layer,
        {
            "weight_ih_l0": kernel[:3].T,
            "weight_hh_l0": kernel[3:].T,
            "bias_ih_l0": bias_,
            "bias_hh_l0": torch.zeros(16),
        },
        (torch.tensor(arrays["input/x"]),),
    )
    (hint,) = found_hints("basic_lstm", {"outputs": outputs.numpy()})
    assert reference.MISTAKES["gates_ifgo"] in hint
    assert reference.MISTAKES["no_forget_bias"] in hint


# Mistakes of the loop around the cell.


def outputs_of(name):
    arrays, _ = load(name)
    return {
        key: value.copy()
        for key, value in arrays.items()
        if key.startswith(("outputs", "final_state"))
    }


def test_batch_and_time_exchanged_is_found():
    port = outputs_of("gru_random_state")
    port["outputs"] = port["outputs"].swapaxes(0, 1)
    (hint,) = found_hints("gru_random_state", port)
    assert "batch and time are exchanged" in hint


def test_backward_outputs_left_reversed_are_found():
    port = outputs_of("bilstm")
    port["outputs/bw"] = port["outputs/bw"][:, ::-1]
    assert reference.MISTAKES["backward_not_reversed_back"] in found_hints("bilstm", port)


def test_a_backward_direction_that_runs_forwards_is_found():
    arrays, meta = load("bilstm")
    arrays["input/x"] = arrays["input/x"][:, ::-1]
    wrong = reference.run(meta["case"], arrays)
    port = outputs_of("bilstm")
    port["outputs/bw"] = wrong["outputs/bw"][:, ::-1]
    for part in "ch":
        port["final_state/bw/" + part] = wrong["final_state/bw/" + part]
    assert reference.MISTAKES["backward_not_reversed"] in found_hints("bilstm", port)


def test_padding_that_is_not_zeroed_is_found():
    arrays, meta = load("lstm_lengths")
    port = outputs_of("lstm_lengths")
    step = reference.run(dict(meta["case"]), arrays, {"padding_not_zeroed"})
    n = arrays["input/sequence_length"]
    inside = np.arange(port["outputs"].shape[1])[None, :, None] < n[:, None, None]
    np.testing.assert_allclose(np.where(inside, step["outputs"], 0), port["outputs"], atol=1e-12)
    assert reference.MISTAKES["padding_not_zeroed"] in found_hints("lstm_lengths", step)


@pytest.mark.parametrize(
    "mistake, name",
    [
        ("backward_over_padding", "bidirectional_dynamic_lengths"),
        ("state_before_input", "lstm_plain"),
        ("padding_first", "conv_1d_even_kernel"),
    ],
)
def test_a_mistake_made_by_the_reference_is_found(mistake, name):
    arrays, meta = load(name)
    wrong = reference.run(meta["case"], arrays, {mistake})
    assert not comparing._explains(reference.run(meta["case"], arrays), wrong)
    assert reference.MISTAKES[mistake] in found_hints(name, wrong)


def test_two_mistakes_at_once_are_found():
    port = port_of(
        "lstm",
        lambda arrays: [
            change(arrays) for change in (quarters([0, 2, 1, 3]), peepholes(i="", f="", o=""))
        ],
    )
    (hint,) = found_hints("lstm", port)
    assert reference.MISTAKES["gates_ifgo"] in hint
    assert reference.MISTAKES["no_peepholes"] in hint


def test_every_mistake_is_made_in_some_test():
    with open(__file__, encoding="utf-8") as file:
        text = file.read()
    assert [mistake for mistake in reference.MISTAKES if f'"{mistake}"' not in text] == []


def test_a_right_port_and_an_unknown_error_give_no_hint():
    assert found_hints("gru", outputs_of("gru")) == []
    noise = np.random.RandomState(0)
    port = {
        key: value + noise.uniform(size=value.shape) for key, value in outputs_of("gru").items()
    }
    assert found_hints("gru", port) == []


def test_rows_say_where_it_breaks():
    arrays, meta = load("lstm_plain")
    port = outputs_of("lstm_plain")
    port["outputs"][1, 2, 0] += 0.25
    rows = {row[0]: row for row in comparing.compare(arrays, meta, port)}
    assert rows["final_state/c"][1:] == (0.0, 0.0, "ok")
    _, absolute, relative, verdict = rows["outputs"]
    assert absolute == pytest.approx(0.25)
    assert relative == pytest.approx(0.25 / np.abs(arrays["outputs"]).max())
    assert verdict.startswith("first at batch 1, step 2, unit 0: ")


def test_a_port_in_single_precision_may_be_coarser():
    arrays, meta = load("lstm_plain")
    port = {"outputs": arrays["outputs"].astype(np.float32)}
    assert comparing.compare(arrays, meta, port)[0][-1] == "ok"
    assert comparing.compare(arrays, meta, port, tolerance=1e-12)[0][-1] != "ok"
    double = {"outputs": arrays["outputs"] * (1 + 1e-7)}
    assert comparing.compare(arrays, meta, double)[0][-1] != "ok"


def test_a_port_of_nothing_is_refused():
    arrays, meta = load("gru")
    with pytest.raises(ValueError, match="none of the arrays"):
        comparing.compare(arrays, meta, {"input/x": arrays["input/x"], "out": np.zeros(3)})


def test_another_shape_or_type_is_told():
    arrays, meta = load("gru")
    rows = comparing.compare(arrays, meta, {"outputs": np.zeros((1, 2)), "loss": np.array("a")})
    assert [row[-1] for row in rows] == [
        "shape (1, 2), expected (2, 4, 4)",
        "dtype <U1, expected float32",
    ]


@pytest.mark.parametrize("name", ["outputs", "final_state/c", "gradient/loss"])
def test_complex_numbers_are_never_equal(name):
    arrays, meta = load("lstm")
    name = next(each for each in arrays if each.startswith(name.split("/")[0]))
    port = {name: arrays[name].astype(np.complex128)}
    ((_, absolute, _, verdict),) = comparing.compare(arrays, meta, port)
    assert absolute == np.inf
    assert verdict.startswith("dtype complex128, expected float")
    assert comparing.hints(arrays, meta, port) == []
