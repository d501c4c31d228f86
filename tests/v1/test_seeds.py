"""Seeds of operations are those of 1.15.5, which its own runs gave here."""

import importlib
import logging

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tests.v1 import seed_cases
from tf1_rnn.v1 import _seeds


def seeds(build):
    """Return the seeds of the random operations that `build()` makes in a new graph."""
    with tf.Graph().as_default() as graph:
        tf.set_random_seed(3)
        build()
        kinds = ("RandomUniform", "RandomStandardNormal", "TruncatedNormal")
        return [
            (each.get_attr("seed"), each.get_attr("seed2"))
            for each in graph.get_operations()
            if each.type in kinds
        ]


def test_tensorflow_has_the_function_where_it_is_replaced():
    home = importlib.import_module(_seeds._HOME)
    assert home.get_seed.tensorflow_rule.__name__ == "get_seed"
    assert _seeds.install()  # once is enough


def test_without_the_function_one_line_says_so(monkeypatch, caplog):
    monkeypatch.setattr(_seeds, "_HOME", "tensorflow.python.framework.moved_away")
    logger = tf.get_logger()
    monkeypatch.setattr(logger, "propagate", True)
    with caplog.at_level(logging.WARNING, logger="tensorflow"):
        assert not _seeds.install()
    (record,) = caplog.records
    assert "seeded by TensorFlow's rule" in record.getMessage()


def test_a_seed_is_the_number_of_nodes_before_the_operation():
    def build():
        tf.constant(1.0)  # 1 node; shape, mean and stddev follow
        tf.random_normal([2])
        tf.random_normal([2], seed=7)

    assert seeds(build) == [(3, 4), (3, 7)]


def test_values_are_those_of_1_15_5():
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(1234)
        got = session.run(tf.truncated_normal([3]))
        recorded = [-0.13862521946430206, -0.24789245426654816, -0.22179745137691498]
        np.testing.assert_allclose(got, recorded, rtol=0, atol=1e-7)


X = [None, 5, 6]
# What 1.15.5 gave to a random_normal after each of these: (3, how many nodes there were).
AFTER = {
    "stack of a TensorArray": (lambda tf, x: tf.map_fn(lambda a: a * 2, x), 61),
    "the mean of a scalar": (lambda tf, x: tf.losses.mean_squared_error(x[0], x[1]), 44),
    "values of one_hot": (lambda tf, x: tf.one_hot([1], 3, 1.0, 0.0), 11),
    "an iterator": (lambda tf, x: tf.data.Dataset.range(5).make_initializable_iterator(), 14),
    "tile_batch": (lambda tf, x: tf.contrib.seq2seq.tile_batch(x, 3), 23),
    "dropout of whole steps": (
        lambda tf, x: tf.nn.dropout(x, 0.5, noise_shape=[tf.shape(x)[0], 1, 6]),
        27,
    ),
    "scores of several tags": (
        lambda tf, x: tf.contrib.crf.crf_multitag_sequence_score(
            x, tf.placeholder(tf.bool, X), tf.placeholder(tf.int32, [None]), tf.zeros([6, 6])
        ),
        187,
    ),
    "a regularizer": (
        lambda tf, x: tf.get_variable("v", [2], regularizer=lambda v: tf.nn.l2_loss(v) * 0.1),
        17,
    ),
}


@pytest.mark.parametrize("what", AFTER)
def test_what_tensorflow_builds_otherwise_is_counted(what):
    build, nodes = AFTER[what]

    def all_of_it():
        build(tf, tf.placeholder(tf.float32, X))
        tf.random_normal([2])

    assert seeds(all_of_it)[-1] == (3, nodes)


def test_loops_with_seeded_operations_keep_the_order_of_time():
    def loop(draw):
        array = tf.TensorArray(tf.float32, 4)
        return tf.while_loop(
            lambda i, _: i < 4,
            lambda i, array: (i + 1, array.write(i, draw())),
            [tf.constant(0), array],
        )[1].stack()

    def parallel(draw):
        with tf.Graph().as_default() as graph:
            loop(draw)
            enters = [each for each in graph.get_operations() if each.type == "Enter"]
            return {each.get_attr("parallel_iterations") for each in enters}

    assert parallel(lambda: tf.random_uniform([], seed=3)) == {1}
    assert parallel(lambda: tf.constant(1.0)) == {10}
    with tf.Graph().as_default(), tf.Session() as session:
        in_loop = session.run(loop(lambda: tf.random_uniform([], seed=3)))
    with tf.Graph().as_default(), tf.Session() as session:
        plain = tf.random_uniform([], seed=3)
        np.testing.assert_array_equal(in_loop, [session.run(plain) for _ in range(4)])


@pytest.mark.parametrize("seed, keep, iterations", [(5, 1.0, 32), (5, 0.5, 1), (None, 0.5, 32)])
def test_only_loops_that_draw_under_a_seed_lose_their_parallel_iterations(seed, keep, iterations):
    with tf.Graph().as_default() as graph:
        tf.set_random_seed(seed)
        cell = tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.GRUCell(3), output_keep_prob=keep)
        tf.nn.dynamic_rnn(cell, tf.placeholder(tf.float32, [2, 4, 3]), dtype=tf.float32)
        enters = [each for each in graph.get_operations() if each.type == "Enter"]
        assert {each.get_attr("parallel_iterations") for each in enters} == {iterations}


@pytest.mark.parametrize("batch", [2, None])
def test_dropout_of_an_unknown_batch_is_drawn_in_the_order_of_1_15_5(batch):
    found = seed_cases.order_of_dropout(tf, batch)
    assert found == seed_cases.recorded("order of dropout")[str(batch)]


def test_without_a_seed_of_the_graph_none_is_given():
    home = importlib.import_module(_seeds._HOME)
    with tf.Graph().as_default() as graph:
        assert home.get_seed(None) == (None, None)
        graph.seed = 5
        assert home.get_seed(None) == (5, 0)


def test_eager_code_keeps_tensorflows_rule(monkeypatch):
    asked = []
    get_seed = _seeds._with_rule_of_1_15(lambda op_seed: asked.append(op_seed))
    monkeypatch.setattr(_seeds.tf, "executing_eagerly_outside_functions", lambda: True)
    with tf.Graph().as_default() as graph:
        graph.seed = 5
        tf.constant(1.0)
        get_seed(None)
    assert asked == [None]


# Orders in which 1.15.5 gave range(6) under the graph's seed 11, a `|` where a data set began anew.
ORDERS = {
    "shuffle": (lambda d: d.shuffle(6), "4 2 3 0 1 5 | 4 2 3 0"),
    "shuffle with a seed": (lambda d: d.shuffle(6, seed=3), "1 2 5 3 4 0 | 1 2 5 3"),
    "a small buffer": (lambda d: d.shuffle(3), "1 2 4 0 3 5 | 1 2 4 0"),
    "the same order always": (
        lambda d: d.shuffle(6, reshuffle_each_iteration=False),
        "5 4 2 3 0 1 | 5 4 2 3",
    ),
    "repeat, then shuffle": (lambda d: d.repeat().shuffle(6), "0 4 1 2 5 2 1 5 3 2 1"),
    "a map between": (lambda d: d.shuffle(6).map(lambda x: x).repeat(), "4 2 3 0 1 5 3 1 5 2 4"),
    "batches between": (
        lambda d: d.shuffle(6).batch(3).repeat().apply(tf.data.experimental.unbatch()),
        "4 2 3 0 1 5 3 1 5 2 4",
    ),
}


@pytest.mark.parametrize("what", ORDERS)
def test_data_sets_shuffle_as_under_1_15_5(what):
    build, order = ORDERS[what]
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(11)
        iterator = build(tf.data.Dataset.range(6)).make_initializable_iterator()
        following = iterator.get_next()
        session.run(iterator.initializer)
        got = []
        while len(got) < len(order.split()):
            try:
                got.append(str(session.run(following)))
            except tf.errors.OutOfRangeError:
                got.append("|")
                session.run(iterator.initializer)
    assert got == order.split()


def test_queues_shuffle_as_under_1_15_5():
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(11)
        number = tf.train.slice_input_producer([tf.range(6)], shuffle=True)[0]
        session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        coordinator = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(session, coordinator)
        assert [int(session.run(number)) for _ in range(6)] == [3, 4, 2, 0, 5, 1]
        coordinator.request_stop()
        coordinator.join(threads, stop_grace_period_secs=5)
