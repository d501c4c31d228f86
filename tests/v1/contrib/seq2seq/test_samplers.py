"""Samplers: what they know before they start, what they refuse, and what they keep."""

import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.v1.contrib.seq2seq import _samplers
from tf1_rnn.v1.contrib.seq2seq._samplers import (
    CustomSampler,
    GreedyEmbeddingSampler,
    InferenceSampler,
    SampleEmbeddingSampler,
    ScheduledEmbeddingTrainingSampler,
    ScheduledOutputTrainingSampler,
    TrainingSampler,
)

X = [[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]]


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default():
        yield


@pytest.mark.parametrize(
    "sampler",
    [
        CustomSampler(None, None, None),
        TrainingSampler(),
        GreedyEmbeddingSampler(),
        SampleEmbeddingSampler(),
        InferenceSampler(None, [], tf.int32, None),
    ],
)
def test_what_is_known_before_the_start(sampler):
    assert (sampler.sample_ids_shape, sampler.sample_ids_dtype) == (tf.TensorShape([]), tf.int32)
    with pytest.raises(ValueError, match="batch_size accessed before initialize was called"):
        _ = sampler.batch_size


def test_samples_of_another_kind():
    for sampler in (
        CustomSampler(None, None, None, [3], tf.float64),
        InferenceSampler(None, [3], tf.float64, None),
    ):
        assert sampler.sample_ids_shape.as_list() == [3]
        assert sampler.sample_ids_dtype == tf.float64


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: TrainingSampler().initialize(X), "sequence_length is required for TrainingS"),
        (lambda: TrainingSampler().initialize(tf.constant(X), 2), "sequence_length to be a vector"),
        (lambda: GreedyEmbeddingSampler(X), "embedding_fn is expected to be a callable"),
        (lambda: GreedyEmbeddingSampler().initialize(X[0], 1, 0), "start_tokens must be a vector"),
        (lambda: GreedyEmbeddingSampler().initialize(X[0], [1], [0]), "end_token must be a scalar"),
        (lambda: ScheduledEmbeddingTrainingSampler(0.5, X), "is expected to be a callable"),
        (
            lambda: ScheduledEmbeddingTrainingSampler(0.5).initialize(X, [2, 2]),
            "embedding is required as a keyword",
        ),
        (lambda: ScheduledEmbeddingTrainingSampler([[0.5]]), "must be a scalar or a vector"),
        (lambda: ScheduledOutputTrainingSampler([[0.5]]), "must be a scalar or a vector"),
    ],
)
def test_misuse(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_what_it_starts_with():
    greedy, training = GreedyEmbeddingSampler(), TrainingSampler(time_major=True)
    finished, first = greedy.initialize(tf.constant(X[1]), [1, 0, 1], 0)
    _, first_step = training.initialize(tf.constant(X), [2, 0])
    with tf.Session() as session:
        assert session.run([finished, greedy.batch_size])[1] == 3
        assert session.run(first).tolist() == [[7, 8], [5, 6], [7, 8]]
        assert session.run([greedy.start_tokens, greedy.end_token])[1] == 0
        assert greedy.start_inputs is first
        assert session.run(first_step).tolist() == X[0]
        assert session.run(training.sequence_length).tolist() == [2, 0]


def test_a_subclass_may_change_one_step():
    class Second(TrainingSampler):
        def sample(self, time, outputs, state):
            return super().sample(time, -outputs, state)

    sampler, outputs = Second(), tf.constant([[1.0, 2.0], [4.0, 3.0]])
    sampler.initialize(tf.constant(X), [2, 1])
    ids = sampler.sample(0, outputs, None)
    finished, inputs, state = sampler.next_inputs(0, outputs, "state", ids)
    with tf.Session() as session:
        assert session.run(ids).tolist() == [0, 1]
        assert session.run(finished).tolist() == [False, True]
        assert session.run(inputs).tolist() == [X[0][1], X[1][1]] and state == "state"


def test_where_1_15_5_had_them():
    from tf1_rnn.v1.contrib.seq2seq.python.ops import sampler

    for name in ("Sampler", "TrainingSampler", "categorical_sample", "bernoulli_sample"):
        assert getattr(sampler, name) is getattr(_samplers, name)
