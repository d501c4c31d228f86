"""Steps that wait for each other: every batch in its order, the last one measured."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests.trainer import one_weight
from tf1_rnn.trainer.steps import InTurn, Step, fed, placeholders_of


@pytest.mark.parametrize("done", [0, 1, 2])
def test_what_is_left_of_an_epoch(done):
    plan = one_weight.plan(train=10)
    with tf.Graph().as_default(), tf.Session() as session:
        model = one_weight.model(rate=0.0)
        session.run(tf.global_variables_initializer())
        steps = list(InTurn(plan, session, model).run(1, done, lambda: True))
    order = np.random.RandomState([0, 1]).permutation(10)
    losses = np.square(2 * plan.dataset.train.x[order, 0, 0])
    cut = [losses[0:4], losses[4:8], losses[8:]][done:]
    assert [step.size for step in steps] == [len(part) for part in cut]
    np.testing.assert_allclose([step.loss for step in steps], [p.mean() for p in cut], rtol=1e-5)
    assert [step.measured is None for step in steps] == [True] * (2 - done) + [False]
    assert steps[-1].measured["learning_rate"] == 0 and steps[-1].measured["gradient_norm"] > 0
    assert all(step.settled for step in steps)


def test_dropout_is_fed_where_the_model_has_it():
    plan, batch = one_weight.plan(), one_weight.split(3)
    with tf.Graph().as_default():
        model = one_weight.model()
        assert len(fed(batch, plan)) == len(placeholders_of(model)) == 2
        model.keep_prob = tf.placeholder_with_default(1.0, [])
        plan.configuration["dropout"] = 0.25
        assert placeholders_of(model)[-1] is model.keep_prob
        assert fed(batch, plan)[-1] == 0.75


def test_a_step_is_settled_unless_it_says_otherwise():
    assert Step(1, 0.5).settled and Step(1, 0.5).measured is None
