"""The fast loops in the place of TensorFlow's: what is replaced, reported and put back."""

import sys
import threading

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests.variables import drawn, load
from tf1_rnn import cells, fast
from tf1_rnn.cells import contrib
from tf1_rnn.fast import loops


class Own(cells.RNNCell):
    state_size = output_size = property(lambda self: 3)

    def call(self, inputs, state):
        return inputs + state, state


def test_all_loops_are_replaced_and_put_back():
    before = {name: getattr(tf.nn, name) for name in fast.installing.NAMES}
    with fast.installed():
        for name in before:
            assert getattr(tf.nn, name).__wrapped__ is getattr(loops, name)
        assert contrib.static_rnn.__wrapped__ is loops.static_rnn
        stacked = contrib.loops.static_bidirectional_rnn
        assert stacked.__wrapped__ is loops.static_bidirectional_rnn
    assert {name: getattr(tf.nn, name) for name in before} == before
    assert contrib.static_rnn is before["static_rnn"]
    with fast.installed() as report, fast.installed() as inner:
        inner.undo()
        inner.undo()
        assert tf.nn.static_rnn.__wrapped__ is loops.static_rnn
    assert report.calls == [] and tf.nn.static_rnn is before["static_rnn"]


def test_the_report_says_what_ran_fast_and_what_not_and_why():
    with tf.Graph().as_default(), fast.installed() as report:
        assert report.line() == "fast: no recurrent calls"
        x = tf.zeros([2, 4, 3])
        tf.nn.dynamic_rnn(cells.GRUCell(3), x, dtype=tf.float32)
        assert report.line() == "fast: 1 of 1 recurrent calls"
        with tf.variable_scope("decoder"):
            for scope in "ab":
                tf.nn.dynamic_rnn(Own(), x, dtype=tf.float32, scope=scope)
        tf.nn.dynamic_rnn(
            cells.GRUCell(3), tf.zeros([2, 4, 3], tf.float16), dtype=tf.float16, scope="half"
        )
        contrib.stack_bidirectional_dynamic_rnn(
            [cells.GRUCell(2), cells.LSTMCell(2)], [cells.GRUCell(2), cells.LSTMCell(2)], x,
            dtype=tf.float32,
        )  # fmt: skip
        contrib.stack_bidirectional_rnn(
            [cells.GRUCell(2)], [cells.GRUCell(2)], tf.unstack(x, axis=1), dtype=tf.float32,
            scope="static",
        )  # fmt: skip
    assert report.line() == (
        "fast: 4 of 7 recurrent calls; not fast: dynamic_rnn in decoder: Own is described only "
        "by its call (2 times); dynamic_rnn in the outermost scope: inputs of float16"
    )
    assert [call.loop for call in report.calls[-3:]] == [
        "bidirectional_dynamic_rnn",
        "bidirectional_dynamic_rnn",
        "static_bidirectional_rnn",
    ]


def test_a_report_is_told_of_calls_in_any_thread_and_of_none_that_pass_by_its_loops():
    def call(loop):
        with tf.Graph().as_default():
            loop(cells.GRUCell(3), tf.zeros([2, 4, 3]), dtype=tf.float32)

    with fast.installed() as report:
        thread = threading.Thread(target=call, args=[tf.nn.dynamic_rnn])
        thread.start()
        thread.join()
        call(fast.dynamic_rnn)
        installed = tf.nn.dynamic_rnn
    assert report.line() == "fast: 1 of 1 recurrent calls"
    call(installed)  # kept by who took it before: the report is still its own
    assert len(report.calls) == 2


@pytest.mark.parametrize("stacked", [False, True])
def test_bidirectional_loops_equal_tensorflows(stacked):
    value, lengths = np.random.RandomState(0).randn(3, 5, 2), [5, 0, 3]

    def run():
        with tf.Graph().as_default(), tf.Session() as session:
            steps = tf.unstack(tf.constant(value), axis=1)
            fw, bw = cells.LSTMCell(3), cells.GRUCell(2)
            if stacked:
                made = contrib.stack_bidirectional_rnn(
                    [fw], [bw], steps, dtype=tf.float64, sequence_length=lengths
                )
            else:
                made = tf.nn.static_bidirectional_rnn(
                    fw, bw, steps, dtype=tf.float64, sequence_length=lengths
                )
            variables = tf.trainable_variables()
            total = sum(tf.reduce_sum(tf.sin(part)) for part in tf.nest.flatten(made))
            answers = [made, tf.gradients(total, variables)]
            random = np.random.RandomState(1)
            load(session, variables, drawn(random, variables))
            return [v.name for v in variables], tf.nest.flatten(session.run(answers))

    names, expected = run()
    with fast.installed() as report:
        fast_names, actual = run()
    assert report.line() == "fast: 1 of 1 recurrent calls"
    assert fast_names == names
    for one, other in zip(actual, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-12)


def dropped(cell, **options):
    return cells.DropoutWrapper(cell, input_keep_prob=0.5, state_keep_prob=0.5, **options)


@pytest.mark.parametrize("loop", fast.installing.NAMES)
def test_under_a_graphs_seed_variables_start_as_in_tensorflows_loop(loop):
    def start():
        with tf.Graph().as_default(), tf.Session() as session:
            tf.set_random_seed(7)
            tf.get_variable("before", [3])
            layers = [cells.MultiRNNCell([dropped(cells.LSTMCell(3))]) for _ in range(2)]
            x = tf.random_normal([2, 20, 3])
            x = tf.unstack(x, axis=1) if loop.startswith("static") else x
            layers = layers if "bidirectional" in loop else layers[:1]
            getattr(tf.nn, loop)(*layers, x, dtype=tf.float32)
            tf.get_variable("after", [3])
            session.run(tf.global_variables_initializer())
            return session.run(tf.global_variables())

    # Where another test has imported the v1 API, operations are seeded by the nodes before them.
    seeds = sys.modules.get("tf1_rnn.v1._seeds")
    expected = start()
    with fast.installed(uncounted=seeds and seeds.uncounted) as report:
        actual = start()
    assert report.line() == "fast: 1 of 1 recurrent calls"
    for one, other in zip(actual, expected, strict=True):
        np.testing.assert_array_equal(one, other)


def test_an_initial_state_of_unknown_shape_runs_fast():
    with tf.Graph().as_default(), tf.Session() as session, fast.installed() as report:
        c, h = (tf.placeholder_with_default(np.ones([2, 3], "float32"), None) for _ in range(2))
        state = cells.LSTMStateTuple(c, h)
        outputs, _ = tf.nn.dynamic_rnn(cells.LSTMCell(3), tf.ones([2, 4, 3]), initial_state=state)
        session.run(tf.global_variables_initializer())
        assert session.run(outputs).shape == (2, 4, 3)
    assert report.line() == "fast: 1 of 1 recurrent calls"


@pytest.mark.parametrize("read", [lambda variable: variable, tf.identity])
@pytest.mark.parametrize("resource", [False, True])
def test_a_state_in_variables_that_is_assigned_to_before_the_gradient_runs(read, resource):
    """As a language model does; the gradient reads reference variables after the assignment."""

    def run():
        with tf.Graph().as_default(), tf.Session() as session:
            state = [
                tf.Variable(np.full([4, 32], value), trainable=False, use_resource=resource)
                for value in (0.5, -0.5)
            ]
            cell = cells.LSTMCell(32, initializer=tf.constant_initializer(0.1))
            x = tf.constant(np.random.RandomState(0).randn(4, 4, 3))
            outputs, last = tf.nn.dynamic_rnn(
                cell, x, initial_state=cells.LSTMStateTuple(*map(read, state))
            )
            kept = [tf.assign(old, new + 100.0) for old, new in zip(state, last, strict=True)]
            with tf.control_dependencies(kept):
                loss = tf.reduce_sum(tf.sin(outputs))
                d_loss = tf.identity(1.0 * loss)
                (gradient,) = tf.gradients(loss, tf.trainable_variables()[:1], d_loss)
            session.run(tf.global_variables_initializer())
            return session.run([loss, gradient, *kept])

    expected = run()
    with fast.installed() as report:
        actual = run()
    assert [bool(call.why_not) for call in report.calls] == [not resource]
    for one, other in zip(actual, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)
