"""Sequences as lists and as arrays, and a walk over either: the same numbers."""

import itertools

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tf1_rnn import cells, fast
from tf1_rnn.fast import block, scan

VALUE = np.arange(2 * 5 * 3, dtype="float64").reshape(2, 5, 3)  # [batch, time, size]


def sequence(time_axis, looped, session=None):
    """Return VALUE with its time on an axis, and its sequence."""
    value = VALUE if time_axis == 1 else VALUE.swapaxes(0, 1)
    shape = list(value.shape)
    shape[time_axis] = None if looped else 5
    x = tf.placeholder_with_default(tf.constant(value), shape)
    return x, value, scan.to_steps(x, time_axis)


@pytest.mark.parametrize("time_axis, looped", list(itertools.product([0, 1], [False, True])))
def test_there_and_back(time_axis, looped, monkeypatch):
    monkeypatch.setattr(scan, "UNROLL_UP_TO", 5)
    with tf.Graph().as_default(), tf.Session() as session:
        x, value, steps = sequence(time_axis, looped)
        assert isinstance(steps, list) is not looped
        batch = scan.in_one_batch(steps)
        found = session.run(
            [
                scan.to_tensor(steps, time_axis),
                scan.from_one_batch(batch, x, time_axis),
                batch,
            ]
        )
    np.testing.assert_array_equal(found[0], value)
    np.testing.assert_array_equal(found[1], value)
    np.testing.assert_array_equal(found[2], VALUE.swapaxes(0, 1).reshape(10, 3))


@pytest.mark.parametrize(
    "steps, unroll, is_list",
    [(4, False, True), (5, False, False), (5, True, True), (None, True, False)],
)
def test_what_is_unrolled(steps, unroll, is_list, monkeypatch):
    monkeypatch.setattr(scan, "UNROLL_UP_TO", 4)
    with tf.Graph().as_default():
        x = tf.placeholder("float", [2, steps, 3])
        assert isinstance(scan.to_steps(x, 1, unroll), list) is is_list


@pytest.mark.parametrize(
    "looped, known, reverse, body",
    [
        *itertools.product([False], [True], [False, True], [1, 2, 5]),
        *itertools.product([True], [False, True], [False, True], [1, 2, 3, 7]),
    ],
)
@pytest.mark.parametrize("groups", [[0, 0], [0, 1]])
@pytest.mark.parametrize("control_flow", [1, 2])
def test_a_walk(control_flow, groups, looped, known, reverse, body, monkeypatch):
    """The carry is what has been seen, weighted by its turn: the order counts."""
    monkeypatch.setattr(scan, "IN_A_BODY", body)
    monkeypatch.setattr(scan, "IN_A_CALL", (body,))
    monkeypatch.setattr(scan, "UNROLL_UP_TO", 5)
    if control_flow == 2:
        tf.enable_control_flow_v2()
    with tf.Graph().as_default(), tf.Session() as session:
        _, _, steps = sequence(1, looped)

        def step(carry, x):
            total = 2.0 * carry[0] + x
            return (total,), (total, -x)

        length = 5 if known else tf.constant(5)
        start = (tf.zeros([2, 3], tf.float64),)
        (end,), kept = scan.scan(scan.Step(step), start, (steps,), groups, length, reverse)
        end, totals, opposite = session.run([end, *(scan.to_tensor(k, 1) for k in kept)])
    order, total = range(5), np.zeros([2, 3])
    for t in reversed(order) if reverse else order:
        total = 2 * total + VALUE[:, t]
        np.testing.assert_array_equal(totals[:, t], total)
    np.testing.assert_array_equal(end, total)
    np.testing.assert_array_equal(opposite, -VALUE)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_transposition_moves_bits_and_has_a_gradient(dtype):
    value = np.array([[0.0, -0.0, 1e-40], [np.inf, -1.5, 3.0]], dtype)
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.constant(value)
        turned = scan.transposed(x, [1, 0])
        d = tf.constant(np.arange(6.0).reshape(3, 2), dtype)
        found, gradient = session.run([turned, tf.gradients(turned, x, d)[0]])
    assert found.tobytes() == value.T.copy().tobytes()
    np.testing.assert_array_equal(gradient, np.arange(6.0).reshape(3, 2).T)


@pytest.fixture
def no_block_kernels(monkeypatch):
    monkeypatch.setattr(block, "SMALL", 0)


def graph_of(loop, steps):
    """Return a graph with a training step of an LSTM, its inputs, outputs and gradients."""
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [None, steps, 3])
        outputs, _ = loop(cells.LSTMCell(4, use_peepholes=True), x, dtype=tf.float32)
        gradients = tf.gradients(tf.reduce_mean(tf.square(outputs)), tf.trainable_variables())
        start = tf.global_variables_initializer()
    return graph, x, outputs, gradients, start


def test_a_graph_does_not_grow_with_the_steps(no_block_kernels):
    sizes = [len(graph_of(fast.dynamic_rnn, steps)[0].get_operations()) for steps in (28, 1000)]
    plain = len(graph_of(tf.nn.dynamic_rnn, 28)[0].get_operations())
    assert sizes[0] == sizes[1] < 1.6 * plain, (sizes, plain)


def test_of_many_steps_unrolled_only_some_are_made(no_block_kernels, monkeypatch):
    monkeypatch.setattr(scan, "UNROLL_UP_TO", 28)
    graph_def = graph_of(fast.dynamic_rnn, 28)[0].as_graph_def()
    bodies = [len(function.node_def) for function in graph_def.library.function]
    assert len(bodies) == 2  # one of four steps forward, one of four back, for both halves
    plain = len(graph_of(tf.nn.dynamic_rnn, 28)[0].get_operations())
    assert len(graph_def.node) + sum(bodies) < plain


def ran(session, fetched, feed):
    """Return what the session returns, and how many writes into sequences it ran."""
    options, metadata = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE), tf.RunMetadata()
    answer = session.run(fetched, feed, options=options, run_metadata=metadata)
    nodes = [node for device in metadata.step_stats.dev_stats for node in device.node_stats]
    return answer, sum("= TensorArrayWriteV3(" in node.timeline_label for node in nodes)


def test_for_outputs_alone_nothing_else_is_kept(no_block_kernels):
    graph, x, outputs, gradients, start = graph_of(fast.dynamic_rnn, 6)
    with tf.Session(graph=graph) as session:
        session.run(start)
        feed = {x: np.ones([4, 6, 3])}
        forward, written = ran(session, outputs, feed)
        (again, _), more = ran(session, [outputs, gradients], feed)
    assert written == 2 * 6 < more  # one of each half and step
    np.testing.assert_array_equal(forward, again)


def test_gradients_of_two_losses_in_one_run(no_block_kernels):
    """Each walks back over the same kept tensors."""
    graph, x, outputs, _, start = graph_of(fast.dynamic_rnn, 6)
    with graph.as_default(), tf.Session() as session:
        kernel = tf.trainable_variables()[0]
        one, other, both = (
            tf.gradients(loss, kernel)[0]
            for loss in (outputs[:, 0], tf.sin(outputs), [outputs[:, 0], tf.sin(outputs)])
        )
        session.run(start)
        one, other, both = session.run([one, other, both], {x: np.ones([4, 6, 3])})
    np.testing.assert_allclose(one + other, both, rtol=1e-5, atol=1e-6)
