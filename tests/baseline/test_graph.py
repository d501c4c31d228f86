"""A case's graph: cells from specifications, what is fed, and numbers from a seed."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.baseline import graph
from tf1_rnn.baseline.cases import Case, cell, fn


def case(**changes):
    return Case(**{"name": "mine", "cell": cell("GRUCell", num_units=3), **changes})


def test_specifications_become_objects():
    stack = cell("MultiRNNCell", cells=[cell("GRUCell", num_units=3, activation=fn("nn.relu"))])
    with tf.Graph().as_default():
        made = graph.make(tf, stack)
        assert isinstance(made, tf.contrib.rnn.MultiRNNCell) and made.state_size == (3,)
        assert graph.make(tf, fn("nn.relu")) is tf.nn.relu
        assert graph.make(tf, cell("nn.rnn_cell.GRUCell", num_units=2)).output_size == 2
        assert graph.make(tf, (1, "text")) == [1, "text"]


@pytest.mark.parametrize("time_major", [False, True])
@pytest.mark.parametrize("unknown", [False, True])
@pytest.mark.parametrize("state", ["none", "zero", "random"])
@pytest.mark.parametrize("loop", ["dynamic", "static"])
def test_what_is_fed(time_major, unknown, state, loop):
    given = case(time_major=time_major, unknown=unknown, state=state, loop=loop, lengths=(4, 1))
    with tf.Graph().as_default():
        built = graph.build(tf, given)
    batch, time = (None, 4 if loop == "static" else None) if unknown else (2, 4)
    steps = [time, batch] if time_major else [batch, time]
    assert built.feeds["input/x"].shape.as_list() == [*steps, 2]
    assert built.feeds["input/sequence_length"].shape.as_list() == [batch]
    assert ("initial_state" in built.feeds) == (state == "random")
    assert built.sizes == (3, 3)


def test_loops_may_come_from_another_module_as_far_as_it_has_them():
    class Mine:
        asked = []

        @staticmethod
        def dynamic_rnn(cell, inputs, *args, **kwargs):
            Mine.asked.append(cell)
            return tf.nn.dynamic_rnn(cell, inputs, *args, **kwargs)

    for loop in ("dynamic", "static"):
        with tf.Graph().as_default():
            graph.build(tf, case(loop=loop), Mine)
    assert len(Mine.asked) == 1


SHAPES = {
    "input/x": ([2, 4, 2], np.float64),
    "input/sequence_length": ([2], np.int32),
    "variable/a": ([3, 3], np.float64),
}


def test_numbers_depend_only_on_the_seed():
    given = case(lengths=(4, 1))
    one, other = (graph.initial_numbers(given, SHAPES) for _ in range(2))
    for name in SHAPES:
        np.testing.assert_array_equal(one[name], other[name])
        assert one[name].dtype == SHAPES[name][1] and list(one[name].shape) == SHAPES[name][0]
    renamed = graph.initial_numbers(given._replace(name="other"), SHAPES)
    assert (renamed["variable/a"] != one["variable/a"]).any()
    assert one["input/sequence_length"].tolist() == [4, 1]


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_numbers_of_half_precision_are_exact_in_both(dtype):
    drawn = graph.initial_numbers(case(dtype=dtype), {"variable/a": ([50], np.float32)})
    np.testing.assert_array_equal(drawn["variable/a"] * 64 % 1, 0)


def test_ids_times_and_what_must_be_positive():
    shapes = {
        "input/x": ([2, 4], np.int32),
        "input/times": ([2, 4, 1], np.float64),
        "variable/period": ([30], np.float64),
    }
    drawn = graph.initial_numbers(case(positive=("period",)), shapes)
    assert set(drawn["input/x"].ravel()) <= set(range(5))
    assert (np.diff(drawn["input/times"], axis=1) > 0).all()
    assert (drawn["variable/period"] > 0).all()
