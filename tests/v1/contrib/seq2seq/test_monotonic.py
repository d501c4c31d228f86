"""Monotonic attention against the equations, in NumPy; test_cases.py has 1.15.5's numbers."""

import importlib

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tests import references
from tests.comparison import relative_error
from tf1_rnn.v1.contrib import seq2seq

MECHANISMS = [seq2seq.BahdanauMonotonicAttention, seq2seq.LuongMonotonicAttention]


def run(build):
    with tf.Graph().as_default(), tf.Session() as session:
        results = build()
        session.run(tf.global_variables_initializer())
        return session.run(results)


def scan(p, previous):
    """Returns p_j times, for each k up to j, previous_k and that all from k to j - 1 are passed."""
    result = np.zeros_like(p)
    for row, j in np.ndindex(*p.shape):
        arrivals = [previous[row, k] * np.prod(1 - p[row, k:j]) for k in range(j + 1)]
        result[row, j] = p[row, j] * np.sum(arrivals)
    return result


@pytest.mark.parametrize(
    "mode, edges", [("recursive", False), ("recursive", True), ("parallel", 0)]
)
def test_soft_attention_is_the_papers_in_float64(mode, edges):
    random = np.random.RandomState(0)
    p, previous, factors = random.rand(3, 2, 6)
    if edges:
        p[0, 2], p[0, 4], p[1, 0] = 1, 0, 1

    def build():
        sources = [tf.constant(p), tf.constant(previous)]
        alignments = seq2seq.monotonic_attention(*sources, mode)
        return [alignments, *tf.gradients(alignments * factors, sources)]

    alignments, *gradients = run(build)
    assert relative_error(alignments, scan(p, previous)) <= 1e-12
    expected = references.gradient(lambda arrays: np.sum(scan(*arrays) * factors), [p, previous])
    for mine, theirs in zip(gradients, expected, strict=True):
        assert relative_error(mine, theirs) <= 1e-12


def test_hard_attention_goes_from_where_it_was_to_the_first_chosen_entry():
    random = np.random.RandomState(1)
    chosen = random.rand(50, 8) < 0.25
    starts = random.randint(8, size=50)
    expected = np.zeros([50, 8])
    for row, start in enumerate(starts):
        ends = [j for j in range(start, 8) if chosen[row, j]]
        expected[row, ends[:1]] = 1
    assert 0 < expected.sum() < 50  # some find an entry, some come to the end
    ours = run(lambda: seq2seq.monotonic_attention(chosen * 1.0, np.eye(8)[starts], "hard"))
    np.testing.assert_array_equal(ours, expected)


def test_safe_cumprod_is_a_product_with_a_finite_gradient():
    x = np.array([[0.5, 0.25, 1, 0.75], [0.5, 0, 0, 0.5]])

    def build():
        source = tf.constant(x)
        product = seq2seq.safe_cumprod(source, axis=1)
        return product, *tf.gradients(product, source)

    product, gradient = run(build)
    np.testing.assert_allclose(product, np.cumprod(x, 1), rtol=1e-12, atol=1e-300)
    assert np.isfinite(gradient).all()


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_mechanism_starts_on_the_first_entry(mechanism):
    def build():
        attention = mechanism(2, tf.placeholder(tf.float32, [None, 5, 3]))
        assert attention.initial_state(4, tf.float32).shape.as_list() == [4, 5]
        return attention.initial_state(3, tf.float64), attention.initial_alignments(3, tf.float64)

    for start in run(build):
        np.testing.assert_array_equal(start, [[1, 0, 0, 0, 0]] * 3)


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_float64_and_a_whole_number_for_the_bias(mechanism):
    def build():
        attention = mechanism(2, tf.zeros([1, 1, 3], tf.float64), score_bias_init=-2)
        return attention(tf.zeros([1, 2], tf.float64), attention.initial_state(1, tf.float64))[0]

    np.testing.assert_allclose(run(build), [[1 / (1 + np.exp(2))]], rtol=1e-12)


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_noise_has_its_standard_deviation_and_its_seed(mechanism):
    def build(seed=4):
        attention = mechanism(
            1,
            tf.zeros([4000, 1, 1]),
            sigmoid_noise=2.0,
            sigmoid_noise_seed=seed,
            score_bias_init=0.5,
        )
        # With one entry in the memory, the alignment is the probability to choose it.
        return attention(tf.zeros([4000, 1]), attention.initial_state(4000, tf.float32))[0]

    p = run(build)
    scores = np.log(p / (1 - p))
    assert abs(np.mean(scores) - 0.5) < 5 * 2 / np.sqrt(4000)
    assert abs(np.std(scores) - 2) < 5 * 2 / np.sqrt(2 * 4000)
    np.testing.assert_array_equal(run(build), p)
    assert np.any(run(lambda: build(seed=5)) != p)
    assert np.any(run(lambda: build(seed=None)) != run(lambda: build(seed=None)))


def test_a_mechanism_of_a_users_own_gets_alignments_of_its_scores():
    private = importlib.import_module("tf1_rnn.v1.contrib.seq2seq.python.ops.attention_wrapper")
    score, previous = np.array([[0.5, -1, 2]]), np.array([[0.25, 0.5, 0.25]])

    class Own(private.BahdanauMonotonicAttention):
        def __call__(self, query, state):
            return self._probability_fn(tf.constant(score), state), state

    def build():
        attention = Own(1, tf.zeros([1, 3, 1], tf.float64), [2], mode="recursive")
        assert isinstance(attention, private._BaseMonotonicAttentionMechanism)
        function = private._monotonic_probability_fn
        whole = function(tf.constant(score), tf.constant(previous), 0.0, "recursive")
        return attention(None, tf.constant(previous))[0], whole

    masked, whole = run(build)
    p = 1 / (1 + np.exp(-score))
    np.testing.assert_allclose(whole, scan(p, previous), rtol=1e-12)
    np.testing.assert_allclose(masked, scan(p * [1, 1, 0], previous), rtol=1e-12)


@pytest.mark.parametrize(
    "error, options, depth",
    [
        (ValueError, dict(mode="soft"), 2),
        (ValueError, dict(mode=None), 2),
        (ValueError, dict(score_bias_init=[1.0, 2.0]), 2),
        (TypeError, dict(sigmoid_noise=None), 2),
        (TypeError, dict(sigmoid_noise="1"), 2),
        (ValueError, dict(), 3),
    ],
)
def test_errors_are_of_1_15_5s_types(error, options, depth):
    with tf.Graph().as_default():
        attention = seq2seq.LuongMonotonicAttention(2, tf.zeros([1, 5, 3]), **options)
        with pytest.raises(error):
            attention(tf.zeros([1, depth]), attention.initial_state(1, tf.float32))


def test_errors_of_the_functions_are_of_1_15_5s_types():
    with tf.Graph().as_default():
        with pytest.raises(ValueError, match="'recursive', 'parallel', or 'hard', got 'soft'"):
            seq2seq.monotonic_attention([[1.0]], [[1.0]], "soft")
        with pytest.raises(ValueError, match="inexact|finfo"):
            seq2seq.safe_cumprod([1, 0])
        with pytest.raises(TypeError):
            seq2seq.safe_cumprod([1.0], no_such_option=1)
