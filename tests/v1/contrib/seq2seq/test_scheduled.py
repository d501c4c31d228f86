"""Scheduled sampling: what it draws and what it feeds; test_cases.py has 1.15.5's numbers."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.v1.contrib import seq2seq

BATCH, TIME, DEPTH, SYMBOLS = 4000, 2, 3, 4
GIVEN = np.random.RandomState(0).randn(BATCH, TIME, DEPTH)
TABLE = np.random.RandomState(1).randn(SYMBOLS, DEPTH)
LOGITS = np.log([0.1, 0.2, 0.3, 0.4])
OUTPUTS = np.random.RandomState(2).randn(BATCH, DEPTH)


def step(make_helper, outputs, more=lambda given: ()):
    """Returns the samples of the first step, the inputs of the second, and `more` of these."""
    with tf.Graph().as_default(), tf.Session() as session:
        helper = make_helper()
        outputs = tf.constant(outputs)
        ids = helper.sample(time=0, outputs=outputs, state=())
        assert (ids.dtype, ids.shape[1:]) == (helper.sample_ids_dtype, helper.sample_ids_shape)
        finished, inputs, state = helper.next_inputs(0, outputs, (), ids)
        assert state == () and not session.run(finished).any()
        return session.run([ids, inputs, *more(inputs)])


def embedding(probability, table=TABLE, seed=3, scheduling_seed=4):
    return seq2seq.ScheduledEmbeddingTrainingHelper(
        GIVEN, [TIME] * BATCH, table, probability, seed=seed, scheduling_seed=scheduling_seed
    )


def output(probability, seed=5, **options):
    return seq2seq.ScheduledOutputTrainingHelper(
        GIVEN, [TIME] * BATCH, probability, seed=seed, **options
    )


def is_about(frequency, probability, draws):
    return abs(frequency - probability) < 5 * np.sqrt(probability * (1 - probability) / draws)


def test_embeddings_are_fed_as_often_as_said_of_ids_by_their_probability():
    ids, inputs = step(lambda: embedding(0.3), np.tile(LOGITS, [BATCH, 1]))
    chosen = ids >= 0
    assert is_about(chosen.mean(), 0.3, BATCH) and set(ids[~chosen]) == {-1}
    for symbol, probability in enumerate(np.exp(LOGITS)):
        assert is_about(np.mean(ids[chosen] == symbol), probability, chosen.sum())
    np.testing.assert_array_equal(inputs, np.where(chosen[:, None], TABLE[ids], GIVEN[:, 1]))


def test_outputs_are_fed_as_often_as_said():
    ones, inputs = step(lambda: output(0.7), OUTPUTS)
    assert is_about(ones.mean(), 0.7, BATCH) and set(ones) == {0, 1}
    np.testing.assert_array_equal(inputs, np.where(ones[:, None] == 1, OUTPUTS, GIVEN[:, 1]))


def test_each_sequence_may_have_its_own_probability():
    probability = np.arange(BATCH) % 2 * 1.0
    ids, _ = step(lambda: embedding(probability), np.tile(LOGITS, [BATCH, 1]))
    ones, _ = step(lambda: output(probability), OUTPUTS)
    np.testing.assert_array_equal(ids >= 0, probability == 1)
    np.testing.assert_array_equal(ones, probability)


@pytest.mark.parametrize(
    "make, outputs, seeds",
    [
        (embedding, np.tile(LOGITS, [BATCH, 1]), ["seed", "scheduling_seed"]),
        (output, OUTPUTS, ["seed"]),
    ],
)
def test_every_seed_counts(make, outputs, seeds):
    ids, _ = step(lambda: make(0.5), outputs)
    np.testing.assert_array_equal(step(lambda: make(0.5), outputs)[0], ids)
    for seed in seeds:
        assert np.any(step(lambda seed=seed: make(0.5, **{seed: 9}), outputs)[0] != ids)
    for _ in range(2):
        none = dict.fromkeys(seeds)
        assert np.any(step(lambda none=none: make(0.5, **none), outputs)[0] != ids)


def test_only_ids_that_are_fed_are_embedded():
    def make():
        return embedding(0.3, lambda ids: tf.ones([1, DEPTH], tf.float64) * ids_count(ids))

    def ids_count(ids):
        return tf.fill([tf.size(ids), 1], tf.cast(tf.size(ids), tf.float64))

    ids, inputs = step(make, np.tile(LOGITS, [BATCH, 1]))
    assert set(inputs[ids >= 0].ravel()) == {np.sum(ids >= 0)}


def test_the_embedding_gets_a_gradient_only_for_these_ids():
    with tf.Graph().as_default(), tf.Session() as session:
        table = tf.constant(TABLE)
        helper = seq2seq.ScheduledEmbeddingTrainingHelper(GIVEN[:3], [2] * 3, table, 0.5)
        ids = tf.constant([-1, 2, -1])
        _, inputs, _ = helper.next_inputs(0, tf.zeros([3, SYMBOLS]), (), ids)
        (gradient,) = tf.gradients(inputs, table)
        # An optimiser that decays what it has seen of a row must not see the others.
        assert session.run(gradient.indices).tolist() == [2]
        assert session.run(gradient.values).tolist() == [[1.0] * DEPTH]


@pytest.mark.parametrize("make", [embedding, output])
@pytest.mark.parametrize(
    "error, probability",
    [
        (ValueError, [[0.5]]),
        (ValueError, None),
        (ValueError, 1),  # a whole number
        (ValueError, "half"),
        (ValueError, [0.5, 0.5, 0.5]),
    ],
)
def test_errors_are_of_1_15_5s_types(make, error, probability):
    with tf.Graph().as_default(), pytest.raises(error):
        make(probability).sample(time=0, outputs=tf.zeros([BATCH, SYMBOLS]), state=())


@pytest.mark.parametrize(
    "error, depth, options",
    [
        (ValueError, DEPTH + 1, {}),
        (TypeError, DEPTH, dict(next_inputs_fn=3)),
        (TypeError, DEPTH, dict(auxiliary_inputs=GIVEN.astype("float32"))),
        (ValueError, DEPTH, dict(auxiliary_inputs=GIVEN[:, :1])),
        (ValueError, DEPTH, dict(auxiliary_inputs=GIVEN[..., 0])),
    ],
)
def test_errors_of_outputs_are_of_1_15_5s_types(error, depth, options):
    with tf.Graph().as_default(), pytest.raises(error):
        outputs, ids = tf.zeros([BATCH, depth], tf.float64), tf.ones([BATCH], tf.int32)
        output(1.0, **options).next_inputs(0, outputs, (), ids)
