import functools

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests import references
from tests.comparison import assert_equals_reference, relative_error
from tests.variables import drawn, load
from tf1_rnn.cells import LSTMCell, LSTMStateTuple, MultiRNNCell
from tf1_rnn.cells.contrib import LSTMBlockCell, LSTMBlockFusedCell, LSTMBlockWrapper

PEEPHOLES = ["w_i_diag", "w_f_diag", "w_o_diag"]


def clip_passing_gradients(x, bound):
    """The kernels clip values only: the derivative, here the imaginary part, goes through."""
    if bound is None:
        return x
    return np.clip(np.real(x), -bound, bound) + 1j * np.imag(x)


@pytest.fixture
def reference(monkeypatch):
    monkeypatch.setattr(references, "clip", clip_passing_gradients)
    return references.lstm


@pytest.mark.parametrize("lengths", [None, [3, 1]])
@pytest.mark.parametrize("use_peephole", [False, True])
@pytest.mark.parametrize("cell_clip", [None, 0.3])
@pytest.mark.parametrize("forget_bias", [0.0, 1.0])
def test_cell_equals_reference(reference, use_peephole, cell_clip, forget_bias, lengths):
    options = {"cell_clip": cell_clip, "forget_bias": forget_bias}
    names = assert_equals_reference(
        lambda: LSTMBlockCell(3, use_peephole=use_peephole, **options),
        functools.partial(reference, **options),
        [2, 3, 2],
        lengths,
        "float32",
        2e-6,
    )
    assert names == ["kernel", "bias"] + (PEEPHOLES if use_peephole else [])


def fused_and_loop(session, lengths, options, seed=0):
    """Values and gradients of the fused LSTM, and of LSTMBlockCell under `dynamic_rnn`."""
    random = np.random.RandomState(seed)
    x = tf.constant(random.randn(4, 3, 2), tf.float32)
    state = LSTMStateTuple(*[tf.constant(random.randn(3, 5), tf.float32) for _ in "ch"])
    fused = LSTMBlockFusedCell(5, **options)
    cell = LSTMBlockCell(5, **options)
    results = [
        fused(x, state, sequence_length=lengths),
        tf.nn.dynamic_rnn(cell, x, lengths, state, time_major=True),
    ]
    fetches = []
    for result, variables in zip(results, (fused.variables, cell.variables), strict=True):
        tensors = tf.nest.flatten(result)
        factors = [np.random.RandomState(i).randn(*t.shape) for i, t in enumerate(tensors)]
        loss = tf.add_n([tf.reduce_sum(t * f) for t, f in zip(tensors, factors, strict=True)])
        fetches.append(tensors + tf.gradients(loss, [x, *state, *variables]))
    values = drawn(random, fused.variables, 0.5)
    load(session, [*fused.variables, *cell.variables], 2 * values)
    return session.run(fetches)


@pytest.mark.parametrize("lengths", [None, [4, 2, 0]])
@pytest.mark.parametrize("use_peephole", [False, True])
@pytest.mark.parametrize("cell_clip", [None, 0.3])
@pytest.mark.parametrize("forget_bias", [1.0, 2.0])
def test_fused_equals_the_loop(use_peephole, cell_clip, forget_bias, lengths):
    options = {
        "use_peephole": use_peephole,
        "cell_clip": cell_clip,
        "forget_bias": forget_bias,
    }
    with tf.Graph().as_default(), tf.Session() as session:
        for ours, theirs in zip(*fused_and_loop(session, lengths, options), strict=True):
            assert relative_error(ours, theirs) <= 2e-6


def test_variables_are_those_of_lstm_cell():
    with tf.Graph().as_default(), tf.Session() as session:
        cell = LSTMBlockCell(3, use_peephole=True)
        cell(tf.zeros([2, 2]), cell.zero_state(2, tf.float32))
        plain = LSTMCell(3, use_peepholes=True)
        with tf.variable_scope("plain"):
            plain(tf.zeros([2, 2]), plain.zero_state(2, tf.float32))
        ours, theirs = (
            {v.op.name.removeprefix("plain/"): v.shape for v in cell.variables}
            for cell in (cell, plain)
        )
        assert ours == theirs
        assert list(ours) == [f"lstm_cell/{name}" for name in ["kernel", "bias", *PEEPHOLES]]
        session.run(tf.global_variables_initializer())
        assert (session.run(cell.variables[1]) == 0).all()


def test_fused_scope_and_variables():
    with tf.Graph().as_default():
        cell = LSTMBlockFusedCell(3, use_peephole=True)
        x = tf.zeros([4, 2, 2])
        _, state = cell(x, dtype=tf.float32)
        cell(x, state)
        LSTMBlockFusedCell(3)(x, dtype=tf.float32)
        LSTMBlockFusedCell(3)(x, dtype=tf.float32, scope="given")
        names = [v.op.name for v in tf.global_variables()]
        assert names == [
            *[f"lstm_fused_cell/{name}" for name in ["kernel", "bias", *PEEPHOLES]],
            "lstm_fused_cell_1/kernel",
            "lstm_fused_cell_1/bias",
            "given/kernel",
            "given/bias",
        ]
        assert [v.op.name for v in cell.variables] == names[:5]
        assert isinstance(state, LSTMStateTuple)
        assert cell.num_units == 3


def test_stack_of_block_cells_with_unknown_batch_and_time():
    with tf.Graph().as_default(), tf.Session() as session:
        stack = MultiRNNCell([LSTMBlockCell(3), LSTMBlockCell(2)])
        x = tf.placeholder(tf.float32, [None, None, 4])
        outputs, _ = tf.nn.dynamic_rnn(stack, x, dtype=tf.float32)
        fused, state = LSTMBlockFusedCell(3)(x, dtype=tf.float32)
        assert outputs.shape.as_list() == [None, None, 2]
        assert fused.shape.as_list() == [None, None, 3]
        session.run(tf.global_variables_initializer())
        shapes = [v.shape for v in session.run([outputs, fused, *state], {x: np.ones([5, 6, 4])})]
        assert shapes == [(5, 6, 2), (5, 6, 3), (6, 3), (6, 3)]


def test_half_precision():
    with tf.Graph().as_default(), tf.Session() as session:
        output, _ = LSTMBlockFusedCell(3)(tf.ones([4, 2, 2], tf.float16), dtype=tf.float16)
        assert output.dtype == tf.float16
        session.run(tf.global_variables_initializer())
        assert np.isfinite(session.run(output)).all()


def test_a_length_beyond_the_inputs_is_an_error():
    with tf.Graph().as_default(), tf.Session() as session:
        _, state = LSTMBlockFusedCell(3)(
            tf.ones([4, 2, 2]), dtype=tf.float32, sequence_length=[1, 9]
        )
        session.run(tf.global_variables_initializer())
        with pytest.raises(tf.errors.InvalidArgumentError):
            session.run(state)


class Shift(LSTMBlockWrapper):
    """A wrapper of one's own: c counts the steps, h is 1."""

    num_units = 3

    def _call_cell(self, inputs, initial_cell_state, initial_output, dtype, sequence_length):
        steps = tf.ones([5, 2, 3], dtype)
        return initial_cell_state + tf.cumsum(steps, 0), steps


def test_a_wrapper_of_ones_own():
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.zeros([5, 2, 4])
        outputs, state = session.run(Shift()(x, dtype=tf.float32, sequence_length=[2, 0]))
    np.testing.assert_array_equal(outputs[:, :, 0], [[1, 0], [1, 0], [0, 0], [0, 0], [0, 0]])
    np.testing.assert_array_equal(state.c[:, 0], [2, 0])
    np.testing.assert_array_equal(state.h[:, 0], [1, 0])


X = [4, 2, 2]


@pytest.mark.parametrize(
    "make,error,message",
    [
        (lambda: LSTMBlockFusedCell(3)(tf.zeros(X)), ValueError, "initial_state or dtype"),
        (
            lambda: LSTMBlockFusedCell(3)(tf.zeros(X), (tf.zeros([2, 3]),)),
            ValueError,
            "got 1 parts",
        ),
        (lambda: LSTMBlockFusedCell(3)(tf.zeros([4, 2]), dtype=tf.float32), ValueError, "rank 3"),
        (
            lambda: LSTMBlockFusedCell(3)([tf.zeros([2, 2])] * 4, dtype=tf.float32),
            ValueError,
            "expects one tensor",
        ),
        (
            lambda: LSTMBlockFusedCell(3)(
                tf.placeholder(tf.float32, [4, 2, None]), dtype=tf.float32
            ),
            TypeError,
            "to be known",
        ),
        (
            lambda: LSTMBlockFusedCell(3)(tf.zeros(X, tf.float64), dtype=tf.float64),
            TypeError,
            "float64",
        ),
        (
            lambda: LSTMBlockFusedCell(3)(
                tf.zeros(X), dtype=tf.float32, sequence_length=tf.constant([1, 2], tf.int64)
            ),
            TypeError,
            "int64",
        ),
        (
            lambda: LSTMBlockFusedCell(3, reuse=True)(tf.zeros(X), dtype=tf.float32),
            ValueError,
            "does not exist",
        ),
        (
            lambda: tf.nn.dynamic_rnn(LSTMBlockFusedCell(3), tf.zeros(X), dtype=tf.float32),
            TypeError,
            "not an RNNCell",
        ),
        (lambda: LSTMBlockWrapper(), TypeError, "abstract"),
        (
            lambda: LSTMBlockCell(3)(tf.zeros([2, 2]), (tf.zeros([2, 3]),)),
            ValueError,
            "got 1 parts",
        ),
        (lambda: LSTMBlockCell(3)(tf.zeros(X), (tf.zeros([2, 3]),) * 2), ValueError, "rank 2"),
        (
            lambda: LSTMBlockCell(3)(
                tf.placeholder(tf.float32, [2, None]), (tf.zeros([2, 3]),) * 2
            ),
            ValueError,
            "to be known",
        ),
        (
            lambda: LSTMBlockCell(3)(
                tf.zeros([2, 2], tf.float64), (tf.zeros([2, 3], tf.float64),) * 2
            ),
            TypeError,
            "float64",
        ),
    ],
)
def test_misuse(make, error, message):
    with tf.Graph().as_default(), pytest.raises(error, match=message):
        make()
