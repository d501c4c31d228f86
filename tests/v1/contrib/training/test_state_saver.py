"""Segments of long sequences and their states: the batches of 1.15.5, and what is refused."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tests.v1 import replay
from tests.v1.contrib.training import state_cases as cases


@pytest.fixture(scope="module")
def recorded():
    return replay.read(cases.RECORDED)


@pytest.mark.parametrize("name", cases.CASES)
def test_segments_and_states_are_those_of_1_15_5(name, recorded):
    found = cases.run(tf, name)
    assert set(found) == set(recorded[name])
    for label, wanted in recorded[name].items():
        if wanted.dtype.kind == "f":
            np.testing.assert_allclose(found[label], wanted, rtol=2e-6, atol=2e-6)
        else:
            assert found[label].tolist() == wanted.tolist(), label


@pytest.mark.parametrize("repeat", range(5))
@pytest.mark.parametrize("small, batch_size", [(True, 2), (True, 3), (False, 3)])
def test_no_segment_is_lost(small, batch_size, repeat):
    lengths = [7, 2, 4, 3, 9, 1, 6]
    values = np.random.RandomState(0).randn(7, 9).astype(np.float32)
    taken = []
    with tf.Graph().as_default():
        number = tf.train.range_input_producer(7, 1, shuffle=False).dequeue()
        batch = tf.contrib.training.batch_sequences_with_states(
            tf.as_string(number),
            {"x": tf.constant(values)[number, : tf.constant(lengths)[number]]},
            {"number": number},
            None,
            {"sum": tf.zeros([])},
            3,
            batch_size,
            num_threads=1,
            allow_small_batch=small,
        )
        total = batch.state("sum") + tf.reduce_sum(batch.sequences["x"], 1)
        fetched = [batch.key, batch.context["number"], total, batch.save_state("sum", total)]
        with tf.train.MonitoredSession() as session:
            while not session.should_stop():
                keys, numbers, totals, _ = session.run(fetched)
                assert len(keys) == batch_size or small
                taken += zip(keys.tolist(), numbers.tolist(), totals.tolist(), strict=True)
    keys = [key for key, _, _ in taken]
    every = [
        b"%05d_of_%05d:%d" % (i, -(-n // 3), k)
        for k, n in enumerate(lengths)
        for i in range(-(-n // 3))
    ]
    assert len(set(keys)) == len(keys) and not set(keys) - set(every)
    assert len(keys) == len(every) if small else len(keys) > len(every) - batch_size * 2
    for key, k, found in taken:
        end = min(lengths[k], 3 * int(key[:5]) + 3)
        assert found == pytest.approx(values[k, :end].sum(), abs=1e-5)


def batches(**changed):
    """Build batches of one example, with some arguments changed."""
    given = {
        "input_key": tf.constant("key"),
        "input_sequences": {"x": tf.zeros([6, 2])},
        "input_context": {"label": tf.constant(1)},
        "input_length": None,
        "initial_states": {"state": tf.zeros([3])},
        "num_unroll": 3,
        "batch_size": 2,
    }
    return tf.contrib.training.batch_sequences_with_states(**{**given, **changed})


@pytest.mark.parametrize(
    "changed, error, message",
    [
        ({"input_length": None, "pad": False}, ValueError, "input_length must be specified"),
        ({"num_unroll": 2.5}, ValueError, "num_unroll must be an int"),
        ({"capacity": 1}, ValueError, "capacity 1 needs to be >= batch_size 2"),
        ({"initial_states": {}}, ValueError, "at least one state"),
        ({"initial_states": [1]}, TypeError, "must be a dict"),
        ({"input_sequences": {}}, ValueError, "at least one sequence"),
        ({"input_sequences": {"a:b": [1.0]}}, ValueError, "no colon"),
        ({"input_context": {3: 1}}, TypeError, "must be a string, got 3"),
        ({"input_length": 6.0}, TypeError, "length dtype must be int32"),
        ({"input_key": 3}, TypeError, "key dtype must be string"),
    ],
)
def test_misuse(changed, error, message):
    with tf.Graph().as_default(), pytest.raises(error, match=message):
        batches(**changed)


def test_unknown_shapes_and_sparse_states_are_refused():
    with tf.Graph().as_default():
        with pytest.raises(ValueError, match="shape of the context label must be known"):
            batches(input_context={"label": tf.placeholder(tf.float32, [None])})
        with pytest.raises(ValueError, match="but for its first dimension"):
            batches(input_sequences={"x": tf.placeholder(tf.float32, [None, None])})
        with pytest.raises(TypeError, match=r"tf\.sparse\.to_dense"):
            batches(initial_states={"state": tf.SparseTensor([[0]], [1.0], [2])})


def test_a_state_that_was_not_declared():
    with tf.Graph().as_default():
        batch = batches()
        with pytest.raises(KeyError, match="state was not declared: c"):
            batch.save_state("c", tf.zeros([2, 3]))
        with pytest.raises(KeyError):
            batch.state("c")


def test_a_dense_sequence_has_the_length_and_a_sparse_one_fits_into_its_segments():
    with tf.Graph().as_default(), tf.Session() as session:
        batch = batches(
            input_sequences={"a": tf.SparseTensor([[1]], ["word"], [4]), "x": tf.zeros([5, 2])},
            batch_size=1,
            make_keys_unique=True,
        )
        assert batch.sequences["a"].shape.as_list() == [None, None]
        coordinator = tf.train.Coordinator()
        tf.train.start_queue_runners(session, coordinator)
        words, length, _ = session.run(
            [batch.sequences["a"], batch.total_length, batch.save_state("state", tf.zeros([1, 3]))]
        )
        coordinator.request_stop()
    assert (words.indices.tolist(), words.values.tolist()) == ([[0, 1]], [b"word"])
    assert words.dense_shape.tolist() == [1, 3] and length.tolist() == [5]


@pytest.mark.parametrize("sparse, dense", [(8, 5), (5, 9)])
def test_sequences_of_other_numbers_of_segments_are_refused(sparse, dense):
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder_with_default(np.zeros([dense, 2], np.float32), [None, 2])
        saver = tf.contrib.training.SequenceQueueingStateSaver(
            1,
            1,
            5,
            "key",
            {"a": tf.SparseTensor([[1]], [2.0], [sparse]), "x": x},
            {},
            {"state": tf.zeros([3])},
        )
        with pytest.raises(tf.errors.InvalidArgumentError, match="lengths differ"):
            session.run(saver.prefetch_op)


@pytest.mark.parametrize(
    "small, shape, said",
    [
        (True, [1], r"Rank check failed for .*convert_state:0: Shape \(1,\) must have rank 2"),
        (True, [], "must have rank 2"),
        (True, [2, 3, 1], "must have rank 2"),
        (False, [2], "must have rank 2"),
        (False, [1, 3], r"Shape check failed for .*\(1, 3\) and \(2, 3\) are not compatible"),
        (False, [2, 4], "are not compatible"),
    ],
)
def test_a_state_of_another_static_shape_is_refused_at_once(small, shape, said):
    with tf.Graph().as_default():
        batch = batches(allow_small_batch=small)
        batch.save_state("state", tf.placeholder(tf.float32))
        batch.save_state("state", tf.placeholder(tf.float32, [None, 3]))
        with pytest.raises(ValueError, match=said):
            batch.save_state("state", tf.zeros(shape))


def test_too_small_a_capacity_is_refused_for_a_tensor_of_the_batch_size():
    said = "capacity needs to be >= batch_size"
    with tf.Graph().as_default(), tf.Session() as session:
        with pytest.raises(tf.errors.InvalidArgumentError, match=said):
            batches(batch_size=tf.constant(2), capacity=1)  # known when the graph is built
        size = tf.placeholder_with_default(3, [])
        batch = batches(batch_size=size, capacity=2, make_keys_unique=True)
        coordinator = tf.train.Coordinator()
        tf.train.start_queue_runners(session, coordinator)
        with pytest.raises(tf.errors.InvalidArgumentError, match=said):
            session.run(batch.key)
        coordinator.request_stop()


@pytest.mark.parametrize("length, said", [(4, "multiple of 3"), (0, "multiple of 3")])
def test_without_padding_lengths_are_multiples(length, said):
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder_with_default(np.zeros([length, 2], np.float32), [None, 2])
        saver = tf.contrib.training.SequenceQueueingStateSaver(
            1, 3, length, "key", {"x": x}, {}, {"state": tf.zeros([3])}
        )
        with pytest.raises(tf.errors.InvalidArgumentError, match=said):
            session.run(saver.prefetch_op)
