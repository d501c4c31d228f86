import sys
import types

import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.v1.contrib import distributions


@pytest.fixture
def names():
    """Return the module's names, none of them kept from an earlier look."""
    return distributions._Distributions()


def test_without_tensorflow_probability_it_is_tf_distributions(names, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow_probability", None)
    assert names.Normal is tf.distributions.Normal
    assert not hasattr(names, "Mixture")


def test_with_tensorflow_probability_it_is_that_alone(names, monkeypatch):
    space = types.SimpleNamespace
    probability = space(
        distributions=space(Normal=object(), Mixture=object()),
        math=space(fill_triangular=object()),
        stats=space(percentile=object()),
        bijectors=object(),
    )
    monkeypatch.setitem(sys.modules, "tensorflow_probability", probability)
    assert names.Normal is probability.distributions.Normal
    assert names.Mixture is probability.distributions.Mixture
    assert names.fill_triangular is probability.math.fill_triangular
    assert names.percentile is probability.stats.percentile
    assert names.bijectors is probability.bijectors
    assert not hasattr(names, "Bernoulli")


def test_a_real_mixture_has_its_density():
    pytest.importorskip("tensorflow_probability")
    d = distributions
    with tf.Graph().as_default(), tf.Session() as session:
        parts = [d.MultivariateNormalDiag([0.0], [1.0]), d.MultivariateNormalDiag([2.0], [0.5])]
        mixture = d.Mixture(cat=d.Categorical(probs=[0.25, 0.75]), components=parts)
        density = session.run(mixture.prob([1.0]))
    assert density == pytest.approx(0.25 * 0.24197072 + 0.75 * 0.10798193, 1e-6)
