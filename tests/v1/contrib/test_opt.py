"""`tf.contrib.opt`: steps of its optimisers, as 1.15.5 took them (`opt_cases.py`)."""

import json

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tests.v1.contrib import opt_cases

with open(opt_cases.RECORDED) as file:
    RECORDED = json.load(file)


@pytest.mark.parametrize("case, expected", RECORDED, ids=[str(each[0]) for each in RECORDED])
def test_steps_are_those_of_1_15_5(case, expected):
    found = opt_cases.steps(tf, *case)
    assert list(sorted(found)) == sorted(expected)
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=2e-6, atol=1e-6, err_msg=name)


def test_gradients_are_clipped_together():
    with tf.Graph().as_default(), tf.Session() as session:
        x, y = tf.get_variable("x", [1]), tf.get_variable("y", [1])
        pairs = [(tf.constant([30.0]), x), (tf.constant([40.0]), y)]
        clipped = tf.contrib.opt.clip_gradients_by_global_norm(pairs, 5.0)
        assert [variable for _, variable in clipped] == [x, y]
        np.testing.assert_allclose(session.run([each for each, _ in clipped]), [[3], [4]])


def test_modules_beneath_it():
    from tf1_rnn.v1.contrib.opt.python.training.lazy_adam_optimizer import LazyAdamOptimizer

    assert LazyAdamOptimizer is tf.contrib.opt.LazyAdamOptimizer
    with pytest.raises(AttributeError, match="use tf.train's optimisers"):
        _ = tf.contrib.opt.GGTOptimizer
