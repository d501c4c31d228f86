"""What an InferenceHelper's `sample_fn` may call: draws from logits and from probabilities."""

import numpy as np
import pytest
from tf1_rnn.v1.contrib.seq2seq.python.ops import helper

import tf1_rnn.v1 as tf


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
