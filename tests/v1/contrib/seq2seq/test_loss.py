"""The loss of sequences: a product of what is averaged and what is summed, beside NumPy."""

import itertools

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.v1.contrib.seq2seq._loss import SequenceLoss

sequence_loss = tf.contrib.seq2seq.sequence_loss
LOGITS = np.sin(np.arange(24.0)).reshape(2, 4, 3)
TARGETS = np.array([[0, 1, 2, 0], [2, 2, 1, 1]])
WEIGHTS = np.array([[1.0, 0.5, 0.0, 0.0], [2.0, 1.0, 1.0, 0.0]])
EACH = np.log(np.exp(LOGITS).sum(-1)) - np.take_along_axis(LOGITS, TARGETS[..., None], -1)[..., 0]
BOOLS = [False, True]


def loss(**options):
    tensors = [tf.constant(value) for value in (LOGITS, TARGETS, WEIGHTS)]
    return sequence_loss(*tensors, **options)


@pytest.mark.parametrize("over_time, over_batch", list(itertools.product(BOOLS, BOOLS)))
@pytest.mark.parametrize("kind", ["average", "sum"])
def test_what_is_left_of_both_axes(kind, over_time, over_batch):
    weighted, axes = EACH * WEIGHTS, tuple(np.flatnonzero([over_batch, over_time]))
    names = {"average": "average_across_{}", "sum": "sum_over_{}"}[kind]
    options = {"average_across_timesteps": False, "average_across_batch": False}
    options[names.format("timesteps")] = over_time
    options[names.format("batch")] = over_batch
    with tf.Graph().as_default(), tf.Session() as session:
        found = session.run(loss(**options))
    expected = weighted
    if axes:
        counted = WEIGHTS if kind == "average" else (WEIGHTS != 0)
        total = counted.sum(axes)
        sums = weighted.sum(axes)
        expected = np.divide(sums, total, out=np.zeros_like(sums), where=total != 0)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_no_weight_at_all_is_no_loss():
    with tf.Graph().as_default(), tf.Session() as session:
        zero = tf.zeros([2, 4], tf.float64)
        assert session.run(sequence_loss(tf.constant(LOGITS), tf.constant(TARGETS), zero)) == 0


def test_a_loss_of_ones_own_is_called_by_names():
    def half(labels, logits):
        assert logits.shape.as_list() == [8, 3] and labels.shape.as_list() == [8]
        return 0.5 * tf.cast(labels, tf.float64)

    with tf.Graph().as_default(), tf.Session() as session:
        found = session.run(loss(softmax_loss_function=half))
    np.testing.assert_allclose(found, (0.5 * TARGETS * WEIGHTS).sum() / WEIGHTS.sum())


@pytest.mark.parametrize(
    "options, words",
    [
        ({"sum_over_timesteps": True}, "average_across_timesteps and sum_over_timesteps"),
        ({"sum_over_batch": True}, "average_across_batch and sum_over_batch"),
    ],
)
def test_averages_and_sums_exclude_each_other(options, words):
    with tf.Graph().as_default(), pytest.raises(ValueError, match=words):
        loss(**options)


@pytest.mark.parametrize(
    "place, words", [(0, "Logits must be"), (1, "Targets must"), (2, "Weights must")]
)
def test_ranks(place, words):
    with tf.Graph().as_default():
        tensors = [tf.constant(value) for value in (LOGITS, TARGETS, WEIGHTS)]
        tensors[place] = tensors[place][0]
        with pytest.raises(ValueError, match=words):
            sequence_loss(*tensors)


def test_a_loss_as_an_object_is_called_as_keras_calls_them():
    tensors = [tf.constant(value) for value in (TARGETS, LOGITS, WEIGHTS)]
    of_sums, of_means = SequenceLoss(), SequenceLoss(True, True, False, False, name="mine")
    with tf.Session() as session:
        summed, mean = session.run([of_sums(*tensors), of_means(*tensors)])
    np.testing.assert_allclose(summed, (EACH * WEIGHTS).sum() / (WEIGHTS != 0).sum())
    np.testing.assert_allclose(mean, (EACH * WEIGHTS).sum() / WEIGHTS.sum())
    assert of_means.get_config() == {"reduction": "auto", "name": "mine"}
    with pytest.raises(ValueError, match="needs a sample_weight"):
        of_sums(*tensors[:2])
