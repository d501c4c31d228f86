"""Which cells become one module of a target, and which stay apart."""

import os

import pytest

from tests.exporting.test_layers import export, recorded, variables, zeros
from tf1_rnn.exporting import keras3, layers


def modules(exported):
    assert exported.refused == []
    there = layers.knowing(exported.target)
    return {module.name: there.construction(module) for module in exported.modules}


def of_case(name, target):
    return modules(export(variables(dict(recorded(target))[name]), target))


def test_equal_layers_of_a_stack_are_one_torch_module():
    assert of_case("stack_of_both_ways", "torch") == {
        "stack_bidirectional_rnn/bidirectional_rnn/lstm_cell": "torch.nn.LSTM(2, 3, "
        "batch_first=True, num_layers=2, bidirectional=True, dtype=torch.float64)"
    }
    (stack,) = of_case("stack_of_eleven", "torch").values()
    assert "num_layers=11" in stack


@pytest.mark.parametrize(
    "case, count",
    [("multi_lstm", 2), ("both_ways_of_two_sizes", 2), ("both_ways_of_stacks", 2)],
)
def test_unequal_layers_are_torch_modules_of_their_own(case, count):
    found = of_case(case, "torch")
    assert len(found) == count
    assert not any("bidirectional=True" in text for text in found.values())


@pytest.mark.parametrize(
    "scope, wrapper",
    [
        ("tower/cell_{}/rnn/lstm_cell", {}),
        (
            "rnn/multi_rnn_cell/cell_{}/output_projection_wrapper/lstm_cell",
            {"../kernel": (3, 3), "../bias": (3,)},
        ),
    ],
)
def test_towers_and_layers_with_a_wrapper_between_are_no_stack(scope, wrapper):
    """Their shapes would fit: three inputs, three units."""
    leaves = {"kernel": (6, 12), "bias": (12,), **wrapper}
    exported = zeros(
        "torch",
        {
            os.path.normpath(f"{scope.format(depth)}/{leaf}"): shape
            for depth in (0, 1)
            for leaf, shape in leaves.items()
        },
    )
    assert [len(module.levels) for module in exported.modules] == [1, 1]


def test_a_projection_of_each_directions_inputs_keeps_them_apart():
    exported = zeros(
        "keras",
        {
            f"bidirectional_rnn/{way}/input_projection_wrapper/{name}": shape
            for way in ("fw", "bw")
            for name, shape in {
                "kernel": (5, 2),
                "bias": (2,),
                "basic_rnn_cell/kernel": (5, 3),
                "basic_rnn_cell/bias": (3,),
            }.items()
        },
    )
    backward, _ = exported.modules
    assert keras3.construction(backward) == "keras.layers.SimpleRNN(3, return_sequences=True)"
    assert "only the backward direction" in " ".join(backward.notes)
    assert all("inside the InputProjectionWrapper" in str(m.notes) for m in exported.modules)
    assert [layer.classes for layer, _ in exported.refused] == [("InputProjectionWrapper",)] * 2
    assert exported.arrays["bidirectional_rnn/fw/input_projection_wrapper/kernel"].shape == (5, 2)
