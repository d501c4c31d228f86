"""What is inside a checkpoint, told from names and shapes."""

import pytest

from tf1_rnn.baseline import trace
from tf1_rnn.baseline.cases import CASES
from tf1_rnn.checkpoints import describing
from tf1_rnn.checkpoints.recognising import contents


def contents_of(case):
    _, meta = trace.load(trace.path(case))
    return contents({name: shape for name, shape, _, _ in meta["variables"]})


def known(sizes):
    return {name: size for name, size in sizes.items() if size is not None}


@pytest.mark.parametrize(
    "case, layers",
    [
        ("basic_lstm", [("BasicLSTMCell", {"inputs": 3, "num_units": 4}, "", None)]),
        (
            "lstm",
            [
                (
                    "LSTMCell or LSTMBlockCell",
                    {"inputs": 3, "num_units": 4, "peepholes": True},
                    "",
                    None,
                )
            ],
        ),
        ("gru", [("GRUCell or GRUBlockCellV2", {"inputs": 3, "num_units": 4}, "", None)]),
        (
            "multi_lstm",
            [
                (
                    "LSTMCell or LSTMBlockCell",
                    {"inputs": 3, "num_units": 4, "peepholes": False},
                    "",
                    0,
                ),
                (
                    "LSTMCell or LSTMBlockCell",
                    {"inputs": 4, "num_units": 3, "peepholes": False},
                    "",
                    1,
                ),
            ],
        ),
        (
            "bilstm",
            [
                (
                    "LSTMCell or LSTMBlockCell",
                    {"inputs": 3, "num_units": 4, "peepholes": True},
                    way,
                    None,
                )
                for way in ("forward", "backward")
            ],
        ),
        (
            "conv_lstm",
            [
                (
                    "ConvLSTMCell",
                    {
                        "input_channels": 1,
                        "output_channels": 32,
                        "kernel_shape": [3, 3],
                        "use_bias": True,
                    },
                    "",
                    None,
                )
            ],
        ),
        (
            "lstm_projection",
            [
                (
                    "LSTMCell",
                    {"inputs": 2, "num_units": 3, "num_proj": 2, "peepholes": False},
                    "",
                    None,
                )
            ],
        ),
        (
            "lstm_shards",
            [
                (
                    "LSTMCell",
                    {"inputs": 2, "num_units": 3, "num_proj": 2, "peepholes": False},
                    "",
                    None,
                )
            ],
        ),
        (
            "basic_named",
            [
                (
                    "LSTMCell or BasicLSTMCell (custom scope name)",
                    {"inputs": 2, "num_units": 3, "peepholes": False},
                    "",
                    None,
                )
            ],
        ),
        (
            "conv_2d_no_bias",
            [
                (
                    "ConvLSTMCell",
                    {
                        "input_channels": 1,
                        "output_channels": 2,
                        "kernel_shape": [3, 3],
                        "use_bias": False,
                    },
                    "",
                    None,
                )
            ],
        ),
        (
            "coupled_shards",
            [
                (
                    "CoupledInputForgetGateLSTMCell",
                    {"inputs": 2, "num_units": 4, "num_proj": 2, "peepholes": False},
                    "",
                    None,
                )
            ],
        ),
        (
            "glstm_projection",
            [
                (
                    "GLSTMCell",
                    {"inputs": 4, "num_units": 4, "number_of_groups": 2, "num_proj": 2},
                    "",
                    None,
                )
            ],
        ),
        (
            "nas_projection_bias",
            [
                (
                    "NASCell",
                    {"inputs": 2, "num_units": 3, "num_proj": 2, "use_bias": True},
                    "",
                    None,
                )
            ],
        ),
        (
            "phased_peepholes",
            [("PhasedLSTMCell", {"inputs": 2, "num_units": 3, "peepholes": True}, "", None)],
        ),
        ("gru_block", [("GRUBlockCell", {"inputs": 2, "num_units": 3}, "", None)]),
        (
            "highway",
            [
                ("GRUCell or GRUBlockCellV2", {"inputs": 3, "num_units": 3}, "", None),
                ("HighwayWrapper", {"inputs": 3, "coupled": True}, "", None),
            ],
        ),
        (
            "grid_shared_coupled",
            [
                (
                    "GridLSTMCell",
                    {
                        "num_units": 2,
                        "feature_size": 2,
                        "frequency_blocks": 1,
                        "shared": True,
                        "coupled": True,
                        "peepholes": True,
                    },
                    "",
                    None,
                )
            ],
        ),
        (
            "time_freq",
            [
                (
                    "TimeFreqLSTMCell",
                    {"num_units": 2, "feature_size": 2, "peepholes": False},
                    "",
                    None,
                )
            ],
        ),
    ],
)
def test_layers_of_a_recorded_list_of_names(case, layers):
    found = contents_of(case)
    assert [
        (describing.kind(layer), known(layer.sizes), layer.direction, layer.depth)
        for layer in found.layers
    ] == layers
    assert found.unrecognised == []


@pytest.mark.parametrize("case", CASES)
def test_every_recorded_cell_is_recognised(case):
    found = contents_of(case)
    assert found.unrecognised == []
    for kind, units in _cells(CASES[case].cell):
        if kind == "LSTMBlockCell" and any(layer.is_named for layer in found.layers):
            continue
        possible = [layer for layer in found.layers if kind in layer.classes]
        assert possible
        assert units is None or any(layer.sizes["num_units"] == units for layer in possible)


def _cells(spec):
    """The kinds with variables of their own in a specification, and their num_units."""
    if spec and isinstance(spec[0], list):
        return [pair for one in spec for pair in _cells(one)]
    if not spec:
        return []
    kind, options = spec
    inner = [
        pair
        for value in options.values()
        if isinstance(value, list)
        and value
        and isinstance(value[0], (str, list))
        and value[0] not in ("initializers.ones", "initializers.constant")
        for pair in _cells(value)
    ]
    wrappers = (
        "MultiRNNCell",
        "ResidualWrapper",
        "DropoutWrapper",
        "DeviceWrapper",
        "CompiledWrapper",
        "FusedRNNCellAdaptor",
        "TimeReversedFusedRNN",
    )
    own = kind.split(".")[-1]
    return inner + ([] if kind in wrappers else [(own, options.get("num_units"))])


def test_slots_counters_and_the_unknown():
    found = contents(
        {
            "rnn/gru_cell/gates/kernel": [5, 6],
            "rnn/gru_cell/gates/bias": [6],
            "rnn/gru_cell/candidate/kernel": [5, 3],
            "rnn/gru_cell/candidate/bias": [3],
            "rnn/gru_cell/gates/kernel/Adam": [5, 6],
            "rnn/gru_cell/gates/kernel/Adam_1": [5, 6],
            "softmax/weights": [3, 2],
            "softmax/weights/Momentum": [3, 2],
            "global_step": [],
            "beta1_power": [],
            "beta2_power_1": [],
            "Momentum": [2],
        }
    )
    assert found.slots == {"Adam (m)": 1, "Adam (v)": 1, "momentum": 1}
    assert found.optimiser == ["global_step", "beta1_power", "beta2_power_1"]
    assert found.unrecognised == ["softmax/weights", "Momentum"]
    assert len(found.layers) == 1


@pytest.mark.parametrize(
    "shapes",
    [
        {"dense/kernel": [5, 12], "dense/bias": [12]},  # not in a loop: any dense layer looks so
        {"rnn/kernel": [3, 3, 2], "rnn/bias": [2]},
        {"rnn/out/kernel": [5, 7], "rnn/out/bias": [7]},
        {"table": [5, 7], "other": [7, 7], "scale": [7]},
        {},
    ],
)
def test_what_is_no_cell_is_not_recognised(shapes):
    found = contents(shapes)
    assert all(layer.key == "dense" for layer in found.layers)
    dense = [name for layer in found.layers for name in layer.variables.values()]
    assert dense + found.unrecognised == list(shapes)
    assert bool(dense) == any(
        name.endswith("/kernel") and len(shapes[name]) == 2 for name in shapes
    )


def test_a_layer_with_a_variable_missing_is_still_listed():
    found = contents({"rnn/lstm_cell/bias": [12]})
    assert [layer.scope for layer in found.layers] == ["rnn/lstm_cell"]


def test_names_of_before_1_2_are_read_by_those_of_today():
    old = {
        "m/rnn/lstm_cell/weights": [7, 16],
        "m/rnn/lstm_cell/biases": [16],
        "m/rnn/lstm_cell/weights/Adam": [7, 16],
        "out/weights": [4, 2],
    }
    found = contents(old)
    (layer,) = found.layers
    assert layer.variables == {leaf: "m/rnn/lstm_cell/" + leaf for leaf in ("kernel", "bias")}
    assert layer.sizes["num_units"] == 4
    assert found.slots == {"Adam (m)": 1} and found.unrecognised == ["out/weights"]
    assert found.names["m/rnn/lstm_cell/kernel/Adam"] == ["m/rnn/lstm_cell/weights/Adam"]
    assert sorted(found.names.values()) == sorted([name] for name in old)
    both = contents({**old, "m/rnn/lstm_cell/kernel": [7, 16]})
    assert [[name] for name in both.names] == list(both.names.values())
    assert "m/rnn/lstm_cell/weights" in both.names
