import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests import references
from tests.comparison import relative_error
from tf1_rnn.cells import GRUCell, LSTMCell, LSTMStateTuple
from tf1_rnn.cells.contrib import (
    best_effort_input_batch_size,
    stack_bidirectional_dynamic_rnn,
    stack_bidirectional_rnn,
    transpose_batch_time,
)

LENGTHS = [3, 1]


def inside(prefix, weights):
    return {k.removeprefix(prefix): v for k, v in weights.items() if k.startswith(prefix)}


def reverse(x):
    """Reverses each sequence `[batch, time, ...]` up to its length."""
    return np.stack(
        [np.concatenate([row[:n][::-1], row[n:]]) for row, n in zip(x, LENGTHS, strict=True)]
    )


def stacked(x, starts, weights, middle):
    """Two layers: LSTM forward and GRU backward, each fed with both outputs below it."""
    finals = []
    for layer, (fw, bw) in enumerate(starts):

        def lstm(x, s, scope=f"cell_{layer}/{middle}fw/lstm_cell/"):
            return references.lstm(x, s, inside(scope, weights))

        def gru(x, s, scope=f"cell_{layer}/{middle}bw/gru_cell/"):
            return references.gru(x, s, inside(scope, weights))

        forward, final_fw = references.unroll(lstm, x, fw, LENGTHS)
        backward, final_bw = references.unroll(gru, reverse(x), bw, LENGTHS)
        x = np.concatenate([forward, reverse(backward)], 2)
        finals.append((final_fw, final_bw))
    return x, finals


@pytest.mark.parametrize("loop", ["static", "dynamic", "dynamic, time_major"])
@pytest.mark.parametrize("with_states", [True, False])
def test_stack_equals_reference(loop, with_states):
    random = np.random.RandomState(0)
    x = random.randn(2, 3, 4)
    starts = [tuple(random.randn(2, n) * with_states for n in (3, 3, 2)) for _ in range(2)]
    cells_fw, cells_bw = [LSTMCell(3) for _ in "01"], [GRUCell(2) for _ in "01"]
    options = {"dtype": tf.float64, "sequence_length": LENGTHS}
    with tf.Graph().as_default(), tf.Session() as session:
        if with_states:
            options["initial_states_fw"] = [
                LSTMStateTuple(*map(tf.constant, s[:2])) for s in starts
            ]
            options["initial_states_bw"] = [tf.constant(s[2]) for s in starts]
        if loop == "static":
            steps = tf.unstack(tf.constant(x), axis=1)
            result = stack_bidirectional_rnn(cells_fw, cells_bw, steps, **options)
            outputs = tf.stack(result[0], 1)
        else:
            time_major = loop != "dynamic"
            whole = tf.constant(np.swapaxes(x, 0, 1) if time_major else x)
            result = stack_bidirectional_dynamic_rnn(
                cells_fw, cells_bw, whole, time_major=time_major, **options
            )
            outputs = transpose_batch_time(result[0]) if time_major else result[0]
        variables = tf.global_variables()
        session.run(tf.global_variables_initializer())
        weights, ours, states_fw, states_bw = session.run(
            [variables, outputs, result[1], result[2]]
        )
    names = [v.op.name.removeprefix("stack_bidirectional_rnn/") for v in variables]
    middle = "" if loop == "static" else "bidirectional_rnn/"
    assert names[0] == f"cell_0/{middle}fw/lstm_cell/kernel"
    theirs, finals = stacked(
        x, [((s[0], s[1]), s[2]) for s in starts], dict(zip(names, weights, strict=True)), middle
    )
    assert relative_error(ours, theirs) <= 1e-12
    for index, (fw, bw) in enumerate(finals):
        for mine, other in zip(states_fw[index], fw, strict=True):
            assert relative_error(mine, other) <= 1e-12
        assert relative_error(states_bw[index], bw) <= 1e-12


@pytest.mark.parametrize("stack", [stack_bidirectional_rnn, stack_bidirectional_dynamic_rnn])
def test_scope(stack):
    with tf.Graph().as_default():
        x = [tf.zeros([2, 4])] * 3 if stack is stack_bidirectional_rnn else tf.zeros([2, 3, 4])
        stack([GRUCell(2)], [GRUCell(2)], x, dtype=tf.float32, scope="mine")
        with pytest.raises(ValueError, match="already exists"):
            stack([GRUCell(2)], [GRUCell(2)], x, dtype=tf.float32, scope="mine")
        assert {v.op.name.split("/")[0] for v in tf.global_variables()} == {"mine"}


@pytest.mark.parametrize(
    "fw,bw,options,message",
    [
        (None, 1, {}, "cells_fw is None"),
        (1, None, {}, "cells_bw is None"),
        ((1,), 1, {}, "cells_fw must be a list"),
        (1, 2, {}, "1 forward cells and 2 backward"),
        (1, 1, {"initial_states_fw": 2}, "initial_states_fw must be a list of one state per layer"),
        (1, 1, {"initial_states_bw": (1,)}, "initial_states_bw must be a list"),
    ],
)
@pytest.mark.parametrize("stack", [stack_bidirectional_rnn, stack_bidirectional_dynamic_rnn])
def test_misuse(stack, fw, bw, options, message):
    def several(count, make):
        if isinstance(count, tuple):
            return (make(),)
        return count and [make() for _ in range(count)]

    with tf.Graph().as_default():
        x = [tf.zeros([2, 4])] * 3 if stack is stack_bidirectional_rnn else tf.zeros([2, 3, 4])
        states = {k: several(v, lambda: tf.zeros([2, 2])) for k, v in options.items()}
        with pytest.raises(ValueError, match=message):
            stack(
                several(fw, lambda: GRUCell(2)),
                several(bw, lambda: GRUCell(2)),
                x,
                dtype=tf.float32,
                **states,
            )


def test_transpose_batch_time():
    with tf.Graph().as_default(), tf.Session() as session:
        value = np.random.RandomState(0).randn(2, 3, 4)
        swapped = session.run(transpose_batch_time(tf.constant(value)))
        np.testing.assert_array_equal(swapped, np.swapaxes(value, 0, 1))
        known = transpose_batch_time(tf.placeholder(tf.float32, [2, None, 4]))
        assert known.shape.as_list() == [None, 2, 4]
        vector = tf.zeros([3])
        assert transpose_batch_time(vector) is vector
        with pytest.raises(TypeError, match="known rank"):
            transpose_batch_time(tf.placeholder(tf.float32))


def test_best_effort_input_batch_size():
    with tf.Graph().as_default(), tf.Session() as session:
        unknown = tf.placeholder_with_default(np.zeros([3, 5, 4]), [None, None, 4])
        assert best_effort_input_batch_size([tf.zeros([3, 7, 4])]) == 7
        several = [unknown, tf.placeholder(tf.float32), tf.zeros([3, 7])]
        assert best_effort_input_batch_size(several) == 7
        with pytest.raises(ValueError, match="at least 2 dimensions"):
            best_effort_input_batch_size([tf.zeros([9])])
        assert session.run(best_effort_input_batch_size([unknown])) == 5
