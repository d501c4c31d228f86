"""Which variables are an optimiser's."""

from tf1_rnn.checkpoints import slots

KERNEL = "outer/rnn/gru_cell/gates/kernel"


def test_a_slot_hangs_below_its_variable():
    """In a scope, Adam repeats the scope in the names of its slots."""
    shapes = {
        KERNEL: [5, 6],
        KERNEL + "/Adam": [5, 6],
        "outer/" + KERNEL + "/Adam_1": [5, 6],
        KERNEL + "/AdaMax": [5, 6],
        "outer/beta1_power": [],
        "global_step": [],
    }
    assert slots.split(shapes) == (
        {"Adam (m)": 1, "Adam (v)": 1, "AdaMax": 1},
        ["outer/beta1_power", "global_step"],
        {KERNEL: [5, 6]},
    )


def test_a_variable_below_a_scope_of_a_variables_name_is_the_models():
    shapes = {"attention": [4], "attention/kernel": [4, 3], "Adam": [3]}
    assert slots.split(shapes) == ({}, [], shapes)
