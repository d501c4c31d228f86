"""What is written down of a case: the loss, the names, and a training that starts where it did."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.baseline import recording
from tf1_rnn.baseline.cases import Case, cell

CASE = Case("mine", cell("GRUCell", num_units=3), state="random", dtype="float32")


def test_the_loss_is_that_of_the_pattern():
    value = np.random.RandomState(0).randn(3, 4)
    with tf.Graph().as_default(), tf.Session() as session:
        named = [
            ("a", tf.constant(value)),
            ("ids", tf.constant([1])),
            ("b", tf.constant([0.5, 1, 2], tf.float64)),
        ]
        found = session.run(recording.loss_of(tf, named))
    pattern = (np.arange(12) % 7 - 3) / 4
    expected = ((value.ravel() - pattern) ** 2).mean()
    expected += ((np.array([0.5, 1, 2]) - pattern[:3]) ** 2).mean()
    np.testing.assert_allclose(found, expected, rtol=1e-14)


@pytest.fixture(scope="module")
def recorded():
    return recording.record(tf, CASE, steps=3)


def test_everything_is_there(recorded):
    arrays, meta = recorded
    names = ["gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias"]
    variables = [f"rnn/gru_cell/{name}" for name in names]
    assert [row[0] for row in meta["variables"]] == meta["trainable"] == variables
    # Biases start from a constant, kernels are drawn.
    assert [row[3] for row in meta["variables"]] == [None, 1.0, None, 0.0]
    kinds = ("variable", "gradient/variable", "gd/variable", "adam/variable", "adam/m", "adam/v")
    wanted = {f"{kind}/{name}" for kind in kinds for name in variables}
    wanted |= {"input/x", "initial_state", "outputs", "final_state", "loss"}
    wanted |= {"gradient/input/x", "gradient/initial_state", "gd/loss", "adam/loss"}
    assert set(arrays) == wanted


def test_both_optimisers_start_from_the_same_numbers(recorded):
    arrays, _ = recorded
    for optimiser in ("gd", "adam"):
        assert arrays[optimiser + "/loss"].shape == (3,)
        assert arrays[optimiser + "/loss"][0] == arrays["loss"]
    name = "variable/rnn/gru_cell/gates/bias"
    step = arrays[name] - recording.GD_RATE * arrays["gradient/" + name]
    once, _ = recording.record(tf, CASE, given=arrays, steps=1)
    np.testing.assert_allclose(once["gd/" + name], step, rtol=0, atol=1e-6)


def test_given_numbers_take_the_place_of_drawn_ones(recorded):
    given = {name: np.zeros_like(array) for name, array in recorded[0].items()}
    arrays, _ = recording.record(tf, CASE, given=given, steps=0)
    assert not arrays["outputs"].any() and "gd/loss" not in arrays


def test_json_knows_no_tuples():
    assert recording.json_like({"a": (1, [(2,)])}) == {"a": [1, [[2]]]}
