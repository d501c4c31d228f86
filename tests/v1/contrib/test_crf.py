"""`contrib.crf` against sums over all tag sequences, written out."""

import itertools

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.v1.contrib import crf

N, T = 3, 4
LENGTHS = [4, 2, 1, 0]


@pytest.fixture(scope="module")
def numbers():
    random = np.random.RandomState(0)
    unary = random.randn(len(LENGTHS), T, N)
    return unary, random.randint(N, size=(len(LENGTHS), T)), random.randn(N, N)


def score(unary, tags, transitions):
    return sum(unary[t, tag] for t, tag in enumerate(tags)) + sum(
        transitions[a, b] for a, b in zip(tags[:-1], tags[1:], strict=True)
    )


def all_scores(unary, length, transitions, allowed=None):
    choices = [range(N)] * length if allowed is None else allowed[:length]
    return {tags: score(unary, tags, transitions) for tags in itertools.product(*choices)}


def run(function):
    with tf.Graph().as_default(), tf.Session() as session:
        return session.run(function())


def test_scores(numbers):
    unary, tags, transitions = numbers
    ours = run(lambda: crf.crf_sequence_score(unary, tags, LENGTHS, transitions))
    wanted = [score(u, t[:n], transitions) for u, t, n in zip(unary, tags, LENGTHS, strict=True)]
    np.testing.assert_allclose(ours, wanted, atol=1e-12)


def test_log_norm(numbers):
    unary, _, transitions = numbers
    ours = run(lambda: crf.crf_log_norm(unary, LENGTHS, transitions))
    sums = [
        np.exp(list(all_scores(u, n, transitions).values())).sum()
        for u, n in zip(unary, LENGTHS, strict=True)
    ]
    np.testing.assert_allclose(ours, np.log(sums), atol=1e-12)


def test_multitag_score_sums_what_is_allowed(numbers):
    unary, _, transitions = numbers
    allowed = [[0, 1], [2], [0, 1, 2], [1]]
    bitmap = np.zeros((1, T, N), bool)
    for t, choices in enumerate(allowed):
        bitmap[0, t, choices] = True
    ours = run(lambda: crf.crf_multitag_sequence_score(unary[:1], bitmap, [T], transitions))
    sums = np.exp(list(all_scores(unary[0], T, transitions, allowed).values())).sum()
    np.testing.assert_allclose(ours, [np.log(sums)], atol=1e-12)


@pytest.mark.parametrize("steps", [1, T])
def test_decode_finds_the_best_sequence(numbers, steps):
    unary, _, transitions = numbers
    lengths = np.minimum(LENGTHS[:3], steps)
    tags, best = run(lambda: crf.crf_decode(unary[:3, :steps], transitions, lengths))
    assert tags.dtype == np.int32
    for u, n, ours, ours_best in zip(unary, lengths, tags, best, strict=False):
        scores = all_scores(u, n, transitions)
        assert tuple(ours[:n]) == max(scores, key=scores.get)
        assert (ours[n:] == 0).all()
        np.testing.assert_allclose(ours_best, max(scores.values()), atol=1e-12)
        viterbi, viterbi_best = crf.viterbi_decode(u[:n], transitions)
        assert viterbi == ours[:n].tolist()
        np.testing.assert_allclose(viterbi_best, ours_best, atol=1e-12)


def test_log_likelihood_makes_its_transitions(numbers):
    unary, tags, _ = numbers
    with tf.Graph().as_default():
        _, transitions = crf.crf_log_likelihood(unary.astype("f"), tags, LENGTHS)
        assert [(v.op.name, v.shape.as_list()) for v in tf.trainable_variables()] == [
            ("transitions", [N, N])
        ]
        assert transitions is tf.trainable_variables()[0]
