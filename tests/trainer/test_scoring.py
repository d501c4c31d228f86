"""What a model says of a part of the data: in batches, in order, by the part's name."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests.trainer import one_weight
from tf1_rnn.trainer import scoring
from tf1_rnn.trainer.datasets import Split


@pytest.fixture(params=[1, 3, 256])
def scorer(request, monkeypatch):
    """A scorer whose batches are of several sizes: the numbers must be the same."""
    monkeypatch.setattr(scoring, "EVALUATION_BATCH", request.param)
    with tf.Graph().as_default(), tf.Session() as session:
        model = one_weight.model()
        session.run(tf.global_variables_initializer())
        tf.trainable_variables()[0].load(0.5, session)
        yield scoring.Scorer(session, model, one_weight.plan(test=7, valid=5))


def test_numbers_have_the_parts_name(scorer):
    for part, n, seed in (("test", 7, 1), ("valid", 5, 2)):
        split = one_weight.split(n, seed=seed)
        numbers = scorer.numbers(part)
        assert set(numbers) == {f"{part}_loss", f"{part}_r2"}
        loss = np.mean((0.5 * split.x[:, 0] - split.y) ** 2)
        assert numbers[f"{part}_loss"] == pytest.approx(loss, rel=1e-6)


def test_losses_and_predictions_are_in_the_order_of_the_samples(scorer):
    split = one_weight.split(7, seed=1)
    batches, losses, predictions = zip(*scorer.losses_and_predictions(split), strict=True)
    np.testing.assert_array_equal(np.concatenate([batch.x for batch in batches]), split.x)
    np.testing.assert_allclose(np.concatenate(losses), (1.5 * split.x[:, 0, 0]) ** 2, rtol=1e-5)
    np.testing.assert_allclose(np.concatenate(predictions), 0.5 * split.x[:, 0])
    unlabelled = scorer.predictions(Split(split.x, None))
    np.testing.assert_allclose(
        np.concatenate([predictions for _, predictions in unlabelled]), 0.5 * split.x[:, 0]
    )


def test_lengths_are_fed_where_there_are_any():
    split = one_weight.split(2)
    assert scoring.inputs(split) == [split.x]
    lengths = np.ones(2, np.int32)
    assert scoring.inputs(Split(split.x, None, lengths))[1] is lengths
