"""What feeds a decoder, and the draws that its `sample_fn` may make."""

import numpy as np
import pytest
from tf1_rnn.v1.contrib.seq2seq.python.ops import helper

import tf1_rnn.v1 as tf

seq2seq = tf.contrib.seq2seq


def test_samples_come_as_often_as_they_should():
    logits = np.log([[0.2, 0.8, 1e-9], [1e-9, 0.5, 0.5]])
    with tf.Graph().as_default(), tf.Session() as session:
        ids = helper.categorical_sample(logits, sample_shape=[4000], seed=1)
        ones = helper.bernoulli_sample(probs=[0.25, 1.0], sample_shape=[40, 100], seed=2)
        same = helper.bernoulli_sample(logits=np.array([100.0, -100.0]), dtype=tf.bool)
        assert (ids.shape, ones.shape) == ((4000, 2), (40, 100, 2))
        ids, ones, same = session.run([ids, ones, same])
    np.testing.assert_allclose((ids == 1).mean(0), [0.8, 0.5], atol=0.04)
    assert not (ids[:, 0] == 2).any()
    assert not (ids[:, 1] == 0).any()
    np.testing.assert_allclose(ones.mean((0, 1)), [0.25, 1.0], atol=0.04)
    assert same.tolist() == [True, False]


def test_probabilities_or_logits_must_be_given():
    with pytest.raises(ValueError, match="either probs or logits"):
        helper.bernoulli_sample()


@pytest.mark.parametrize("time_major", [False, True])
def test_a_training_helper_feeds_what_it_was_given_to_each_length(time_major):
    inputs = np.arange(12.0).reshape(2, 3, 2)
    with tf.Graph().as_default(), tf.Session() as session:
        given = inputs.swapaxes(0, 1) if time_major else inputs
        helper = seq2seq.TrainingHelper(tf.constant(given), [3, 1], time_major)
        finished, first = helper.initialize()
        steps = [(finished, first)]
        for time in range(3):
            ids = helper.sample(time, tf.constant([[0.1, 0.3], [0.3, 0.1]]))
            finished, following, _ = helper.next_inputs(time, None, (), sample_ids=ids)
            steps.append((finished, following))
        steps, ids, batch = session.run([steps, ids, helper.batch_size])
    assert ids.tolist() == [1, 0] and batch == 2 and helper.sample_ids_dtype == tf.int32
    assert [each.tolist() for each, _ in steps] == [
        [False, False],
        [False, True],
        [False, True],
        [True, True],
    ]
    for time in range(3):
        np.testing.assert_array_equal(steps[time][1], inputs[:, time])
    assert not steps[3][1].any()  # there is nothing to read any more


def test_a_sequence_of_no_steps_is_finished_before_the_first():
    with tf.Graph().as_default(), tf.Session() as session:
        helper = seq2seq.TrainingHelper(tf.ones([2, 3, 1]), [0, 2])
        assert session.run(helper.initialize()[0]).tolist() == [True, False]


@pytest.mark.parametrize("callable_embedding", [False, True])
def test_greedy_decoding_feeds_the_likeliest_until_the_end_token(callable_embedding):
    table = np.arange(8.0).reshape(4, 2)
    with tf.Graph().as_default(), tf.Session() as session:
        embedding = (
            (lambda ids: tf.gather(table, ids)) if callable_embedding else tf.constant(table)
        )
        helper = seq2seq.GreedyEmbeddingHelper(embedding, [1, 2], 3)
        finished, first = helper.initialize()
        ids = helper.sample(0, tf.constant([[0.0, 9, 1, 2], [0, 1, 2, 9]]), ())
        ended, following, _ = helper.next_inputs(0, None, (), ids)
        both = helper.next_inputs(0, None, (), tf.constant([3, 3]))[:2]
        found = session.run([finished, first, ids, ended, following, both])
    assert found[0].tolist() == [False, False] and found[2].tolist() == [1, 3]
    assert found[3].tolist() == [False, True]
    np.testing.assert_array_equal(found[1], table[[1, 2]])
    np.testing.assert_array_equal(found[4], table[[1, 3]])
    np.testing.assert_array_equal(found[5][1], table[[1, 2]])  # anything: it is not used


def test_a_low_temperature_draws_the_likeliest():
    with tf.Graph().as_default(), tf.Session() as session:
        table = tf.ones([3, 2])
        helper = seq2seq.SampleEmbeddingHelper(table, [0] * 50, 2, softmax_temperature=1e-3)
        logits = tf.constant([[0.0, 1.0, 0.5]] * 50)
        assert set(session.run(helper.sample(0, logits, ()))) == {1}


@pytest.mark.parametrize("feeds_samples", [True, False])
def test_inference_feeds_what_is_sampled(feeds_samples):
    with tf.Graph().as_default(), tf.Session() as session:
        helper = seq2seq.InferenceHelper(
            sample_fn=lambda outputs: outputs * 2.0,
            sample_shape=[2],
            sample_dtype=tf.float32,
            start_inputs=tf.zeros([3, 2]),
            end_fn=lambda ids: ids[:, 0] > 3.0,
            next_inputs_fn=None if feeds_samples else (lambda ids: ids + 100.0),
        )
        samples = helper.sample(0, tf.constant([[1.0, 0], [2, 0], [3, 0]]), ())
        finished, following, state = helper.next_inputs(0, None, "state", samples)
        finished, following, batch = session.run([finished, following, helper.batch_size])
    assert finished.tolist() == [False, True, True] and state == "state" and batch == 3
    assert following[0, 0] == (2 if feeds_samples else 102)
    assert helper.sample_ids_shape == [2]


def test_a_custom_helper_knows_its_batch_once_it_has_begun():
    helper = seq2seq.CustomHelper(
        lambda: (tf.constant([False] * 3), tf.zeros([3, 2])),
        lambda time, outputs, state: tf.argmax(outputs, -1),
        lambda time, outputs, state, sample_ids: (sample_ids > 0, outputs, state),
        sample_ids_dtype=tf.int64,
    )
    with pytest.raises(ValueError, match="before initialize was called"):
        _ = helper.batch_size
    with tf.Graph().as_default(), tf.Session() as session:
        helper.initialize()
        assert session.run(helper.batch_size) == 3
    assert helper.sample_ids_dtype == tf.int64 and helper.sample_ids_shape == []


@pytest.mark.parametrize(
    "make, error",
    [
        (lambda: seq2seq.TrainingHelper(tf.ones([2, 3, 1]), [[1, 2]]), ValueError),
        (lambda: seq2seq.GreedyEmbeddingHelper(tf.ones([3, 2]), 1, 2), ValueError),
        (lambda: seq2seq.GreedyEmbeddingHelper(tf.ones([3, 2]), [1], [2]), ValueError),
        (
            lambda: seq2seq.GreedyEmbeddingHelper(tf.ones([3, 2]), [1], 2).sample(0, (1,), ()),
            TypeError,
        ),
    ],
)
def test_misuse(make, error):
    with tf.Graph().as_default(), pytest.raises(error):
        make()


def test_lists_of_numbers_are_one_tensor():
    with tf.Graph().as_default(), tf.Session() as session:
        helper = tf.contrib.seq2seq.TrainingHelper([[[1.0, 2.0], [3.0, 4.0]]], [2])
        assert helper.inputs.shape.as_list() == [1, 2, 2]
        assert session.run(helper.initialize()[1]).tolist() == [[1, 2]]
