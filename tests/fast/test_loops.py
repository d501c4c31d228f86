"""The fast loops against TensorFlow's own: values, gradients, variables, and what they refuse."""

import functools

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests.variables import drawn, load
from tf1_rnn import cells, fast
from tf1_rnn.fast import block, cudnn, loops, scan

BATCH, STEPS, DEPTH, UNITS = 5, 3, 3, 4
TOLERANCE = {tf.float64: 1e-12, tf.float32: 2e-6}
LENGTHS = [3, 0, 2, 1, 2]

CELLS = {
    "basic_lstm": lambda: cells.BasicLSTMCell(UNITS, forget_bias=0.5),
    "basic_lstm, one state": lambda: cells.BasicLSTMCell(UNITS, state_is_tuple=False),
    "lstm": lambda: cells.LSTMCell(UNITS),
    "lstm, peepholes": lambda: cells.LSTMCell(UNITS, use_peepholes=True),
    "lstm, all options": lambda: cells.LSTMCell(
        UNITS, use_peepholes=True, cell_clip=0.2, num_proj=2, proj_clip=0.1
    ),
    "lstm, shards": lambda: cells.LSTMCell(UNITS, num_unit_shards=2, num_proj=3, num_proj_shards=2),
    "gru": lambda: cells.GRUCell(UNITS),
    "basic_rnn": lambda: cells.BasicRNNCell(UNITS),
    "stack": lambda: cells.MultiRNNCell([cells.LSTMCell(UNITS, num_proj=3), cells.GRUCell(2)]),
    "conv_lstm": lambda: cells.ConvLSTMCell(2, [4, 3, 2], 3, [3, 1]),
    "conv_lstm, 1-D, skip": lambda: cells.Conv1DLSTMCell(
        input_shape=[5, 2],
        output_channels=3,
        kernel_shape=[3],
        use_bias=False,
        skip_connection=True,
    ),
    "conv_lstm, 3-D": lambda: cells.Conv3DLSTMCell(
        input_shape=[2, 3, 2, 1], output_channels=2, kernel_shape=[1, 3, 1]
    ),
}


def inputs_of(name, dtype, time_major=False):
    cell = CELLS[name]()
    depth = list(getattr(cell, "_input_shape", [DEPTH]))
    shape = ([STEPS, BATCH] if time_major else [BATCH, STEPS]) + depth
    return np.random.RandomState(0).randn(*shape).astype(dtype.as_numpy_dtype)


def numbers(run, name, dtype, shape=None, time_major=False, **options):
    """Returns outputs, states, gradients and variable names of one loop."""
    value = inputs_of(name, dtype, time_major)
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(dtype, shape or value.shape)
        outputs, state = run(CELLS[name](), x, time_major=time_major, dtype=dtype, **options)
        flat = [outputs, *tf.nest.flatten(state)]
        # Weighted by position, so that no output can stand in for another.
        loss = tf.add_n(
            [
                tf.reduce_sum(
                    t * tf.cos(tf.reshape(tf.cast(tf.range(tf.size(t)), dtype), tf.shape(t)))
                )
                for t in flat
            ]
        )
        variables = tf.trainable_variables()
        flat += tf.gradients(loss, [*variables, x])
        random = np.random.RandomState(1)
        load(session, variables, drawn(random, variables, 0.5))
        return session.run(flat, {x: value}), [v.name for v in tf.global_variables()], state


@functools.cache
def expected_numbers(name, dtype, shape, time_major, lengths, control_flow):
    """Return the numbers of TensorFlow's loop, which several tests compare with."""
    options = {"shape": shape, "time_major": time_major, "sequence_length": lengths}
    assert control_flow == tf.control_flow_v2_enabled()
    return numbers(tf.nn.dynamic_rnn, name, dtype, **options)


def assert_same(name, dtype, shape=None, time_major=False, sequence_length=None):
    options = {"shape": shape, "time_major": time_major, "sequence_length": sequence_length}
    shape, lengths = (each and tuple(each) for each in (shape, sequence_length))
    expected, names, state = expected_numbers(
        name, dtype, shape, time_major, lengths, tf.control_flow_v2_enabled()
    )
    actual, fast_names, fast_state = numbers(fast.dynamic_rnn, name, dtype, **options)
    assert fast_names == names
    tf.nest.assert_same_structure(fast_state, state)
    for one, other in zip(actual, expected, strict=True):
        scale = max(1, np.abs(other).max())
        np.testing.assert_allclose(one, other, rtol=0, atol=scale * TOLERANCE[dtype])


UNROLL_UP_TO = scan.UNROLL_UP_TO  # as users have it: the tests' fixture sets 0
IN_A_LOOP_AND_UNROLLED = pytest.mark.parametrize(
    "unroll_up_to", [0, UNROLL_UP_TO], ids=["loop", "unrolled"]
)


@IN_A_LOOP_AND_UNROLLED
@pytest.mark.parametrize("name", CELLS)
def test_equals_tensorflows_loop(name, unroll_up_to, monkeypatch):
    monkeypatch.setattr(scan, "UNROLL_UP_TO", unroll_up_to)
    assert_same(name, tf.float64)


@pytest.mark.parametrize("steps, loops", [(UNROLL_UP_TO, False), (UNROLL_UP_TO + 1, True)])
def test_few_steps_are_unrolled(steps, loops, monkeypatch):
    monkeypatch.setattr(scan, "UNROLL_UP_TO", UNROLL_UP_TO)
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float64, [BATCH, steps, DEPTH])
        fast.dynamic_rnn(cells.LSTMCell(UNITS), x, dtype=tf.float64)
        assert any(op.type == "Enter" for op in graph.get_operations()) is loops


@pytest.mark.parametrize("name", ["lstm, peepholes", "gru", "conv_lstm"])
@pytest.mark.parametrize("small", [0, block.SMALL], ids=["ops", "block"])
def test_equals_tensorflows_loop_in_float32(name, small, monkeypatch):
    monkeypatch.setattr(block, "SMALL", small)
    assert_same(name, tf.float32)


@pytest.mark.parametrize(
    "name", ["basic_lstm, one state", "lstm, all options", "stack", "conv_lstm"]
)
@IN_A_LOOP_AND_UNROLLED
def test_sequence_length(name, unroll_up_to, monkeypatch):
    monkeypatch.setattr(scan, "UNROLL_UP_TO", unroll_up_to)
    assert_same(name, tf.float64, sequence_length=LENGTHS)


def test_sequence_length_of_the_block_kernel():
    assert_same("lstm, peepholes", tf.float32, sequence_length=LENGTHS, time_major=True)


@pytest.mark.parametrize("name", ["lstm, all options", "gru", "conv_lstm"])
def test_unknown_batch_and_time(name):
    depth = list(inputs_of(name, tf.float64).shape[2:])
    assert_same(name, tf.float64, shape=[None, None, *depth], sequence_length=LENGTHS)
    assert_same(name, tf.float64, shape=[None, None, *depth], time_major=True)


@pytest.mark.parametrize("lengths", [None, LENGTHS])
@pytest.mark.parametrize("body", [1, 2, 3, 4])
@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("control_flow", [1, 2])
def test_bodies_of_several_steps_and_the_rest(control_flow, body, known, lengths, monkeypatch):
    """Of three steps: three bodies, one and a rest, one, and none and a rest."""
    if control_flow == 2:
        tf.enable_control_flow_v2()
    monkeypatch.setattr(scan, "IN_A_BODY", body)
    shape = [BATCH, STEPS if known else None, DEPTH]
    assert_same("lstm, peepholes", tf.float64, shape=shape, sequence_length=lengths)


@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
@pytest.mark.parametrize(
    "name", ["lstm", "gru", "basic_rnn", "conv_lstm", "conv_lstm, 1-D, skip", "conv_lstm, 3-D"]
)
def test_batch_of_unknown_size_may_be_small(name, dtype):
    # In halves one of them is empty; in float32 some are small enough for the block kernels.
    shape = inputs_of(name, dtype).shape[1:]
    with tf.Graph().as_default(), tf.Session() as session:
        x, cell = tf.placeholder(dtype, [None, *shape]), CELLS[name]()
        runs = []
        for loop in (tf.nn.dynamic_rnn, fast.dynamic_rnn):
            with tf.variable_scope(None, "loop"):
                outputs, state = loop(cell, x, dtype=dtype)
            loss = tf.reduce_sum(outputs**2) + sum(map(tf.reduce_sum, tf.nest.flatten(state)))
            runs.append([outputs, state, tf.gradients(loss, [x, *tf.trainable_variables()])])
        session.run(tf.global_variables_initializer())
        # Of an empty batch, TensorFlow's own loop of a convolution fails with oneDNN, and cuDNN.
        for batch in (1, 2, 3) if "conv" in name or cudnn.is_gpu_used() else (0, 1, 2, 3):
            feed = {x: np.random.RandomState(batch).randn(batch, *shape)}
            expected, actual = map(tf.nest.flatten, session.run(runs, feed))
            for one, other in zip(expected, actual, strict=True):
                scale = max(1, np.abs(one).max(initial=0))
                np.testing.assert_allclose(one, other, rtol=2e-6, atol=2e-6 * scale)


def test_initial_state_takes_part():
    def run(loop, cell, x, time_major, dtype):
        c, h = (tf.fill([BATCH, UNITS], tf.cast(v, dtype)) for v in (0.3, -0.2))
        state = cells.LSTMStateTuple(c, h)
        return loop(cell, x, initial_state=state, time_major=time_major)

    expected, actual = (
        numbers(lambda *args, loop=loop, **kw: run(loop, *args, **kw), "lstm", tf.float64)[0]
        for loop in (tf.nn.dynamic_rnn, fast.dynamic_rnn)
    )
    for one, other in zip(actual, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-12)


@pytest.mark.parametrize("lengths", [None, LENGTHS])
def test_bidirectional(lengths):
    def run(loop):
        def both(cell, x, time_major, dtype):
            pair = loop(
                cell,
                cells.GRUCell(2),
                x,
                sequence_length=lengths,
                dtype=dtype,
                time_major=time_major,
            )
            return tf.concat(pair[0], 2), pair[1]

        return numbers(both, "lstm, peepholes", tf.float64)

    expected, names, _ = run(tf.nn.bidirectional_dynamic_rnn)
    actual, fast_names, _ = run(fast.bidirectional_dynamic_rnn)
    assert fast_names == names
    for one, other in zip(actual, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-12)


@pytest.mark.parametrize("lengths", [None, LENGTHS])
def test_static(lengths):
    def run(loop):
        def steps(cell, x, time_major, dtype):
            outputs, state = loop(cell, tf.unstack(x, axis=1), dtype=dtype, sequence_length=lengths)
            return tf.stack(outputs, 1), state

        return numbers(steps, "basic_lstm", tf.float64)

    expected, names, _ = run(tf.nn.static_rnn)
    actual, fast_names, _ = run(fast.static_rnn)
    assert fast_names == names
    for one, other in zip(actual, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", ["lstm, all options", "gru", "basic_rnn", "conv_lstm"])
def test_second_gradients_are_those_of_the_unrolled_graph(name):
    """TensorFlow's dynamic loop has none; its static one has."""
    value = inputs_of(name, tf.float64)

    def second(loop):
        with tf.Graph().as_default(), tf.Session() as session:
            x = tf.constant(value)
            outputs, _ = loop(CELLS[name](), tf.unstack(x, axis=1), dtype=tf.float64)
            variables = tf.trainable_variables()
            first = tf.gradients(tf.reduce_sum(tf.sin(tf.stack(outputs))), [*variables, x])
            squares = tf.add_n([tf.reduce_sum(tf.square(g)) for g in first])
            random = np.random.RandomState(1)
            load(session, variables, drawn(random, variables, 0.5))
            return session.run(tf.gradients(squares, variables))

    for one, other in zip(second(fast.static_rnn), second(tf.nn.static_rnn), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("lengths", [None, LENGTHS])
@pytest.mark.parametrize("name", ["lstm, all options", "gru", "conv_lstm"])
def test_second_gradients_in_a_loop_of_tensorflow_1(name, lengths, monkeypatch):
    """They are made by an unrolled graph, also those for what multiplies the first."""
    value = inputs_of(name, tf.float64)

    def second():
        with tf.Graph().as_default(), tf.Session() as session:
            x = tf.constant(value)
            outputs, state = fast.dynamic_rnn(
                CELLS[name](), x, dtype=tf.float64, sequence_length=lengths
            )
            variables = tf.trainable_variables()
            total = tf.add_n([tf.reduce_sum(tf.sin(t)) for t in tf.nest.flatten([outputs, state])])
            first = tf.gradients(total, [*variables, x])
            squares = tf.add_n([tf.reduce_sum(tf.square(g)) for g in first])
            random = np.random.RandomState(1)
            load(session, variables, drawn(random, variables, 0.5))
            return session.run(tf.gradients(squares, [*variables, x]))

    looped = second()
    monkeypatch.setattr(scan, "UNROLL_UP_TO", STEPS)
    for one, other in zip(looped, second(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-10)


def test_second_gradients_over_an_unknown_number_of_steps_are_refused():
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float64, [BATCH, None, DEPTH])
        cell = cells.LSTMCell(UNITS, use_peepholes=True)
        outputs, _ = fast.dynamic_rnn(cell, x, dtype=tf.float64)
        (first,) = tf.gradients(outputs, x)
        with pytest.raises(NotImplementedError, match="no second gradients in a loop"):
            tf.gradients(first, x)


def test_second_gradients_in_a_loop_are_those_of_the_unrolled_graph(monkeypatch):
    tf.enable_control_flow_v2()
    monkeypatch.setattr(scan, "UNROLL_UP_TO", STEPS)

    def second(steps):
        with tf.Graph().as_default(), tf.Session() as session:
            x = tf.placeholder(tf.float64, [None, steps, DEPTH])
            cell = cells.LSTMCell(
                UNITS, use_peepholes=True, initializer=tf.constant_initializer(0.3)
            )
            outputs, _ = fast.dynamic_rnn(cell, x, dtype=tf.float64)
            (first,) = tf.gradients(tf.reduce_sum(tf.sin(outputs)), x)
            (second,) = tf.gradients(tf.reduce_sum(tf.square(first)), x)
            session.run(tf.global_variables_initializer())
            value = np.random.RandomState(0).randn(BATCH, STEPS, DEPTH)
            return session.run(second, {x: value})

    np.testing.assert_allclose(second(None), second(STEPS), rtol=0, atol=1e-12)


def test_second_gradients_of_the_block_kernel_are_refused():
    with tf.Graph().as_default():
        x = tf.zeros([BATCH, STEPS, DEPTH])
        outputs, _ = fast.dynamic_rnn(cells.BasicLSTMCell(UNITS), x, dtype=tf.float32)
        (first,) = tf.gradients(outputs, x)
        with pytest.raises(NotImplementedError, match="no second gradients"):
            tf.gradients(first, x)


class MyLSTM(cells.BasicLSTMCell):
    """A user's cell with a step of its own."""

    def call(self, inputs, state):
        output, state = super().call(inputs, state)
        return 2 * output, state


@pytest.mark.parametrize(
    "cell",
    [
        lambda: MyLSTM(UNITS),
        lambda: cells.GRUCell(UNITS, activation=tf.nn.softmax),
        lambda: cells.MultiRNNCell([MyLSTM(UNITS), cells.GRUCell(2)]),
        lambda: cells.ConvLSTMCell(1, [DEPTH, 1], 2, [2]),
    ],
    ids=["subclass", "activation", "stack", "even kernel"],
)
def test_other_cells_go_to_tensorflows_loop(cell, monkeypatch):
    monkeypatch.setattr(loops, "_dynamic_rnn", lambda *args, **kwargs: "TensorFlow's")
    depth = [DEPTH, 1] if isinstance(cell(), cells.ConvLSTMCell) else [DEPTH]
    with tf.Graph().as_default():
        x = tf.zeros([BATCH, STEPS, *depth])
        assert fast.dynamic_rnn(cell(), x, dtype=tf.float32) == "TensorFlow's"


@pytest.mark.parametrize(
    "change",
    [
        {"dtype": None},
        {"dtype": tf.float64},
        {"sequence_length": [[1]]},
        {"inputs": [[1.0]]},
        {"initial_state": "two"},
        {"cell": "no cell"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_misuse_raises_what_tensorflow_raises(change):
    def error(loop):
        with tf.Graph().as_default():
            call = {
                "cell": cells.LSTMCell(UNITS),
                "inputs": tf.zeros([BATCH, STEPS, DEPTH]),
                "dtype": tf.float32,
                **change,
            }
            with pytest.raises((TypeError, ValueError)) as raised:
                loop(**call)
            return type(raised.value), str(raised.value)

    assert error(fast.dynamic_rnn) == error(tf.nn.dynamic_rnn)


def test_lengths_of_another_batch_are_refused():
    with tf.Graph().as_default(), tf.Session() as session:
        lengths = tf.placeholder(tf.int32, [None])
        outputs, _ = fast.dynamic_rnn(
            cells.GRUCell(UNITS),
            tf.zeros([BATCH, STEPS, DEPTH]),
            sequence_length=lengths,
            dtype=tf.float32,
        )
        session.run(tf.global_variables_initializer())
        with pytest.raises(tf.errors.InvalidArgumentError, match="sequence_length"):
            session.run(outputs, {lengths: [1, 2]})
