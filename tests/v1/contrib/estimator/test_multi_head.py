"""`multi_head` gives each head its logits and labels, and adds up the losses by their weights."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf

contrib = tf.contrib.estimator
LOGITS = np.array([[0.5, -1.0, 2.0], [1.5, 0.0, -2.0]], np.float32)
LABELS = {"size": [[1.0], [1.0]], "tags": [[1, 0], [1, 1]]}
SIZE_LOSS = ((LOGITS[:, :1] - 1) ** 2).mean()
TAGS_LOSS = (np.log1p(np.exp(LOGITS[:, 1:])) - LOGITS[:, 1:] * [[1, 0], [1, 1]]).mean()


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default():
        tf.train.create_global_step()
        yield


def head(weights=None):
    size = contrib.regression_head(name="size")
    return contrib.multi_head([size, contrib.multi_label_head(2, name="tags")], weights)


@pytest.mark.parametrize("weights", [None, [2.0, 0.5]])
def test_losses_are_added_up_by_weight(weights):
    scales = weights or [1.0, 1.0]
    spec = head(weights).create_loss({}, "eval", tf.constant(LOGITS), LABELS)
    with tf.Session() as session:
        loss = session.run(spec.training_loss)
    np.testing.assert_allclose(loss, scales[0] * SIZE_LOSS + scales[1] * TAGS_LOSS, rtol=1e-6)


def test_it_is_as_wide_as_its_heads_and_named_for_them():
    assert (head().name, head().logits_dimension) == ("size_tags", 3)


def test_predictions_are_named_by_head_and_key():
    spec = head().create_estimator_spec({}, "infer", tf.constant(LOGITS))
    with tf.Session() as session:
        found = session.run(spec.predictions)
    np.testing.assert_array_equal(found["size", "predictions"], LOGITS[:, :1])
    np.testing.assert_array_equal(found["tags", "logits"], LOGITS[:, 1:])
    assert set(spec.export_outputs) >= {"serving_default", "size", "tags", "predict"}


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: contrib.multi_head([]), "Must specify heads"),
        (lambda: head([1.0]), "same size"),
        (lambda: contrib.multi_head([contrib.regression_head()]), "must have name"),
        (lambda: head().create_estimator_spec({}, "infer", tf.zeros([2, 4])), "split logits"),
    ],
)
def test_misuse(make, words):
    with pytest.raises(ValueError, match=words):
        make()
