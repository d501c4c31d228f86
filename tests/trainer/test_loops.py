"""What supplies a graph's loops: TensorFlow or the fast path, perhaps the other way round."""

import itertools
import sys

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tf1_rnn import cells, fast
from tf1_rnn.errors import RunError
from tf1_rnn.graphs import GRAPHS
from tf1_rnn.trainer import loops


@pytest.mark.parametrize("cell, is_fast", list(itertools.product(GRAPHS, [False, True])))
def test_a_graphs_own_loop_is_handed_on_as_it_is(cell, is_fast):
    own = GRAPHS[cell].options["rnn"]
    nn = fast if is_fast else tf.nn
    assert loops.of(cell, own, is_fast) is nn
    other = loops.of(cell, "static" if own == "dynamic" else "dynamic", is_fast)
    assert other is not nn and hasattr(other, GRAPHS[cell].loop)


def test_a_fast_path_that_cannot_be_loaded_is_one_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "tf1_rnn.fast", None)
    monkeypatch.delattr("tf1_rnn.fast")
    with pytest.raises(RunError, match="--fast: tf1_rnn.fast cannot be loaded.*leave --fast out"):
        loops.of("gru", "dynamic", fast=True)


X = np.random.RandomState(0).randn(2, 4, 3).astype("float32")


def both(run):
    """Return what two ways of running one cell give, from the same variables."""
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.constant(X)
        one = run(tf.nn, x)
        with tf.variable_scope(tf.get_variable_scope(), reuse=True):
            two = run(loops.as_static(tf.nn), x)
        session.run(tf.global_variables_initializer())
        names = [variable.op.name for variable in tf.global_variables()]
        assert len(names) == len(set(names))
        return session.run([tf.nest.flatten(one), tf.nest.flatten(two)])


@pytest.mark.parametrize("lengths", [None, [4, 2]])
@pytest.mark.parametrize("time_major", [False, True])
def test_a_dynamic_loop_run_statically(time_major, lengths):
    def run(nn, x):
        x = tf.transpose(x, [1, 0, 2]) if time_major else x
        cell, options = cells.LSTMCell(3), {"dtype": tf.float32, "time_major": time_major}
        return nn.dynamic_rnn(cell, x, sequence_length=lengths, **options)

    for one, two in zip(*both(run), strict=True):
        np.testing.assert_allclose(one, two, rtol=0, atol=1e-6)


@pytest.mark.parametrize("time_major", [False, True])
def test_both_directions_run_statically(time_major):
    def run(nn, x):
        x = tf.transpose(x, [1, 0, 2]) if time_major else x
        pair = cells.GRUCell(3), cells.GRUCell(2)  # of two sizes
        return nn.bidirectional_dynamic_rnn(*pair, x, dtype=tf.float32, time_major=time_major)

    for one, two in zip(*both(run), strict=True):
        np.testing.assert_allclose(one, two, rtol=0, atol=1e-6)


def test_a_static_loop_run_dynamically():
    with tf.Graph().as_default() as graph:
        outputs, _ = loops.as_dynamic(tf.nn).static_rnn(
            cells.GRUCell(3), tf.unstack(tf.constant(X), axis=1), dtype=tf.float32
        )
        assert len(outputs) == 4 and outputs[0].shape.as_list() == [2, 3]
        assert {"Enter", "While", "StatelessWhile"} & {node.type for node in graph.get_operations()}
